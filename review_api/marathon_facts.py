"""What the desks of a marathon count and list, read when it is first asked for, once for a page."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property

from schemas.assignment import AssignmentStatus
from schemas.decision import Decision, DecisionStatus
from schemas.marathon import Marathon
from schemas.submission import Submission, SubmissionStatus
from storage.repositories.counting import Counting, Decided
from storage.work import Work

NOT_COUNTED = frozenset({SubmissionStatus.DRAFT, SubmissionStatus.WITHDRAWN})


class Facts:
    """Numbers come from ``counting``; the rows themselves only to whoever shows all of them.

    ``own`` works of whoever looks stand apart.
    """

    own: Sequence[Submission] = ()

    def __init__(self, work: Work, marathon: Marathon, now: datetime) -> None:
        self.work = work
        self.marathon = marathon
        self.now = now

    @property
    def counting(self) -> Counting:
        return self.work.counting(self.marathon.id)

    @cached_property
    def statuses(self) -> Counter[SubmissionStatus]:
        """How many works are at each."""
        return Counter(self.work.submissions.counts(self.marathon.id))

    @cached_property
    def assigned(self) -> Counter[AssignmentStatus]:
        """How many assignments are at each."""
        return self.counting.assignments()

    @cached_property
    def decided(self) -> Counter[Decided]:
        """Decisions of the present rounds, counted."""
        return self.counting.decisions()

    @property
    def proposed(self) -> int:
        return sum(n for one, n in self.decided.items() if one.status is DecisionStatus.PROPOSED)

    @cached_property
    def submissions(self) -> list[Submission]:
        return self.work.submissions.of_marathon(self.marathon.id)

    @cached_property
    def decisions(self) -> dict[str, Decision]:
        """Of the present rounds, by the id of the work."""
        rounds = {one.id: one.round for one in self.submissions}
        return {
            item.submission_id: item
            for item in self.work.decisions.of_marathon(self.marathon.id)
            if rounds.get(item.submission_id) == item.round
        }

    def count(self, *statuses: SubmissionStatus) -> int:
        return sum(self.statuses[status] for status in statuses)

    @property
    def sent(self) -> int:
        """Works that were sent and not withdrawn."""
        return self.statuses.total() - self.count(*NOT_COUNTED)

    def at(self, *statuses: SubmissionStatus) -> list[Submission]:
        return [one for one in self.submissions if one.status in statuses]

    def proposals(self) -> list[Decision]:
        return [one for one in self.decisions.values() if one.status is DecisionStatus.PROPOSED]
