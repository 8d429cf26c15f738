"""Two plans are compared pair by pair, and every change has a reason that is true."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.assignment.bench.synthetic import Size, problem
from flows.assignment.engine.changes import BY_HAND, DECLINED, EXPIRED, Side, compare, figures
from flows.assignment.planning import plan, replan
from flows.assignment.wording import Names
from schemas.assignment_problem import Candidate, Policy, Problem, Reviewer


def work(name, **fields):
    return Candidate(id=name, municipality="A", organisation="", authors=(), track="t", **fields)


def expert(name, place, **fields):
    fields = {"capacity": 5, **fields}
    return Reviewer(id=name, person=name, municipality=place, organisation="", **fields)


def posed(**changes):
    fields = {
        "submissions": (work("w"), work("v")),
        "experts": (expert("b", "B", capacity=1), expert("c", "C"), expert("d", "D")),
        "policy": Policy(reviews=1),
    }
    return Problem(**{**fields, **changes})


def side(problem, *pairs):
    worth = {row[:2]: row[2] for row in problem.affinity}
    return Side(problem, tuple((*pair, worth.get(pair, 0.5)) for pair in pairs))


def reasons(comparison):
    listed = (*comparison.left, *comparison.joined)
    return {(one.submission, one.expert): one.reason for one in listed}


def test_nothing_changes_between_a_plan_and_itself():
    same = side(posed(), ("w", "b"), ("v", "c"))

    comparison = compare(same, same)

    assert comparison.kept == (("v", "c"), ("w", "b"))
    assert (comparison.left, comparison.joined, comparison.panels, comparison.loads) == ((),) * 4
    assert comparison.stability.pairs_kept == 1
    assert comparison.difference.total == 0


def test_who_declined_and_who_came_instead_are_told():
    before, after = side(posed(), ("w", "b"), ("v", "c")), side(posed(), ("w", "d"), ("v", "c"))

    comparison = compare(
        before, after, causes={("w", "b"): DECLINED}, names=Names(experts={"b": "Белова А. А."})
    )

    (left,), (joined,) = comparison.left, comparison.joined
    assert (left.reason, left.text) == ("declined", "эксперт отказался")
    assert joined.text == "вместо эксперта Белова А. А.: эксперт отказался"
    assert comparison.stability.pairs_kept == 0.5
    assert comparison.stability.panels_unchanged == 0.5
    assert [(one.expert, one.before, one.after) for one in comparison.loads] == [
        ("b", 1, 0),
        ("d", 0, 1),
    ]


def test_chain_names_the_work_that_needed_the_expert():
    before = side(posed(), ("w", "b"), ("v", "c"))
    after = side(posed(forbidden=(("v", "c"),)), ("v", "b"), ("w", "d"))
    names = Names(works={"v": "№ 7"}, experts={"b": "Белов", "c": "Сомов"})

    comparison = compare(before, after, names=names)

    moved = next(one for one in comparison.left if one.submission == "w")
    assert (moved.reason, moved.work, moved.text) == ("made_room", "v", "понадобился работе № 7")
    assert reasons(comparison)["v", "c"] == "forbidden"
    came = next(one for one in comparison.joined if one.submission == "w")
    assert came.text == "вместо эксперта Белов: понадобился работе № 7"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"conflicts": (("w", "b"),)}, "conflict"),
        ({"forbidden": (("w", "b"),)}, "forbidden"),
        ({"submissions": (work("v"),)}, "work_withdrawn"),
        ({"experts": (expert("c", "C"), expert("d", "D"))}, "expert_gone"),
        ({"experts": (expert("b", "A"), expert("c", "C"))}, "own_municipality"),
        ({"experts": (expert("b", "B", capacity=0), expert("c", "C"))}, "capacity"),
        ({"submissions": (work("w", reviews=0), work("v"))}, "reviews"),
    ],
)
def test_pair_that_became_unlawful_names_its_rule(changed, code):
    comparison = compare(side(posed(), ("w", "b"), ("v", "c")), side(posed(**changed), ("v", "c")))

    assert reasons(comparison) == {("w", "b"): code}


def test_tighter_diversity_is_a_reason():
    experts = (expert("b", "B"), expert("b2", "B"), expert("c", "C"))
    loose = posed(experts=experts, policy=Policy(reviews=2, max_per_municipality=2))
    tight = posed(experts=experts, policy=Policy(reviews=2))

    comparison = compare(side(loose, ("w", "b"), ("w", "b2")), side(tight, ("w", "b"), ("w", "c")))

    assert reasons(comparison)["w", "b2"] == "max_per_municipality"


def test_new_works_more_reviews_new_experts_and_hands_are_reasons_to_join():
    before = side(posed(submissions=(work("w"),)), ("w", "b"))
    more = posed(
        submissions=(work("w", reviews=2), work("v")),
        experts=(*posed().experts, expert("e", "E")),
    )

    comparison = compare(
        before,
        side(more, ("w", "b"), ("w", "e"), ("v", "d")),
    )
    by_hand = compare(
        side(posed(), ("w", "b")), side(posed(), ("w", "c")), causes={("w", "c"): BY_HAND}
    )

    assert reasons(comparison) == {("w", "e"): "extra_review", ("v", "d"): "new_work"}
    assert reasons(by_hand)["w", "c"] == "by_hand"


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_comparison_accounts_for_every_pair_of_a_replan(seed):
    first = problem(Size(9, 8, 5), seed=seed)
    before = plan(first)
    gone = [pair[:2] for pair in before.pairs[:2]]
    second = first.model_copy(update={"forbidden": tuple(gone)})
    after = replan(second, [pair[:2] for pair in before.pairs])

    comparison = compare(
        Side.of(first, before), Side.of(second, after), causes=dict.fromkeys(gone, EXPIRED)
    )

    was, now = ({pair[:2] for pair in result.pairs} for result in (before, after))
    left = {(one.submission, one.expert) for one in comparison.left}
    joined = {(one.submission, one.expert) for one in comparison.joined}
    assert (set(comparison.kept), left, joined) == (was & now, was - now, now - was)
    assert {reasons(comparison)[pair] for pair in gone} <= {EXPIRED}
    assert all(one.text for one in (*comparison.left, *comparison.joined))
    assert sum(one.after - one.before for one in comparison.loads) == len(now) - len(was)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), slack=st.floats(0.5, 1.5))
def test_figures_are_those_of_the_engine(seed, slack):
    posed_ = problem(Size(9, 8, 5, slack), seed=seed)
    result = plan(posed_)

    found = figures(Side.of(posed_, result))

    assert found.total == pytest.approx(result.total)
    assert found.missing == sum(one.missing for one in result.deficits if one.submissions)
    for name in ("mean", "min", "p5", "load_gini"):
        assert getattr(found, name) == pytest.approx(getattr(result.metrics, name), abs=1e-4)
