"""Whether one more review of works can be had at all, before it is asked for."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from flows.assignment import operations, posing
from flows.assignment.posing import Posed
from schemas.assignment_problem import Result
from schemas.submission import Submission
from storage.work import Work


def pose(
    work: Work,
    marathon_id: str,
    wanted: Sequence[Submission],
    *,
    now: datetime,
    model: str = "",
) -> Posed | None:
    """The works on review as a sweep would fill them, and ``wanted`` as if they were among them.

    None without experts. ``model`` names the sentence vectors.
    """
    marathon = work.marathons.get(marathon_id)
    problem = operations.problem_to_mend(work, marathon, wanted, now=now)
    return posing.posed(work, marathon, problem, model=model) if problem.experts else None


def filled(posed: Posed, result: Result) -> frozenset[str]:
    """Ids of the works that get every review they should have."""
    pairs = Counter(pair[0] for pair in result.pairs)
    usual = posed.problem.policy.reviews
    return frozenset(
        one.id for one in posed.problem.submissions if pairs[one.id] >= (one.reviews or usual)
    )
