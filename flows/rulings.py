"""The one bridge between two stages: what the council voted becomes the decision on a work."""

from datetime import datetime

from flows.council import operations as council
from flows.decision import operations as decision
from schemas.council import Meeting
from schemas.decision import Decision, DecisionStatus, Ruling
from schemas.people import Actor
from storage.work import Work


def apply_ballots(work: Work, meeting_id: str, *, by: Actor, now: datetime) -> list[Decision]:
    """The closed council's word on disputed works, written into their proposed decisions.

    Applying again changes nothing: decisions somebody has ruled on stay. The live place is a
    separate question and keeps what was proposed. Raises ``Conflict`` while the meeting is open.
    """
    meeting = work.meetings.get(meeting_id)
    ruled = []
    for ballot in council.ballots(work, meeting_id):
        submission = work.submissions.get(ballot.submission_id)
        proposal = work.decisions.of_submission(submission.id, round_=submission.round)
        if proposal is None or not is_open(proposal):
            continue
        ruling = Ruling(
            publication=ballot.passed, live=proposal.live, reason=reason(meeting, ballot)
        )
        ruled.append(decision.override(work, proposal.id, ruling, by=by, now=now))
    return ruled


def is_open(proposal: Decision) -> bool:
    return proposal.status is DecisionStatus.PROPOSED and not proposal.overridden_by


def reason(meeting: Meeting, ballot: council.Ballot) -> str:
    return f"Решение {meeting.body}, {ballot.protocol}: {ballot.tally.words}."
