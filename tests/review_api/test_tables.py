"""Tables: search, order, pages, and cells that stay text in a spreadsheet."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.datastructures import QueryParams

from review_api import tables
from schemas.errors import NotFound

COLUMNS = {"name": "Имя", "score": "Балл"}
ROWS = st.lists(
    st.fixed_dictionaries({"name": st.text(max_size=6), "score": st.none() | st.floats(0, 100)}),
    max_size=120,
)


@given(ROWS, st.sampled_from(["", "score", "-score", "name", "-name", "other"]))
@settings(max_examples=40)
def test_sorting_loses_no_row_and_leaves_empty_cells_last(rows, sort):
    shown = tables.table(QueryParams({"sort": sort}), COLUMNS, rows)
    assert shown.total == len(rows)
    if sort == "score":
        scores = [row["score"] for row in shown.everything]
        filled = [score for score in scores if score is not None]
        assert scores[: len(filled)] == sorted(filled)


@given(ROWS, st.integers(-3, 9))
@settings(max_examples=40)
def test_every_page_number_shows_a_page_that_exists(rows, page):
    shown = tables.table(QueryParams({"page": str(page)}), COLUMNS, rows)
    assert 1 <= shown.page <= shown.pages
    assert len(shown.rows) <= tables.PAGE
    assert bool(shown.rows) is bool(rows)


def test_moments_are_written_by_the_clock_of_the_marathon():
    at = datetime(2026, 3, 1, 20, 30, tzinfo=UTC)
    answer = tables.download("Т", {"at": "Когда"}, [{"at": at}], "csv")
    assert "2026-03-02 04:30" in answer.body.decode("utf-8-sig")


def test_formula_stays_text():
    answer = tables.download("Т", {"a": "А"}, [{"a": "=1+1"}], "csv")
    assert "'=1+1" in answer.body.decode("utf-8-sig")


def test_other_suffixes_do_not_exist():
    with pytest.raises(NotFound):
        tables.download("Т", {"a": "А"}, [], "exe")
