"""In which order an expert gets the works: those that lack reviews most come first."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from flows.review.deadlines import due
from schemas.assignment import TO_SCORE, Assignment, AssignmentStatus

NEVER = datetime.max.replace(tzinfo=UTC)


def by_due(items: Iterable[Assignment]) -> list[Assignment]:
    return sorted(items, key=lambda item: (due(item) or NEVER, item.id))


def next_to_review(
    items: Sequence[Assignment], sent: Mapping[str, int], *, after: str = ""
) -> Assignment | None:
    """The accepted work with the fewest sent reviews, then the nearest due; invitations last.

    ``sent`` counts reviews by submission; ``after`` is the assignment just left, never chosen.
    """
    waiting = [item for item in items if item.id != after]
    to_score = [item for item in waiting if item.status in TO_SCORE]
    invited = [item for item in waiting if item.status is AssignmentStatus.INVITED]
    ordered = sorted(by_due(to_score), key=lambda item: sent.get(item.submission_id, 0))
    return next(iter([*ordered, *by_due(invited)]), None)
