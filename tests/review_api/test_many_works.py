"""Lists and dashboard of a big marathon: as many questions and about as many bytes as of a small one."""

import sys

import pytest

from review_api import list_bench

FEW, MANY, FULL = 60, 400, 20_000
WHOLE = ("/decisions", "/policy", "/collection", "/programme", "/certificates", "/works/files")
"""Pages of a marathon that are counted from all its works; they are no lists."""


def listed(found):
    return {page: cost for page, cost in found.items() if not page.endswith(WHOLE)}


@pytest.fixture(scope="module")
def few():
    return list_bench.measured(FEW, rounds=2)


@pytest.fixture(scope="module")
def many():
    return list_bench.measured(MANY, rounds=2)


def test_every_page_is_there(many):
    statuses = {page: cost.status for page, cost in many.items() if cost.status != 200}
    assert statuses == {"nobody /marathons/{id}/collection": 404}


def test_no_page_asks_more_questions_of_more_works(few, many):
    more = {page: (few[page].questions, cost.questions) for page, cost in many.items()}
    assert {page: pair for page, pair in more.items() if pair[1] > pair[0]} == {}


def test_lists_do_not_grow_with_the_marathon(few, many):
    paged = (
        "/works",
        "/assignment",
        "/letters",
        "/people",
        "/registry/experts",
        "/journal",
        "{id}",
    )
    grown = {
        page: (few[page].kilobytes, cost.kilobytes)
        for page, cost in many.items()
        if page.endswith(paged) and cost.kilobytes > 1.5 * few[page].kilobytes + 40
    }
    assert grown == {}


def test_lists_of_twenty_thousand_works_are_quick(soak):
    if not soak:
        pytest.skip("takes minutes; make soak")
    found = listed(list_bench.measured(FULL))
    for page, cost in sorted(found.items(), key=lambda pair: -pair[1].p95):
        line = f"{cost.p95:8.0f} ms p95 {cost.questions:4} questions {cost.kilobytes:8} KB {page}\n"
        sys.stdout.write(line)
    assert all(cost.status in {200, 404} for cost in found.values())
