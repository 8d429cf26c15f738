"""One more review of a work, its review closed as it is, or the work left to the council."""

from fastapi import APIRouter
from starlette.responses import Response

from flows.decision import operations
from flows.review import operations as review
from review_api.access import can
from review_api.pages.organise import desk
from review_api.pages.visit import Visit, VisitDep
from schemas.base import Schema
from schemas.decision import Decision, DecisionStatus
from schemas.decision_problem import FEWEST_REVIEWS, Publication
from schemas.errors import Conflict, NotFound
from schemas.marathon import Marathon
from schemas.submission import Submission, SubmissionStatus
from storage.repositories.rows import MISSING

router = APIRouter()


class OneMore(Schema):
    """What an organiser may do about a work's reviews; ``beyond`` the rules of the marathon or not."""

    may_ask: bool = False
    beyond: bool = False
    may_leave: bool = False
    may_close: bool = False
    sent: int = 0

    @property
    def anything(self) -> bool:
        return self.may_ask or self.may_leave or self.may_close


def one_more_of(
    visit: Visit, marathon: Marathon, submission: Submission, decision: Decision | None
) -> OneMore:
    if not can(visit.viewer, "stage.run", submission):
        return OneMore()
    sent = operations.sent_reviews(visit.work, submission)
    is_reviewed = submission.status is SubmissionStatus.REVIEWED
    is_open = decision is not None and decision.status is DecisionStatus.PROPOSED and is_reviewed
    taken = visit.now <= marathon.reviews_until
    return OneMore(
        sent=sent,
        may_ask=is_open and taken and sent < operations.MOST_REVIEWS,
        beyond=sent >= marathon.decision.max_reviews,
        may_leave=is_open and decision is not None and decision.outcome == Publication.EXTRA_REVIEW,
        may_close=submission.status is SubmissionStatus.IN_REVIEW and sent >= FEWEST_REVIEWS,
    )


def decision_of(visit: Visit, marathon: Marathon, decision_id: str) -> Decision:
    decision = visit.work.decisions.get(decision_id)
    if decision.marathon_id != marathon.id:
        raise NotFound(MISSING)
    return decision


@router.post("/organise/{marathon_id}/decisions/{decision_id}/extra")
def ask(visit: VisitDep, marathon_id: str, decision_id: str) -> Response:
    """One more review of this work, at the threshold or not."""
    marathon = desk.marathon_of(visit, marathon_id, "stage.run")
    decision = decision_of(visit, marathon, decision_id)
    visit.require("submission.judge", decision)
    back = desk.address(marathon, f"works/{decision.submission_id}")
    try:
        operations.ask_extra_review(visit.work, decision.id, by=visit.actor, now=visit.now)
    except Conflict as error:
        return visit.refuse(back, error)
    return visit.leave(back, "Запрошена ещё одна экспертиза. Система ищет эксперта.")


@router.post("/organise/{marathon_id}/decisions/{decision_id}/council")
def leave_to_council(visit: VisitDep, marathon_id: str, decision_id: str) -> Response:
    """No more reviews can be had: the council decides."""
    marathon = desk.marathon_of(visit, marathon_id, "stage.run")
    decision = decision_of(visit, marathon, decision_id)
    visit.require("submission.judge", decision)
    back = desk.address(marathon, f"works/{decision.submission_id}")
    try:
        operations.send_to_council(visit.work, decision.id, by=visit.actor, now=visit.now)
    except Conflict as error:
        return visit.refuse(back, error)
    return visit.leave(back, "Работа передана совету: новых экспертиз по ней не будет.")


@router.post("/organise/{marathon_id}/works/{submission_id}/close")
def close(visit: VisitDep, marathon_id: str, submission_id: str) -> Response:
    """End the review with what there is; whoever has not begun to score is let go."""
    marathon = desk.marathon_of(visit, marathon_id, "stage.run")
    one = desk.work_of(visit, marathon, submission_id)
    visit.require("submission.judge", one)
    back = desk.address(marathon, f"works/{one.id}")
    try:
        review.close_as_is(visit.work, one.id, by=visit.actor, now=visit.now)
    except Conflict as error:
        return visit.refuse(back, error)
    return visit.leave(
        back, "Экспертиза закончена с тем, что есть. Предложите решения: спорное решит совет."
    )
