"""What became of each ballot when the meeting was closed, kept for good in the journal."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from schemas.people import Actor
from storage.work import Work

ACTION = "ballot_applied"


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


def of_meeting(work: Work, meeting_id: str) -> dict[int, BallotOutcome]:
    """By agenda number; empty until the meeting is closed."""
    return {
        int(entry.details["item"]): BallotOutcome(entry.details["outcome"])
        for entry in work.journal.about(meeting_id)
        if entry.action == ACTION
    }
