"""Whether a proposal was counted from the reviews there are now."""

from collections.abc import Iterable, Mapping

from flows.decision.posing import current_reviews
from schemas.decision import Decision
from schemas.decision_trace import DecisionTrace
from schemas.submission import Submission, SubmissionStatus
from storage.work import Work

Given = frozenset[tuple[str, float]]


def given(trace: DecisionTrace) -> Given:
    """The reviews behind a decision: who gave how many points."""
    return frozenset((mark.expert, mark.score) for mark in trace.marks)


def outdated(
    work: Work, decisions: Iterable[Decision], works: Mapping[str, Submission]
) -> frozenset[str]:
    """Works, by id, whose sent reviews are not those their decision was counted from.

    ``works`` are the decisions' works by id. A person's ruling rests on no count and stays.
    """
    counted = [one for one in decisions if not one.overridden_by]
    there = {
        submission_id: frozenset((review.expert_id, review.score or 0.0) for review in reviews)
        for marathon_id in sorted({one.marathon_id for one in counted})
        for submission_id, reviews in current_reviews(
            work, marathon_id, list(works.values())
        ).items()
    }
    return frozenset(
        one.submission_id
        for one in counted
        if there.get(one.submission_id, frozenset()) != given(one.trace)
    )


def wants_proposing(work: Work, marathon_id: str) -> bool:
    """Whether reviewed works have reviews that no proposal knows of; not before the first one."""
    waiting = work.submissions.of_marathon(marathon_id, status=[SubmissionStatus.REVIEWED])
    works = {one.id: one for one in waiting}
    proposals = [
        one
        for one in work.decisions.of_marathon(marathon_id)
        if one.submission_id in works and works[one.submission_id].round == one.round
    ]
    if not proposals:
        return False
    missing = works.keys() - {one.submission_id for one in proposals}
    return bool(missing or outdated(work, proposals, works))
