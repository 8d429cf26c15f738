"""``marathon assign`` and ``marathon check-plan`` as an organiser runs them."""

import json
import subprocess
import sys

import numpy as np
import pytest

PROBLEM = {
    "submissions": [
        {"id": "s1", "municipality": "m1", "organisation": "o1", "authors": ["a"], "track": "t1"},
        {
            "id": "s2",
            "municipality": "m2",
            "organisation": "o2",
            "authors": ["b"],
            "track": "t2",
            "reviews": 1,
        },
    ],
    "experts": [
        {
            "id": f"e{number}",
            "person": f"p{number}",
            "municipality": f"m{number}",
            "organisation": f"c{number}",
            "tracks": [],
            "capacity": 2,
            "minimum": 0,
            "senior": number == 3,
        }
        for number in (1, 2, 3, 4)
    ],
    "affinity": [["s1", "e2", 0.9], ["s1", "e3", 0.8], ["s2", "e1", 0.4], ["s2", "e4", 0.7]],
    "conflicts": [["s2", "e4"]],
    "fixed": [["s1", "e4"]],
    "forbidden": [["s1", "e2"]],
    "same_place": [["m1", "m1 район"]],
    "policy": {
        "reviews": 2,
        "cross_municipal": True,
        "max_per_municipality": 1,
        "senior_required": False,
        "no_reciprocity": False,
        "fairness": "none",
        "default_affinity": 0,
        "seed": 0,
    },
}


@pytest.fixture
def run(tmp_path):
    def command(name, *arguments):
        code = f"from review_api.cli.{name} import command; command()"
        return subprocess.run(
            [sys.executable, "-c", code, *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    return command


def write(folder, **changes):
    text = json.dumps({**PROBLEM, **changes}, ensure_ascii=False)
    (folder / "problem.json").write_text(text, encoding="utf-8")


def read(folder):
    return json.loads((folder / "result.json").read_text(encoding="utf-8"))


def test_contract_example_is_solved_written_and_confirmed(run, tmp_path):
    write(tmp_path)

    solved = run("assign", "problem.json", "--out", "result.json")
    checked = run("check_plan", "problem.json", "result.json")

    assert (solved.returncode, solved.stderr) == (0, "")
    result = read(tmp_path)
    assert result["status"] == "optimal"
    assert result["pairs"] == [["s1", "e3", 0.8], ["s1", "e4", 0.0], ["s2", "e1", 0.4]]
    assert (result["total"], result["bound"], result["gap"]) == (1.2, 1.2, 0.0)
    assert not any(result["metrics"]["violations"].values())
    assert set(result["metrics"]) == {"mean", "min", "p5", "load_gini", "violations"}
    assert result["deficits"] == []
    assert result["seconds"] > 0
    assert (checked.returncode, checked.stderr) == (0, "")


def test_infeasible_problem_exits_3_and_still_writes_the_partial_plan(run, tmp_path):
    write(tmp_path, policy={"reviews": 4})

    solved = run("assign", "problem.json", "--out", "result.json")

    assert solved.returncode == 3
    result = read(tmp_path)
    assert result["status"] == "infeasible"
    assert len(result["pairs"]) == 3
    assert [deficit["missing"] for deficit in result["deficits"]] == [2]
    assert result["deficits"][0]["remedies"]
    assert run("check_plan", "problem.json", "result.json").returncode == 0


def test_tampered_result_is_refused_with_a_list(run, tmp_path):
    write(tmp_path)
    run("assign", "problem.json", "--out", "result.json")
    result = read(tmp_path)
    result["pairs"][0] = ["s1", "e1", 0.0]
    (tmp_path / "result.json").write_text(json.dumps(result), encoding="utf-8")

    checked = run("check_plan", "problem.json", "result.json")

    assert checked.returncode == 1
    assert "свой муниципалитет" in checked.stdout


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"polcy": {}}, "неизвестный ключ «polcy»"),
        ({"conflicts": [["s1", "e9"]]}, "неизвестный эксперт «e9»"),
        ({"fixed": [["s1", "e1"]]}, "свой муниципалитет"),
        ({"submissions": "none"}, "нужен список «submissions»"),
        ({"affinity": [["s1", "e1"]]}, "слишком мало значений «affinity.0.2»"),
        ({"same_place": [["Братск", "Братск\0"]]}, "знак, который нельзя записать"),
        ({"policy": {"reviews": "три"}}, "нужно целое число «policy.reviews»"),
        ({"forbidden": [["s1\nили s2", "e1"]]}, "неизвестная работа"),
        ({"affinity": [], "affinity_file": "missing.npz"}, "Файл близости не найден"),
    ],
)
def test_bad_input_is_one_russian_line_and_exit_2(run, tmp_path, changes, words):
    write(tmp_path, **changes)

    solved = run("assign", "problem.json", "--out", "result.json")

    assert solved.returncode == 2
    assert words in solved.stderr
    assert len(solved.stderr.splitlines()) == 1
    assert not (tmp_path / "result.json").exists()


def test_file_that_is_not_json_or_not_there_is_exit_2(run, tmp_path):
    (tmp_path / "broken.json").write_bytes(b"\xff{")

    assert run("assign", "broken.json", "--out", "r.json").returncode == 2
    assert run("assign", "absent.json", "--out", "r.json").returncode == 2
    assert run("check_plan", "absent.json", "absent.json").returncode == 2


def test_affinity_may_lie_in_an_npz_file_beside_the_problem(run, tmp_path):
    np.savez(
        tmp_path / "near.npz",
        row=np.array([0, 0, 1, 1]),
        col=np.array([1, 2, 0, 3]),
        value=np.array([0.9, 0.8, 0.4, 0.7]),
    )
    write(tmp_path, affinity=[], affinity_file="near.npz")

    solved = run("assign", "problem.json", "--out", "result.json")

    assert solved.returncode == 0
    assert read(tmp_path)["total"] == 1.2
    assert run("check_plan", "problem.json", "result.json").returncode == 0


def test_npz_with_positions_outside_the_lists_is_exit_2(run, tmp_path):
    np.savez(tmp_path / "near.npz", row=np.array([9]), col=np.array([0]), value=np.array([0.5]))
    write(tmp_path, affinity=[], affinity_file="near.npz")

    solved = run("assign", "problem.json", "--out", "result.json")

    assert (solved.returncode, "выходят за список" in solved.stderr) == (2, True)


def test_a_draw_says_what_was_expected_of_it(run, tmp_path):
    write(tmp_path, policy={"reviews": 1, "max_probability": 0.9})
    solved = run("assign", "problem.json", "--out", "result.json")
    assert "ожидалось" in solved.stdout
    assert run("check_plan", "problem.json", "result.json").returncode == 0


def test_remedies_are_told_under_their_deficit(run, tmp_path):
    write(tmp_path, policy={"reviews": 4})
    solved = run("assign", "problem.json", "--out", "result.json")
    assert "  — Ещё" in solved.stdout
