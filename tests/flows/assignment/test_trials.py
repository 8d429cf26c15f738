"""What a trial changes in the problem, and what it must leave alone."""

from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from flows.assignment import trials
from flows.assignment.affinity_arrays import AffinityArrays
from flows.assignment.planning import plan
from schemas.assignment import ELSEWHERE, Newcomers, WhatIf
from schemas.assignment_problem import Candidate, Policy, Problem, Reviewer
from schemas.marathon import AssignmentChanges, AssignmentPolicy


def problem(works=3, experts=4, capacity=2, **lists):
    return Problem(
        submissions=tuple(
            Candidate(id=f"w{n}", municipality="home", organisation="", authors=(), track="1")
            for n in range(works)
        ),
        experts=tuple(
            Reviewer(
                id=f"e{n}", person=f"p{n}", municipality=f"m{n}", organisation=f"o{n}",
                capacity=capacity, minimum=1,
            )
            for n in range(experts)
        ),
        policy=Policy(reviews=2),
        **lists,
    )  # fmt: skip


def loads(of):
    return {one.id: one.capacity for one in of.experts}


def test_trial_of_rules_alone_leaves_works_and_experts_as_they_are():
    given_problem = problem()
    assert trials.changed(given_problem, WhatIf(policy=AssignmentChanges(reviews=1))) is (
        given_problem
    )
    changed = trials.changed_policy(
        AssignmentPolicy(), WhatIf(policy=AssignmentChanges(reviews=1, senior_required=True))
    )
    assert (changed.reviews, changed.senior_required, changed.no_reciprocity) == (1, True, True)


def test_expert_who_leaves_still_finishes_what_is_begun():
    lists = {"fixed": (("w0", "e0"),), "kept": (("w1", "e0"), ("w1", "e1"))}
    changed = trials.changed(problem(**lists), WhatIf(without=("e0", "e2")))

    assert loads(changed) == {"e0": 1, "e1": 2, "e3": 2}
    assert changed.fixed == (("w0", "e0"),)
    assert changed.kept == (("w1", "e0"), ("w1", "e1"))
    assert changed.experts[0].minimum == 0


def test_lists_never_name_an_expert_who_is_left_out():
    lists = {"conflicts": (("w0", "e2"),), "forbidden": (("w1", "e2"),), "kept": (("w2", "e2"),)}
    changed = trials.changed(problem(**lists), WhatIf(without=("e2",)))

    assert (changed.conflicts, changed.forbidden, changed.kept) == ((), (), ())


def test_newcomers_from_elsewhere_come_from_a_municipality_each():
    groups = (
        Newcomers(municipality_id="m1", count=2, capacity=3),
        Newcomers(municipality_id=ELSEWHERE, count=2, capacity=1),
    )
    new = trials.changed(problem(), WhatIf(newcomers=groups)).experts[4:]

    assert [one.capacity for one in new] == [3, 3, 1, 1]
    assert [one.municipality for one in new[:2]] == ["m1", "m1"]
    assert len({one.municipality for one in new}) == 3
    assert len({one.organisation for one in new}) == 4


def test_newcomer_fits_every_work_as_the_average_expert():
    rows, columns = np.indices((2, 3))
    known = AffinityArrays(rows.ravel(), columns.ravel(), np.array([0.1, 0.2, 0.3, 1, 1, 1.0]))

    both = trials.with_newcomers(known, 2, 3, 2)

    found = dict(zip(zip(both.row.tolist(), both.column.tolist(), strict=True), both.value.tolist(), strict=True))  # fmt: skip
    assert set(found) == set(product(range(2), range(5)))
    assert [found[0, 3], found[0, 4], found[1, 3]] == pytest.approx([0.2, 0.2, 1.0])


changes = st.builds(
    WhatIf,
    capacity_change=st.integers(-3, 3),
    without=st.sets(st.sampled_from(["e0", "e1", "e2", "e3"])).map(lambda s: tuple(sorted(s))),
    newcomers=st.lists(
        st.builds(
            Newcomers,
            municipality_id=st.sampled_from(["m0", "home", ELSEWHERE]),
            count=st.integers(1, 2),
            capacity=st.integers(1, 3),
        ),
        max_size=2,
    ).map(tuple),
)
pairs = st.lists(
    st.tuples(st.sampled_from(["w0", "w1", "w2"]), st.sampled_from(["e0", "e1", "e2", "e3"])),
    unique=True,
    max_size=6,
)


@settings(max_examples=60, deadline=None)
@given(changes, pairs, st.integers(0, 6))
def test_whatever_is_tried_the_begun_stays_and_the_problem_can_be_solved(what_if, chosen, begun):
    lists = {"fixed": tuple(chosen[:begun]), "kept": tuple(chosen[begun:])}
    given_problem = problem(capacity=3, **lists).model_copy(
        update={"policy": Policy(reviews=2, max_per_municipality=None)}
    )
    changed = trials.changed(given_problem, what_if)
    assume(changed.experts)

    assert Problem.model_validate(changed.model_dump()) == changed
    result = plan(changed)
    assert set(changed.fixed) == set(given_problem.fixed)
    assert set(changed.fixed) <= {(work, expert) for work, expert, _ in result.pairs}
    left = set(what_if.without) - {expert for _, expert in changed.fixed}
    assert not left & {one.id for one in changed.experts}
