"""The tables of bad inputs and of attacks count them all, and every test they name is there."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
PAGES = TESTS.parent / "docs" / "reference"
ROW = re.compile(r"^\| (T?\d+) \| ([^|]+) \| ([^|]+) \| (.+) \|$", re.MULTILINE)
NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")
NUMBERS = {
    "bad-inputs.md": [str(number) for number in range(1, 85)],
    "attacks.md": [f"T{number}" for number in range(1, 28)],
}
ROWS = {page: ROW.findall((PAGES / page).read_text("utf-8")) for page in NUMBERS}


@pytest.mark.parametrize("page", NUMBERS)
def test_every_line_has_its_row_and_its_test(page):
    assert [number for number, *_ in ROWS[page]] == NUMBERS[page]
    assert [number for number, *_, tests in ROWS[page] if not NAMED.search(tests)] == []


@pytest.mark.parametrize(
    "row", [row for rows in ROWS.values() for row in rows], ids=lambda row: f"{row[0]} {row[1]}"
)
def test_tests_named_in_a_row_exist(row):
    for path, name in NAMED.findall(row[3]):
        assert f"def {name}(" in (TESTS / path).read_text("utf-8"), f"{path}::{name}"
