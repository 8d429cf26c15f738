"""A plan made again changes as little as it has to, or as much as it is worth, and proves it."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.assignment.bench.synthetic import Size, problem
from flows.assignment.checker.checking import check
from flows.assignment.planning import plan, replan
from schemas.assignment_problem import Candidate, Pair, Policy, Problem, Reviewer

policies = st.builds(
    Policy,
    reviews=st.integers(1, 3),
    max_per_municipality=st.sampled_from([1, 2, None]),
    senior_required=st.booleans(),
    no_reciprocity=st.booleans(),
    seed=st.integers(0, 2),
)
seeds = st.integers(0, 10_000)


def pairs_of(result) -> set[Pair]:
    return {pair[:2] for pair in result.pairs}


def with_kept(posed, kept, **policy):
    changed = posed.policy.model_copy(update=policy)
    return posed.model_copy(update={"kept": tuple(sorted(kept)), "policy": changed})


def every_plan(posed):
    """All lawful plans of a tiny problem without extra rules, as sets of pairs."""
    capacity = {expert.id: expert.capacity for expert in posed.experts}
    home = {expert.id: expert.municipality for expert in posed.experts}
    plans = [frozenset()]
    for work in posed.submissions:
        able = [e.id for e in posed.experts if e.municipality != work.municipality]
        panels = [
            panel
            for size in range(posed.policy.reviews + 1)
            for panel in combinations(able, size)
            if len({home[expert] for expert in panel}) == len(panel)
        ]
        plans = [
            plan | {(work.id, expert) for expert in panel}
            for plan in plans
            for panel in panels
            if all(sum(p[1] == e for p in plan) < capacity[e] for e in panel)
        ]
    return plans


def tiny(seed, **policy):
    import numpy as np

    draw = np.random.default_rng(seed)
    works = tuple(
        Candidate(
            id=f"w{n}", municipality=f"m{draw.integers(3)}", organisation="", authors=(), track="t"
        )
        for n in range(3)
    )
    experts = tuple(
        Reviewer(
            id=f"e{n}",
            person=f"e{n}",
            municipality=f"m{draw.integers(4)}",
            organisation="",
            capacity=int(draw.integers(1, 3)),
        )
        for n in range(4)
    )
    affinity = tuple((w.id, e.id, round(float(draw.random()), 2)) for w in works for e in experts)
    return Problem(
        submissions=works, experts=experts, affinity=affinity, policy=Policy(reviews=2, **policy)
    )


def some_pairs(posed, seed):
    import numpy as np

    draw = np.random.default_rng(seed + 1)
    every = [(work.id, expert.id) for work in posed.submissions for expert in posed.experts]
    return {every[number] for number in draw.permutation(len(every))[:4]}


@settings(max_examples=40, deadline=None)
@given(seed=seeds)
def test_keeping_comes_after_coverage_and_before_affinity_as_in_brute_force(seed):
    posed = tiny(seed)
    kept = some_pairs(posed, seed)
    posed = with_kept(posed, kept)
    worth = {row[:2]: row[2] for row in posed.affinity}

    result = plan(posed)

    best = max((len(p), len(p & kept), sum(map(worth.get, p))) for p in every_plan(posed))
    found = pairs_of(result)
    assert (len(found), len(found & kept)) == best[:2]
    assert result.total == pytest.approx(best[2], abs=1e-6)
    assert check(posed, result) == []


@settings(max_examples=40, deadline=None)
@given(seed=seeds, bonus=st.sampled_from([0.0, 0.05, 0.3, 1.0]))
def test_bonus_is_weighed_against_affinity_as_in_brute_force(seed, bonus):
    posed = tiny(seed, keep_bonus=bonus)
    kept = some_pairs(posed, seed)
    posed = with_kept(posed, kept)
    worth = {row[:2]: row[2] for row in posed.affinity}

    result = plan(posed)

    def value(pairs):
        return sum(map(worth.get, pairs)) + bonus * len(pairs & kept)

    best = max((len(p), value(p)) for p in every_plan(posed))
    found = pairs_of(result)
    assert len(found) == best[0]
    assert value(found) == pytest.approx(best[1], abs=1e-6)
    assert result.gap == 0
    assert check(posed, result) == []


@settings(max_examples=20, deadline=None)
@given(policy=policies, seed=seeds)
def test_replanning_keeps_every_lawful_pair_it_can(policy, seed):
    posed = problem(Size(9, 8, 5), seed=seed, policy=policy)
    before = plan(posed)
    declined = before.pairs[0][:2] if before.pairs else ("w00000", "e00000")
    changed = posed.model_copy(update={"forbidden": (declined,)})

    scratch = plan(changed)
    result = replan(changed, pairs_of(before))

    kept = pairs_of(before)
    assert check(with_kept(changed, kept), result) == []
    assert len(result.pairs) == len(scratch.pairs)
    assert len(kept & pairs_of(result)) >= len(kept & pairs_of(scratch))
    assert declined not in pairs_of(result)


def test_bonus_keeps_fewer_pairs_than_order_and_more_than_nothing():
    posed = problem(Size(60, 30, 8), seed=3)
    before = pairs_of(plan(posed))
    gone = posed.experts[0].id
    changed = posed.model_copy(update={"forbidden": tuple(p for p in before if p[1] == gone)})

    def stayed(bonus):
        asked = with_kept(changed, before, keep_bonus=bonus)
        result = plan(asked)
        assert check(asked, result) == []
        return len(before & pairs_of(result)), result.total

    free, light, first = stayed(0.0), stayed(0.05), stayed(None)
    assert free[0] <= light[0] <= first[0]
    assert free[1] >= light[1] >= first[1]
    assert first[0] == len(before) - len(changed.forbidden)


def test_started_reviews_stay_and_pairs_of_the_gone_are_passed_over():
    posed = problem(Size(12, 9, 5), seed=2)
    before = plan(posed)
    started = before.pairs[0][:2]
    left = posed.experts[-1].id
    changed = posed.model_copy(
        update={
            "fixed": (started,),
            "experts": tuple(e for e in posed.experts if e.id != left or e.id == started[1]),
            "affinity": tuple(row for row in posed.affinity if row[1] != left),
        }
    )

    result = replan(changed, [*pairs_of(before), ("nothing", "nobody")])

    assert started in pairs_of(result)


def test_forgotten_and_invented_kept_pairs_are_noticed():
    posed = problem(Size(12, 9, 5), seed=2)
    kept = sorted(pairs_of(plan(posed)))[:5]
    asked = with_kept(posed, kept)
    result = plan(asked)
    assert check(asked, result) == []

    plain = plan(posed)
    weighed = with_kept(posed, kept, keep_bonus=0.2)

    assert any("не пытался сохранить" in line for line in check(asked, plain))
    assert any("не просили" in line for line in check(posed, result))
    assert any("keep_bonus" in line for line in check(weighed, result))
