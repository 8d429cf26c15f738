"""A coordinator's reminder to teachers of the own municipality whose drafts are not sent."""

from collections.abc import Collection, Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from schemas.base import Schema
from schemas.marathon import Marathon, Phase
from schemas.people import Actor
from schemas.submission import Submission, SubmissionStatus
from storage.work import Work

UNFINISHED = frozenset({SubmissionStatus.DRAFT, SubmissionStatus.RETURNED})


class Nudged(Schema):
    """Counts of works: reminded now, already reminded today, without an address to write to."""

    reminded: int = 0
    today_already: int = 0
    without_address: int = 0


def may_be_nudged(submission: Submission, places: Collection[str]) -> bool:
    return submission.status in UNFINISHED and bool(submission.municipality_ids & set(places))


def nudge(
    work: Work,
    marathon: Marathon,
    submission_ids: Iterable[str],
    *,
    places: Collection[str],
    by: Actor,
    now: datetime,
) -> Nudged:
    """One letter a day about each work at most, while the marathon takes materials.

    Works of other municipalities and works that are sent are passed over without a word.
    """
    if marathon.phase is not Phase.INTAKE:
        return Nudged()
    chosen = work.submissions.many(submission_ids).values()
    ours = [one for one in chosen if one.marathon_id == marathon.id and may_be_nudged(one, places)]
    reachable = [one for one in ours if has_address(work, one)]
    told = sum(tell(work, marathon, one, now=now) for one in reachable)
    if told:
        work.journal.write(
            by,
            action="reminded",
            kind="marathon",
            subject_id=marathon.id,
            now=now,
            details={"works": str(told)},
        )
    without = len(ours) - len(reachable)
    return Nudged(reminded=told, today_already=len(reachable) - told, without_address=without)


def why_not(work: Work, marathon: Marathon, submission: Submission) -> str:
    """Why nobody is reminded of this work now, or nothing."""
    if submission.status not in UNFINISHED:
        return "работа уже отправлена или отозвана"
    if marathon.phase is not Phase.INTAKE:
        return "приём не идёт"
    return "" if has_address(work, submission) else "у автора нет почты"


def has_address(work: Work, submission: Submission) -> bool:
    owner = work.people.get(submission.owner_id)
    return owner.email is not None and owner.erased_at is None


def tell(work: Work, marathon: Marathon, submission: Submission, *, now: datetime) -> bool:
    """Whether the letter was written now; one a day about a work, by the calendar of the place."""
    day = now.astimezone(ZoneInfo(marathon.zone)).date().isoformat()
    key = f"{submission.id}/{day}"
    if work.notices.keyed(f"nudge/{key}"):
        return False
    work.notices.tell(
        "nudge",
        key,
        about=("submission", submission.id),
        person_id=submission.owner_id,
        marathon_id=submission.marathon_id,
        now=now,
    )
    return True
