"""A marathon scores by the expert sheet it keeps, not by the one the program ships by now."""

from datetime import timedelta

import builders
import pytest

from flows.review import operations
from schemas.assignment import AssignmentStatus
from schemas.errors import BadInput
from schemas.people import Actor
from schemas.review import Recommendation, ReviewDraft
from schemas.rubric import DEFAULT
from schemas.submission import SubmissionStatus
from storage.repositories import works

BY = Actor(part="expert")
DURING = builders.NOW - timedelta(days=35)


@pytest.fixture
def home(work):
    return builders.a_municipality(work, builders.a_cluster(work))


def an_item(work, marathon, home):
    submission = builders.a_submission(work, marathon, home, status=SubmissionStatus.IN_REVIEW)
    expert = builders.an_expert(work, home)
    return builders.an_assignment(work, submission, expert, status=AssignmentStatus.IN_PROGRESS)


def a_draft(rubric, **changes):
    first, *rest = rubric.criteria
    levels = {part.code: part.highest for part in rest} | {first.code: 1}
    facts = {
        "levels": levels,
        "gates": {gate.code: True for gate in rubric.gates},
        "comment": "Хорошая работа.",
        "recommendation": Recommendation.BOTH,
    }
    return ReviewDraft(**facts | changes)


@pytest.fixture
def heavier():
    """The shipped sheet as it became later: the first criterion weighs ten times as much."""
    first, *rest = DEFAULT.criteria
    heavy = first.model_copy(update={"weight": 10})
    return DEFAULT.model_copy(update={"criteria": (heavy, *rest)})


def test_changed_shipped_sheet_changes_no_score_of_a_past_marathon(
    work, home, heavier, monkeypatch
):
    past = builders.a_marathon(work)
    before = operations.submit(
        work, an_item(work, past, home).id, a_draft(DEFAULT), by=BY, now=DURING
    )
    monkeypatch.setattr(works, "RUBRICS", {"default": heavier})
    new = builders.a_marathon(work)

    scores = [
        operations.submit(
            work, an_item(work, marathon, home).id, a_draft(DEFAULT), by=BY, now=DURING
        ).score
        for marathon in (past, new)
    ]

    assert scores[0] == before.score
    assert scores[1] < before.score


def test_review_sent_again_is_scored_by_the_kept_sheet(work, home, heavier, monkeypatch):
    item = an_item(work, builders.a_marathon(work), home)
    before = operations.submit(work, item.id, a_draft(DEFAULT), by=BY, now=DURING)
    monkeypatch.setattr(works, "RUBRICS", {"default": heavier})

    again = operations.submit(
        work, item.id, a_draft(DEFAULT, comment="Уточнено."), by=BY, now=DURING
    )

    assert again.score == before.score


def test_criterion_of_another_sheet_is_unknown_here(work, home):
    item = an_item(work, builders.a_marathon(work, rubric="observed"), home)

    with pytest.raises(BadInput):
        operations.save_draft(work, item.id, a_draft(DEFAULT), version=None, by=BY, now=DURING)
