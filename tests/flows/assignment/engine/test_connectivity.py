"""Plans link their experts as the decision needs it, at the least cost, never against a rule."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.assignment.bench.synthetic import Size, problem
from flows.assignment.checker.checking import check
from flows.assignment.engine.editing import restated
from flows.assignment.engine.links import graph
from flows.assignment.planning import plan
from flows.decision.engine.agreement import connectivity as decided
from flows.decision.engine.severity import tabulate
from schemas.assignment_problem import Candidate, Policy, Problem, Reviewer
from schemas.decision_problem import ScoredReview

sizes = st.builds(
    Size,
    works=st.integers(1, 9),
    experts=st.integers(1, 9),
    municipalities=st.integers(1, 6),
    slack=st.floats(0.7, 2),
)
policies = st.builds(
    Policy,
    reviews=st.integers(1, 3),
    max_per_municipality=st.sampled_from([1, 2, None]),
    senior_required=st.booleans(),
    no_reciprocity=st.booleans(),
    fairness=st.sampled_from(["none", "maxmin"]),
    load_balance=st.sampled_from([0.0, 0.3]),
    connected=st.just(value=True),
)
seeds = st.integers(0, 10_000)


def with_policy(posed, **changes):
    return posed.model_copy(update={"policy": posed.policy.model_copy(update=changes)})


def closed_panels(panels, *, works=3, capacity=4, **policy):
    """Works of panel k fit the experts of panel k and hardly anybody else."""
    submissions = tuple(
        Candidate(id=f"w{k}{n}", municipality="A", organisation="", authors=(f"a{k}{n}",),
                  track="t")
        for k in range(panels) for n in range(works)
    )  # fmt: skip
    experts = tuple(
        Reviewer(id=f"e{k}{n}", person=f"e{k}{n}", municipality=f"m{k}{n}", organisation="",
                 capacity=capacity)
        for k in range(panels) for n in range(3)
    )  # fmt: skip
    affinity = tuple(
        (work.id, expert.id, 1.0 if work.id[1] == expert.id[1] else 0.1)
        for work in submissions
        for expert in experts
    )
    return Problem(
        submissions=submissions, experts=experts, affinity=affinity, policy=Policy(**policy)
    )


@settings(max_examples=20, deadline=None)
@given(size=sizes, seed=seeds)
def test_link_is_the_number_that_the_decision_computes(size, seed):
    result = plan(problem(size, seed=seed))
    reviews = [ScoredReview(submission=w, expert=e, score=50) for w, e, _ in result.pairs]

    link = decided(tabulate(reviews))

    assert result.connectivity.link == pytest.approx(link or 0.0, abs=1e-9)


def test_two_closed_panels_fall_apart_until_connectedness_is_asked_for():
    posed = closed_panels(2)

    apart = plan(posed)
    linked = plan(with_policy(posed, connected=True))

    assert (apart.connectivity.components, apart.connectivity.enough) == (2, False)
    assert (linked.connectivity.components, linked.connectivity.enough) == (1, True)
    assert check(posed, apart) == []
    assert check(with_policy(posed, connected=True), linked) == []
    assert linked.gap == pytest.approx(linked.connectivity.price)
    assert linked.status == "feasible"


def test_closed_panels_are_linked_by_two_exchanges_where_nobody_has_room():
    posed = closed_panels(2, works=4, capacity=4, connected=True)

    result = plan(posed)
    told = result.connectivity

    # One exchange cuts 4/3 between two groups of three: the link stays below 4/3 * 6/9 < 1.
    assert told.enough
    assert len(told.taken) == len(told.given) == 4
    assert told.price == pytest.approx(4 * 0.9)
    assert check(posed, result) == []


def test_fewer_places_are_enough_where_an_expert_has_room():
    posed = closed_panels(2, works=5, capacity=6)
    before = plan(posed).connectivity

    told = plan(with_policy(posed, connected=True)).connectivity

    assert before.components == 2
    assert told.enough
    assert len(told.taken) == 3


def nearby(posed, result):
    """Every lawful plan one place or one exchange away, with its places and price."""
    policy = {"policy": posed.policy.model_copy(update={"connected": False})}
    plain = posed.model_copy(update=policy)
    pairs = [pair[:2] for pair in result.pairs]
    experts = [expert.id for expert in posed.experts]
    changes = [[(n, e)] for n in range(len(pairs)) for e in experts]
    changes += [
        [(n, pairs[m][1]), (m, pairs[n][1])] for n in range(len(pairs)) for m in range(n)
    ]  # fmt: skip
    for change in changes:
        listed = dict(enumerate(pairs)) | {n: (pairs[n][0], e) for n, e in change}
        other = restated(plain, result, listed.values())
        other = other.model_copy(update={"connectivity": None})
        if len(other.pairs) == len(pairs) and not check(plain, other):
            reviews = [ScoredReview(submission=w, expert=e, score=50) for w, e in listed.values()]
            yield len(change), result.total - other.total, decided(tabulate(reviews))


@pytest.mark.parametrize("seed", [1, 2, 6, 11, 14])
def test_single_change_is_the_smallest_and_cheapest_one_whenever_one_is_enough(seed):
    posed = problem(Size(8, 8, 6), seed=seed, policy=Policy(reviews=3))
    plain = plan(posed)

    told = plan(with_policy(posed, connected=True)).connectivity

    if not plain.connectivity.enough:
        enough = [(places, price) for places, price, link in nearby(posed, plain) if link >= 1]
        best = min(enough, default=(2, 0.0))
        assert len(told.taken) >= best[0] or not told.enough
        if enough:
            assert (len(told.taken), told.price) == (best[0], pytest.approx(best[1], abs=1e-6))


@settings(max_examples=15, deadline=None)
@given(seed=seeds)
def test_plan_that_is_linked_already_is_not_touched(seed):
    posed = closed_panels(1, works=4)
    reseeded = with_policy(posed, seed=seed)

    linked = plan(with_policy(reseeded, connected=True))

    assert linked.connectivity.enough
    assert linked.connectivity.taken == ()
    assert linked.pairs == plan(reseeded).pairs
    assert linked.status == "optimal"


@settings(max_examples=25, deadline=None)
@given(size=sizes, policy=policies, seed=seeds)
def test_exchanges_break_no_rule_and_never_link_worse(size, policy, seed):
    posed = problem(size, seed=seed, policy=policy)

    plain, result = plan(with_policy(posed, connected=False)), plan(posed)

    assert check(posed, result) == []
    assert len(result.pairs) == len(plain.pairs)
    before, after = plain.connectivity, result.connectivity
    assert (-after.components, after.link) >= (-before.components, before.link - 1e-9)
    assert bool(after.taken) <= (not before.enough)


def test_fixed_and_kept_pairs_are_never_exchanged():
    posed = closed_panels(2, works=4, capacity=4, connected=True)
    best = [pair[:2] for pair in plan(with_policy(posed, connected=False)).pairs]
    fixed = posed.model_copy(update={"fixed": tuple(best)})
    kept = posed.model_copy(update={"kept": tuple(best)})

    for frozen in (fixed, kept):
        result = plan(frozen)
        assert {pair[:2] for pair in result.pairs} == set(best)
        assert not result.connectivity.enough
        assert check(frozen, result) == []


def test_impossible_link_gives_the_best_found_and_says_so():
    posed = closed_panels(2, connected=True)
    walls = tuple(
        (w.id, e.id) for w in posed.submissions for e in posed.experts if w.id[1] != e.id[1]
    )

    result = plan(posed.model_copy(update={"forbidden": walls}))

    assert (result.connectivity.components, result.connectivity.enough) == (2, False)
    assert result.connectivity.taken == ()


def test_large_weakly_linked_plan_is_linked_by_many_exchanges():
    posed = problem(Size(150, 90, 20), seed=2, policy=Policy(connected=True))

    result = plan(posed)

    assert result.connectivity.enough
    assert result.connectivity.price == pytest.approx(result.gap, abs=1e-6)
    assert check(posed, result) == []


def test_graph_of_one_or_nobody_is_linked_enough():
    nobody = np.zeros(0, dtype=np.int64)
    alone = graph(np.array([0, 1]), np.array([3, 3]))

    assert graph(nobody, nobody).enough
    assert (alone.components, alone.link, alone.enough) == (1, 0.0, True)
