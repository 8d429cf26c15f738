"""Works of the calibration round as plans see them: reviewed by everybody, planned by nobody."""

from collections import Counter
from collections.abc import Iterable

from schemas.assignment import HELD, Assignment
from schemas.common_round import is_common, is_open
from schemas.marathon import Marathon
from schemas.submission import Submission


class CommonWorks:
    """The marathon's assignments in two: ``items`` of the calibration round, and ``ordinary``.

    While the round is open its works are in no plan. Once it is closed a work that got fewer
    reviews than any other work gets is planned for the rest.
    """

    def __init__(self, marathon: Marathon, assignments: Iterable[Assignment]) -> None:
        self.is_open = is_open(marathon)
        self.items: list[Assignment] = []
        self.ordinary: list[Assignment] = []
        for item in assignments:
            (self.items if is_common(item, marathon) else self.ordinary).append(item)
        self.rounds = {(item.submission_id, item.round) for item in self.items}
        held = (item for item in self.items if item.status in HELD)
        self.held = Counter((item.submission_id, item.round) for item in held)

    def has(self, submission: Submission) -> bool:
        """Whether the work's present round is the calibration round."""
        return (submission.id, submission.round) in self.rounds

    def wanted(self, submission: Submission, reviews: int) -> int:
        """How many reviews are left to plans, of the ``reviews`` that a work usually gets."""
        asked = reviews + submission.extra_reviews
        return max(0, asked - self.held[submission.id, submission.round])

    def is_planned(self, submission: Submission, reviews: int) -> bool:
        if not self.has(submission):
            return True
        return not self.is_open and self.wanted(submission, reviews) > 0
