"""What became of each ballot when the meeting was closed, kept for good in the journal."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from schemas.people import Actor
from storage.work import Work

ACTION = "ballot_applied"
CLOSED = "closed"
BARRED = "barred_"  # detail of the closing entry: with the agenda number, who did not vote on it


class BallotOutcome(StrEnum):
    """What the vote on a work led to; the last three changed nothing."""

    PUBLISHED = "published"
    NOT_PUBLISHED = "not_published"
    WITHDRAWN = "withdrawn"
    DECIDED_BEFORE = "decided_before"
    NO_PROPOSAL = "no_proposal"

    @property
    def settled(self) -> bool:
        return self in {BallotOutcome.PUBLISHED, BallotOutcome.NOT_PUBLISHED}


OUTCOME_WORDS: Mapping[BallotOutcome, str] = {
    BallotOutcome.PUBLISHED: "материал публикуется в электронном сборнике",
    BallotOutcome.NOT_PUBLISHED: "материал не публикуется",
    BallotOutcome.WITHDRAWN: "материал отозван автором, решение по нему не требуется",
    BallotOutcome.DECIDED_BEFORE: "решение по материалу принято раньше и не изменилось",
    BallotOutcome.NO_PROPOSAL: "экспертиза материала ещё не закончена, решения по нему нет",
}


def record(
    work: Work, meeting_id: str, item: int, outcome: BallotOutcome, *, by: Actor, now: datetime
) -> None:
    work.journal.write(
        by,
        action=ACTION,
        kind="meeting",
        subject_id=meeting_id,
        now=now,
        details={"item": str(item), "outcome": outcome.value},
    )


def barred_details(barred: Mapping[int, frozenset[str]]) -> dict[str, str]:
    """Who could not vote on what, for the journal's entry about the closing."""
    return {f"{BARRED}{number}": ",".join(sorted(places)) for number, places in barred.items()}


def closing(work: Work, meeting_id: str) -> dict[str, str] | None:
    """What the journal keeps of the closing, whatever has moved since; None if it keeps nothing."""
    for entry in work.journal.about(meeting_id):
        if entry.action == CLOSED:
            return entry.details
    return None


def barred_at_closing(work: Work, meeting_id: str) -> dict[int, frozenset[str]] | None:
    """Who could not vote when the meeting was closed; None if unknown."""
    kept = closing(work, meeting_id)
    if kept is None:
        return None
    return {
        int(key.removeprefix(BARRED)): frozenset(places.split(","))
        for key, places in kept.items()
        if key.startswith(BARRED)
    }


def of_meeting(work: Work, meeting_id: str) -> dict[int, BallotOutcome]:
    """By agenda number; empty until the meeting is closed."""
    return {
        int(entry.details["item"]): BallotOutcome(entry.details["outcome"])
        for entry in work.journal.about(meeting_id)
        if entry.action == ACTION
    }
