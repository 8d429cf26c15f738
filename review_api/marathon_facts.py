"""The rows of a marathon that its desks count and list, read once for a page."""

from collections.abc import Sequence
from datetime import datetime

from schemas.decision import Decision, DecisionStatus
from schemas.marathon import Marathon
from schemas.submission import Submission, SubmissionStatus
from storage.work import Work

NOT_COUNTED = frozenset({SubmissionStatus.DRAFT, SubmissionStatus.WITHDRAWN})


class Facts:
    """The marathon's rows, read once for all rules; ``own`` works of whoever looks stand apart."""

    own: Sequence[Submission] = ()

    def __init__(self, work: Work, marathon: Marathon, now: datetime) -> None:
        self.work = work
        self.marathon = marathon
        self.now = now
        self.submissions = work.submissions.of_marathon(marathon.id)
        self.assignments = work.assignments.of_marathon(marathon.id)
        rounds = {one.id: one.round for one in self.submissions}
        self.decisions = {
            item.submission_id: item
            for item in work.decisions.of_marathon(marathon.id)
            if rounds.get(item.submission_id) == item.round
        }

    def at(self, *statuses: SubmissionStatus) -> list[Submission]:
        return [one for one in self.submissions if one.status in statuses]

    @property
    def sent(self) -> list[Submission]:
        return [one for one in self.submissions if one.status not in NOT_COUNTED]

    def proposals(self) -> list[Decision]:
        return [one for one in self.decisions.values() if one.status is DecisionStatus.PROPOSED]
