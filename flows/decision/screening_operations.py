"""Gathering a marathon's reviews for screening and keeping the report; nothing else changes."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from flows.decision.posing import pose
from flows.decision.screening.evidence import Reviewed, ScreenedReview
from schemas.decision_policy import Screening
from schemas.outbox import Run
from schemas.review import Review
from schemas.screening import ScreeningReport
from storage.identifiers import new_id
from storage.work import Work

DEPLOYMENT = "screen_reviews"


class Asked(NamedTuple):
    """What is screened, and the titles of criteria for sentences."""

    question: Reviewed
    titles: Mapping[str, str]


def gather(work: Work, marathon_id: str) -> Asked:
    """The reviews of every work whose round has been reviewed, selected or not.

    Raises ``BadInput`` when no work has been reviewed.
    """
    posed = pose(work, marathon_id)
    reviews = [review for found in posed.reviews.values() for review in found]
    experts = work.experts.many({review.expert_id for review in reviews})
    length = lengths(work, marathon_id)
    criteria = posed.rubric.criteria
    question = Reviewed(
        reviews=tuple(screened(review, length.get(review.submission_id, 0)) for review in reviews),
        expert_homes={key: one.municipality_id for key, one in experts.items()},
        work_homes={entry.id: entry.municipality for entry in posed.problem.submissions},
        highest={criterion.code: criterion.highest for criterion in criteria},
        policy=posed.problem.policy,
        frozen=posed.problem.frozen,
    )
    return Asked(question, {criterion.code: criterion.title for criterion in criteria})


def screened(review: Review, characters: int) -> ScreenedReview:
    """All the words of a review are one text: the same fault may deserve the same remark twice."""
    draft = review.draft
    words = "\n".join(filter(None, (draft.comment, *draft.comments.values())))
    return ScreenedReview(
        submission=review.submission_id,
        expert=review.expert_id,
        score=review.score or 0.0,
        levels=draft.levels,
        comment=words,
        started_at=review.started_at,
        submitted_at=review.submitted_at,
        characters=characters,
    )


def lengths(work: Work, marathon_id: str) -> dict[str, int]:
    """Characters of each work's accepted files, as the extraction counted them."""
    found: dict[str, int] = defaultdict(int)
    for file in work.files.accepted(marathon_id):
        found[file.submission_id] += file.extraction.characters if file.extraction else 0
    return found


def keep(work: Work, marathon_id: str, report: ScreeningReport, *, now: datetime) -> Screening:
    """The report in place of an earlier one; the same report keeps its moment."""
    kept = report.model_dump(mode="json")
    earlier = work.screenings.of_marathon(marathon_id)
    if earlier is not None and earlier.report == kept:
        return earlier
    return work.screenings.keep(
        Screening(id=new_id(), marathon_id=marathon_id, made_at=now, report=kept)
    )


def latest(work: Work, marathon_id: str) -> tuple[ScreeningReport, datetime] | None:
    """The newest report and when it was made."""
    kept = work.screenings.of_marathon(marathon_id)
    if kept is None:
        return None
    return ScreeningReport.model_validate(kept.report), kept.made_at


def ask(work: Work, marathon_id: str, *, now: datetime) -> Run:
    """Screen again soon: one waiting request serves everybody."""
    return work.runs.ask(DEPLOYMENT, marathon_id=marathon_id, by=None, now=now)
