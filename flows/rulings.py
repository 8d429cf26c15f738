"""The one bridge between two stages: what the council voted becomes the decision on a work."""

from collections.abc import Iterable
from datetime import datetime

from flows.council import ballots, outcomes
from flows.council import operations as council
from flows.council.ballots import Ballot
from flows.council.outcomes import OUTCOME_WORDS, BallotOutcome
from flows.decision import operations as decision
from flows.documents.wording import counted
from schemas.base import Schema
from schemas.council import Meeting
from schemas.decision import Decision, DecisionStatus, Ruling
from schemas.people import Actor
from schemas.submission import Submission, SubmissionStatus
from storage.work import Work

NO_MAJORITY = (
    "Для публикации нужно больше половины голосов «за»: столько не набралось, "
    "поэтому материал не публикуется."
)


class Settled(Schema):
    """What a ballot led to; ``decision`` is the one it has written, if any."""

    number: int
    outcome: BallotOutcome
    decision: Decision | None = None


class Closing(Schema):
    """A closed meeting with what became of the works on its agenda, in the agenda's order."""

    meeting: Meeting
    ballots: tuple[Settled, ...] = ()

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """Decisions the council's word has been written into just now."""
        return tuple(one.decision for one in self.ballots if one.decision is not None)


def close_meeting(work: Work, meeting_id: str, *, by: Actor, now: datetime) -> Closing:
    """Close the meeting and write its ballots into the decisions, all in one transaction.

    Closing again changes nothing. Raises ``Conflict`` with everything that stands in the way.
    """
    work.journal.lock()
    meeting = council.close(work, meeting_id, by=by, now=now)
    return Closing(meeting=meeting, ballots=tuple(apply_ballots(work, meeting_id, by=by, now=now)))


def apply_ballots(work: Work, meeting_id: str, *, by: Actor, now: datetime) -> list[Settled]:
    """The closed council's word on disputed works, written into their proposed decisions.

    Ballots already applied and decisions somebody has ruled on stay as they are. The live place
    is a separate question and keeps what was proposed. Raises ``Conflict`` while the meeting is
    open.
    """
    meeting = work.meetings.get(meeting_id)
    found = ballots.of_meeting(work, meeting_id)
    known = outcomes.of_meeting(work, meeting_id)
    about = work.submissions.many(one.submission_id for one in found)
    return [
        repeat(about[one.submission_id], known[one.item])
        if one.item in known
        else settle(work, meeting, one, about[one.submission_id], by=by, now=now)
        for one in found
    ]


def repeat(submission: Submission, outcome: BallotOutcome) -> Settled:
    return Settled(number=submission.number, outcome=outcome)


def settle(
    work: Work,
    meeting: Meeting,
    ballot: Ballot,
    submission: Submission,
    *,
    by: Actor,
    now: datetime,
) -> Settled:
    """Write one ballot into the decision, or note why it cannot be."""
    proposal = work.decisions.of_submission(submission.id, round_=submission.round)
    outcome = obstacle(submission, proposal)
    ruled = None
    if outcome is None and proposal is not None:
        outcome = BallotOutcome.PUBLISHED if ballot.passed else BallotOutcome.NOT_PUBLISHED
        ruling = Ruling(
            publication=ballot.passed,
            live=proposal.live,
            council=True,
            reason=reason(meeting, ballot),
        )
        ruled = decision.override(work, proposal.id, ruling, by=by, now=now)
    outcome = outcome or BallotOutcome.NO_PROPOSAL
    outcomes.record(work, meeting.id, ballot.item, outcome, by=by, now=now)
    return Settled(number=submission.number, outcome=outcome, decision=ruled)


def obstacle(submission: Submission, proposal: Decision | None) -> BallotOutcome | None:
    """Why the council's word cannot become the decision, None when it can."""
    if submission.status is SubmissionStatus.WITHDRAWN:
        return BallotOutcome.WITHDRAWN
    if proposal is None:
        return BallotOutcome.NO_PROPOSAL
    if proposal.status is not DecisionStatus.PROPOSED or proposal.overridden_by:
        return BallotOutcome.DECIDED_BEFORE
    return None


def reason(meeting: Meeting, ballot: Ballot) -> str:
    """For the author: the votes, and the rule that turned them into a no, where they did."""
    told = f"Решение {meeting.body}, {ballot.protocol}: {ballot.tally.words}."
    return told if ballot.passed else f"{told} {NO_MAJORITY}"


def summary(closing: Closing) -> str:
    """What closing has done to the works, in sentences for the person who closed."""
    done = [one for one in closing.ballots if one.outcome.settled]
    if not closing.ballots:
        return "Спорных работ на голосовании не было."
    published = sum(one.outcome is BallotOutcome.PUBLISHED for one in done)
    works = counted(len(done), "работе", "работам", "работам")
    head = f"Решение совета внесено по {works}: публикуется {published}, нет — {len(done) - published}."
    return " ".join([head, *left_alone(closing.ballots)])


def left_alone(settled: Iterable[Settled]) -> list[str]:
    return [
        f"№ {one.number}: {OUTCOME_WORDS[one.outcome]}."
        for one in settled
        if not one.outcome.settled
    ]
