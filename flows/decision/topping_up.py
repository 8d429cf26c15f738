"""Adaptive marathons: which reviewed works are unsure, and one more review asked for each."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from flows.decision.operations import ask_review, extra_for_one_more
from flows.decision.posing import Posed, pose, standing
from schemas.decision_problem import Publication, Result, SubmissionResult
from schemas.marathon import Marathon, Phase
from schemas.people import Actor
from schemas.submission import Submission
from storage.work import Work

PHASES = frozenset({Phase.EXPERTISE, Phase.DECISION})


@dataclass(frozen=True, slots=True)
class Unsure:
    """A work at the threshold as it would be with one more review, and what was found of it."""

    submission: Submission
    found: SubmissionResult

    @property
    def details(self) -> dict[str, str]:
        """For the journal: why one more review is asked for."""
        chance = self.found.p_publication
        known = {} if chance is None else {"probability": f"{chance:.2f}"}
        return {"reviews": str(self.found.reviews), "reason": self.found.reasons[0].value} | known


def is_due(marathon: Marathon, *, now: datetime) -> bool:
    """Whether reviews are asked for by themselves here and still taken."""
    open_ = marathon.phase in PHASES and now <= marathon.reviews_until
    return marathon.decision.adaptive and open_


def reviewed(work: Work, marathon_id: str, *, now: datetime) -> Posed | None:
    """What is known of the works whose review has ended; None when there is nothing to ask."""
    marathon = work.marathons.get(marathon_id)
    if not is_due(marathon, now=now):
        return None
    posed = pose(work, marathon_id, now=now)
    return posed if posed.open_works else None


def unsure(posed: Posed, result: Result) -> tuple[Unsure, ...]:
    """The works the engine wants one more review of; those a person has ruled on are left alone."""
    found = {item.id: item for item in result.submissions}
    return tuple(
        Unsure(with_one_more(posed.marathon, one, found[one.id].reviews), found[one.id])
        for one in posed.open_works
        if found[one.id].publication is Publication.EXTRA_REVIEW and not is_ruled(posed, one)
    )


def is_ruled(posed: Posed, submission: Submission) -> bool:
    before = posed.before.get(submission.id)
    return before is not None and before.overridden_by is not None


def with_one_more(marathon: Marathon, submission: Submission, sent: int) -> Submission:
    return submission.model_copy(update={"extra_reviews": extra_for_one_more(marathon, sent)})


def top_up(
    work: Work,
    posed: Posed,
    wanted: Collection[Unsure],
    *,
    by: Actor,
    now: datetime,
) -> list[Submission]:
    """Put the ``wanted`` works that are still as ``posed`` back on review for one more each.

    Doing it again changes nothing. Raises ``Conflict`` (``rules_changed``) when the rules have
    changed meanwhile: the next sweep decides anew.
    """
    work.journal.lock()
    marathon = work.marathons.get(posed.marathon.id)
    if not wanted or not is_due(marathon, now=now):
        return []
    there = {one.id: one for one in standing(work, posed, now=now)}
    asked = [one for one in wanted if one.submission.id in there]
    for one in asked:
        ask_review(
            work,
            marathon,
            there[one.submission.id],
            one.found.reviews,
            one.details,
            by=by,
            now=now,
        )
    return [there[one.submission.id] for one in asked]
