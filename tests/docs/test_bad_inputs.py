"""The table of bad inputs counts them all, and every test it names is there."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
PAGE = TESTS.parent / "docs" / "reference" / "bad-inputs.md"
ROW = re.compile(r"^\| (\d+) \| ([^|]+) \| ([^|]+) \| (.+) \|$", re.MULTILINE)
NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")
MANY = 84
ROWS = ROW.findall(PAGE.read_text("utf-8"))


def test_every_bad_input_has_its_row_and_its_test():
    assert [int(number) for number, *_ in ROWS] == list(range(1, MANY + 1))
    assert [number for number, *_, tests in ROWS if not NAMED.search(tests)] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} {row[1]}")
def test_tests_named_in_a_row_exist(row):
    for path, name in NAMED.findall(row[3]):
        assert f"def {name}(" in (TESTS / path).read_text("utf-8"), f"{path}::{name}"
