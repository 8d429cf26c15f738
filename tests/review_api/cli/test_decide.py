"""``marathon decide`` as an organiser runs it: a file in, a file out, an exit code."""

import json
import subprocess
import sys

import pytest

REVIEWS = [
    {"submission": "w1", "expert": "e1", "score": 85},
    {"submission": "w1", "expert": "e2", "score": 90},
    {"submission": "w2", "expert": "e1", "score": 20},
    {"submission": "w2", "expert": "e2", "score": 25},
]
PROBLEM = {
    "reviews": REVIEWS,
    "submissions": [
        {"id": "w1", "municipality": "m1", "track": "A"},
        {"id": "w2", "municipality": "m2", "track": "A"},
    ],
    "policy": {"slots": {"A": 1}},
}


def decide(folder, problem):
    source, target = folder / "problem.json", folder / "result.json"
    source.write_text(problem if isinstance(problem, str) else json.dumps(problem), "utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "review_api.cli.decide", str(source), "--out", str(target)],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return ran, target


def test_result_has_the_shape_of_the_contract(tmp_path):
    ran, target = decide(tmp_path, PROBLEM)

    assert (ran.returncode, ran.stderr) == (0, "")
    result = json.loads(target.read_text("utf-8"))
    assert set(result) == {"calibration", "agreement", "submissions", "selection"}
    assert {"applied", "likelihood_ratio", "connected", "experts"} <= set(result["calibration"])
    assert {"alpha", "alpha_interval", "icc"} <= set(result["agreement"])
    assert {"status", "objective"} <= set(result["selection"])
    assert set(result["submissions"][0]) == {
        "id",
        "raw",
        "score",
        "sd",
        "p_publication",
        "reviews",
        "stable",
        "publication",
        "live",
        "reasons",
        "explanation",
        "flips",
    }
    assert [work["live"] for work in result["submissions"]] == [True, False]


def test_bad_problem_exits_with_two_and_one_line(tmp_path):
    bad = PROBLEM | {"reviews": [REVIEWS[0] | {"score": 101}]}

    ran, target = decide(tmp_path, bad)

    assert ran.returncode == 2
    assert ran.stderr == "Оценка 101 работы «w1» вне шкалы от 0 до 100.\n"
    assert not target.exists()


def test_file_that_is_not_json_exits_with_two(tmp_path):
    ran, _ = decide(tmp_path, "не JSON")

    assert ran.returncode == 2
    assert ran.stderr.startswith("Файл не читается как JSON")
    assert ran.stderr.count("\n") == 1


def test_missing_file_exits_with_two(tmp_path):
    ran = subprocess.run(
        [sys.executable, "-m", "review_api.cli.decide", str(tmp_path / "no"), "--out", "x"],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert ran.returncode == 2
    assert ran.stderr.startswith("Файл «")
    assert ran.stderr.count("\n") == 1


def test_result_that_cannot_be_written_exits_with_one(tmp_path):
    (tmp_path / "result.json").mkdir()

    ran, _ = decide(tmp_path, PROBLEM)

    assert ran.returncode == 1
    assert ran.stderr.startswith("Результат не записан")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"reviews": [REVIEWS[0] | {"score": "85"}]}, "число без кавычек"),
        ({"reviews": [REVIEWS[0] | {"score": float("nan")}]}, "обычное число"),
        ({"reviews": [REVIEWS[0] | {"score": float("inf")}]}, "обычное число"),
        ({"reviews": [REVIEWS[0], REVIEWS[0]]}, "дважды"),
        ({"reviews": [REVIEWS[0] | {"submission": "x\n" * 9999}]}, "неизвестной работе"),
        ({"policy": {"slots": {"A": 10**30}}}, "слишком большое"),
    ],
)
def test_odd_value_is_named_in_one_short_line_and_nothing_is_written(tmp_path, change, words):
    ran, target = decide(tmp_path, PROBLEM | change)

    assert ran.returncode == 2
    assert words in ran.stderr
    assert ran.stderr.count("\n") == 1
    assert len(ran.stderr) < 200
    assert not target.exists()


def test_earlier_result_survives_a_bad_problem(tmp_path):
    _, target = decide(tmp_path, PROBLEM)
    before = target.read_bytes()

    decide(tmp_path, "[")

    assert target.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["problem.json", "result.json"]


def test_places_for_a_track_nobody_chose_and_works_without_reviews_are_no_obstacle(tmp_path):
    odd = PROBLEM | {"reviews": [], "policy": {"slots": {"Z": 5}, "max_reviews": 1}}

    ran, target = decide(tmp_path, odd)

    assert (ran.returncode, ran.stderr) == (0, "")
    works = json.loads(target.read_text("utf-8"))["submissions"]
    assert [work["publication"] for work in works] == ["extra_review", "extra_review"]
