"""The ``marathon`` entry: help in two languages, exit codes, one clear line on standard error."""

import json
import re

import pytest

from review_api.cli.main import COMMANDS, run

PROBLEM = {
    "submissions": [
        {"id": "s1", "municipality": "А", "organisation": "о1", "authors": ["p1"], "track": "1"}
    ],
    "experts": [
        {
            "id": f"e{number}",
            "person": f"q{number}",
            "municipality": place,
            "organisation": f"o{number}",
            "tracks": ["1"],
            "capacity": 2,
        }
        for number, place in enumerate("БВ")
    ],
    "affinity": [["s1", "e0", 0.5]],
    "conflicts": [],
    "policy": {"reviews": 2, "cross_municipal": True, "max_per_municipality": 1},
}
DECISIONS = {
    "reviews": [
        {"submission": "s1", "expert": f"e{number}", "score": 80 + number} for number in range(3)
    ],
    "submissions": [{"id": "s1", "municipality": "А", "track": "1"}],
    "policy": {"slots": {"1": 1}},
}


@pytest.fixture
def marathon(capsys):
    """The command as a shell sees it: exit code, output, errors."""

    def call(*arguments):
        try:
            code = run([str(argument) for argument in arguments])
        except SystemExit as leaving:
            code = leaving.code
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


def write(path, content):
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["", *COMMANDS, "token create"])
def test_help_is_in_russian_and_in_english(marathon, name):
    code, out, _ = marathon(*name.split(), "--help")
    assert code == 0
    assert re.search("[а-я]{4,}", out)
    assert re.search("[A-Za-z]{4,} [a-z]+ [a-z]+", out)


@pytest.mark.parametrize(
    "arguments",
    [
        ["fly"],
        ["import"],
        ["import", "planets", "x.csv"],
        ["import", "experts", "missing.csv"],
        ["export", "reviews", "x.pdf"],
        ["token", "create", "a@b.ru", "--role", "king"],
        ["token", "create", "a@b.ru", "--days", "0"],
        ["assign", "missing.json", "--out", "x"],
        ["assign", "missing.json"],
        ["check-plan", "missing.json", "missing.json"],
        ["decide", "missing.json", "--out", "x"],
        ["compile", "missing.json", "--out", "x"],
        ["extract", "missing.pdf"],
        ["extract"],
        ["up", "--port", "0"],
        ["bench", "nothing"],
    ],
)
def test_bad_input_is_two_with_one_line(marathon, tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    code, _, err = marathon(*arguments)
    assert code == 2, err
    assert len(err.strip().splitlines()) == 1
    assert "Traceback" not in err


def test_a_plan_is_made_and_checked(marathon, tmp_path):
    problem, result = write(tmp_path / "p.json", PROBLEM), tmp_path / "r.json"
    code, _, err = marathon("assign", problem, "--out", result)
    assert (code, err) == (0, "")
    assert json.loads(result.read_text("utf-8"))["status"] == "optimal"
    assert marathon("check-plan", problem, result)[0] == 0


def test_a_broken_plan_is_one_and_an_impossible_problem_three(marathon, tmp_path):
    problem, result = write(tmp_path / "p.json", PROBLEM), tmp_path / "r.json"
    marathon("assign", problem, "--out", result)
    content = json.loads(result.read_text("utf-8"))
    content["pairs"] = content["pairs"][:1]
    assert marathon("check-plan", problem, write(tmp_path / "broken.json", content))[0] == 1
    lonely = PROBLEM | {"experts": PROBLEM["experts"][:1]}
    code, out, _ = marathon("assign", write(tmp_path / "few.json", lonely), "--out", result)
    assert code == 3
    content = json.loads(result.read_text("utf-8"))
    assert content["status"] == "infeasible"
    assert content["pairs"] == [["s1", "e0", 0.5]]
    assert content["deficits"][0]["text"] in out


def test_decisions_are_made_on_a_file(marathon, tmp_path):
    out = tmp_path / "d.json"
    code, _, err = marathon("decide", write(tmp_path / "p.json", DECISIONS), "--out", out)
    assert (code, err) == (0, "")
    (work,) = json.loads(out.read_text("utf-8"))["submissions"]
    assert (work["publication"], work["live"]) == ("yes", True)


def test_texts_are_read_from_files_good_and_bad(marathon, tmp_path):
    good, bad = tmp_path / "a.md", tmp_path / "b.pdf"
    good.write_text("# Практика\n\nТекст практики о чтении.\n", encoding="utf-8")
    bad.write_bytes(b"%PDF-1.7 broken")
    code, out, _ = marathon("extract", good, bad)
    lines = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [line["status"] for line in lines] == ["ok", "rejected"]


def test_a_result_that_cannot_be_written_is_said_in_one_line(marathon, tmp_path):
    nowhere = tmp_path / "no" / "such" / "folder" / "r.json"
    for command, problem in (("assign", PROBLEM), ("decide", DECISIONS)):
        code, _, err = marathon(command, write(tmp_path / "p.json", problem), "--out", nowhere)
        assert code in {1, 2}
        assert len(err.strip().splitlines()) == 1


def test_an_odd_setting_is_said_in_one_line(marathon, tmp_path, monkeypatch):
    monkeypatch.setenv("MARATHON_MAX_UPLOAD", "много")
    code, _, err = marathon("migrate", "--data", tmp_path / "data")
    assert code == 2
    assert len(err.strip().splitlines()) == 1
    assert "MARATHON_MAX_UPLOAD" in err
