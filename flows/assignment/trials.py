"""Trials: the marathon's problem with the changes an organiser wants to see the effect of."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from flows.assignment.affinity_arrays import AffinityArrays
from schemas.assignment import ELSEWHERE, Newcomers, WhatIf
from schemas.assignment_problem import Pair, Problem, Reviewer
from schemas.marathon import AssignmentPolicy

DIGITS = 4


def changes_of(what_if: WhatIf) -> dict[str, object]:
    """The policy fields the trial changes."""
    return what_if.policy.model_dump(exclude_none=True)


def changed_policy(policy: AssignmentPolicy, what_if: WhatIf) -> AssignmentPolicy:
    return AssignmentPolicy.model_validate(policy.model_dump() | changes_of(what_if))


def imagines(what_if: WhatIf) -> bool:
    """True when the trial supposes experts or loads that are not in the registry."""
    return bool(what_if.newcomers or what_if.without or what_if.capacity_change)


def changed(problem: Problem, what_if: WhatIf) -> Problem:
    """The problem with other loads, without some experts and with new ones at the end."""
    if not imagines(what_if):
        return problem
    fixed = _loads(problem.fixed)
    standing = _loads((*problem.fixed, *problem.kept))
    left = [
        _as_it_stands(one, fixed[one.id]) if one.id in what_if.without else
        _with_load(one, one.capacity + what_if.capacity_change, standing.get(one.id, 0))
        for one in problem.experts
        if one.id not in what_if.without or one.id in fixed
    ]  # fmt: skip
    return _among(problem, (*left, *_newcomers(what_if.newcomers)))


def _loads(pairs: Sequence[Pair]) -> dict[str, int]:
    loads: dict[str, int] = {}
    for _, expert in pairs:
        loads[expert] = loads.get(expert, 0) + 1
    return loads


def _as_it_stands(expert: Reviewer, load: int) -> Reviewer:
    """Who leaves still finishes what has been begun."""
    return expert.model_copy(update={"capacity": load, "minimum": 0})


def _with_load(expert: Reviewer, wanted: int, standing: int) -> Reviewer:
    capacity = max(wanted, standing, 0)
    return expert.model_copy(
        update={"capacity": capacity, "minimum": min(expert.minimum, capacity)}
    )


def _newcomers(groups: Sequence[Newcomers]) -> Iterator[Reviewer]:
    for number, group in enumerate(groups, start=1):
        for one in range(1, group.count + 1):
            name = f"newcomer-{number:02}-{one:02}"
            outside = group.municipality_id == ELSEWHERE
            yield Reviewer(
                id=name,
                person=name,
                municipality=f"{ELSEWHERE}-{number:02}-{one:02}"
                if outside
                else group.municipality_id,
                organisation=f"expert/{name}",
                capacity=group.capacity,
            )


def _among(problem: Problem, experts: tuple[Reviewer, ...]) -> Problem:
    """The problem for these experts; pairs of others are not spoken of."""
    here = {one.id for one in experts}
    pairs: Mapping[str, tuple[Pair, ...]] = {
        name: tuple(pair for pair in getattr(problem, name) if pair[1] in here)
        for name in ("conflicts", "forbidden", "kept")
    }
    return problem.model_copy(update={"experts": experts, **pairs})


def with_newcomers(affinity: AffinityArrays, works: int, known: int, new: int) -> AffinityArrays:
    """Affinities of ``works`` x (``known`` + ``new``): a newcomer fits as the average expert."""
    if not known or not new:
        return affinity
    means = np.bincount(affinity.row, weights=affinity.value, minlength=works) / known
    return AffinityArrays(
        row=np.append(affinity.row, np.repeat(np.arange(works), new)),
        column=np.append(affinity.column, np.tile(np.arange(known, known + new), works)),
        value=np.append(affinity.value, np.repeat(np.round(means, DIGITS), new)),
    )
