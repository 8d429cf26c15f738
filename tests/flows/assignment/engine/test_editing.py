"""Hand edits are re-checked rule by rule, priced against the proof, and settled at the least cost."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.assignment.affinity_arrays import matrix_of
from flows.assignment.bench.synthetic import Size, problem
from flows.assignment.checker.checking import check
from flows.assignment.engine.affinities import listed
from flows.assignment.engine.editing import apply, options, settle
from flows.assignment.planning import plan
from schemas.assignment import Edit
from schemas.assignment_problem import Candidate, Policy, Problem, Reviewer
from schemas.errors import BadInput

policies = st.builds(
    Policy,
    reviews=st.integers(1, 3),
    max_per_municipality=st.sampled_from([1, 2, None]),
    senior_required=st.booleans(),
    no_reciprocity=st.booleans(),
    no_municipal_reciprocity=st.booleans(),
    connected=st.booleans(),
    fairness=st.sampled_from(["none", "maxmin"]),
)
seeds = st.integers(0, 10_000)


def work(name, place="A", **fields):
    fields = {"organisation": "", "authors": (f"автор {name}",), "track": "t", **fields}
    return Candidate(id=name, municipality=place, **fields)


def expert(name, place, **fields):
    fields = {"capacity": 3, "organisation": "", "person": name, **fields}
    return Reviewer(id=name, municipality=place, **fields)


EXPERTS = (
    expert("b", "B", senior=True),
    expert("c", "C"),
    expert("b2", "B"),
    expert("d", "D", senior=True),
    expert("a", "A"),
    expert("school", "S", organisation="школа 1"),
    expert("self", "E", person="автор w"),
    expert("other", "F", tracks=("u",)),
    expert("full", "G", capacity=1),
)


def posed(**changes):
    """Two works with panels of two; the wished panels are nearest, everybody else is far."""
    policy = changes.pop("policy", Policy(reviews=2))
    fields = {
        "submissions": (work("w", organisation="школа 1"), work("v")),
        "experts": EXPERTS,
        "affinity": (("w", "b", 1.0), ("w", "c", 0.9), ("v", "full", 1.0), ("v", "c", 0.9)),
        "conflicts": (("w", "d"),),
        "policy": policy,
    }
    return Problem(**{**fields, **changes})


def code_of(problem_, edits, do=apply):
    with pytest.raises(BadInput) as refused:
        do(problem_, plan(problem_), edits)
    return refused.value.code


@pytest.mark.parametrize(
    ("out", "into", "code"),
    [
        ("c", "a", "own_municipality"),
        ("c", "school", "own_organisation"),
        ("c", "self", "authorship"),
        ("c", "d", "conflict"),
        ("c", "other", "track"),
        ("c", "b2", "max_per_municipality"),
        ("c", "full", "capacity"),
        ("c", "b", "duplicate"),
        ("c", None, "reviews"),
        (None, "b2", "reviews"),
        ("d", "b2", "bad_edit"),
    ],
)
def test_edit_that_breaks_a_rule_is_refused_with_its_name(out, into, code):
    assert code_of(posed(), [Edit(submission_id="w", out=out, into=into)]) == code


def test_forbidden_fixed_and_seniors_are_refused_with_their_names():
    swap = [Edit(submission_id="v", out="c", into="d")]
    assert code_of(posed(forbidden=(("v", "d"),)), swap) == "forbidden"
    assert code_of(posed(fixed=(("v", "c"),)), swap) == "fixed"
    led = posed(policy=Policy(reviews=2, senior_required=True))
    assert code_of(led, [Edit(submission_id="w", out="b", into="b2")]) == "senior"


@pytest.mark.parametrize(
    ("rule", "code"),
    [("no_reciprocity", "reciprocity"), ("no_municipal_reciprocity", "municipal_reciprocity")],
)
def test_mutual_reviews_of_people_and_of_municipalities_are_refused(rule, code):
    mutual = Problem(
        submissions=(work("x", "A"), work("y", "B")),
        experts=(
            expert("автор x", "A"),
            expert("автор y", "B"),
            expert("c", "C"),
        ),
        affinity=(("x", "автор y", 1.0), ("y", "c", 1.0)),
        policy=Policy(reviews=1, **{rule: True}),
    )

    assert code_of(mutual, [Edit(submission_id="y", out="c", into="автор x")]) == code


def test_edits_are_judged_together():
    swapped = [
        Edit(submission_id="v", out="full", into="d"),
        Edit(submission_id="w", out="c", into="full"),
    ]

    edited = apply(posed(), plan(posed()), swapped)

    assert check(posed(), edited) == []
    assert edited.status == "feasible"


@settings(max_examples=20, deadline=None)
@given(policy=policies, seed=seeds, slack=st.floats(0.8, 2))
def test_price_of_an_option_is_the_real_difference_and_the_edited_plan_stands(policy, seed, slack):
    asked = problem(Size(7, 9, 5, slack), seed=seed, policy=policy)
    before = plan(asked)
    for submission in asked.submissions[:3]:
        for option in options(asked, before, submission.id):
            edit = Edit(submission_id=submission.id, out=option.out, into=option.expert)
            if option.chosen:
                continue
            if option.broken:
                with pytest.raises(BadInput):
                    apply(asked, before, [edit])
                continue
            edited = apply(asked, before, [edit])
            assert edited.total - before.total == pytest.approx(option.price, abs=1e-6)
            assert edited.gap >= 0
            assert check(asked, edited) == []


@settings(max_examples=12, deadline=None)
@given(policy=policies, seed=seeds)
def test_settled_plan_has_the_wish_keeps_lawful_and_costs_no_more_than_the_swap(policy, seed):
    policy = policy.model_copy(update={"fairness": "none"})
    asked = problem(Size(7, 9, 5), seed=seed, policy=policy)
    before = plan(asked)
    submission = asked.submissions[0].id
    for option in options(asked, before, submission)[:6]:
        if option.chosen:
            continue
        edit = Edit(submission_id=submission, into=option.expert)
        try:
            settled = settle(asked, before, [edit])
        except BadInput:
            assert option.broken
            continue
        assert (submission, option.expert) in {pair[:2] for pair in settled.pairs}
        assert len(settled.pairs) == len(before.pairs)
        assert check(asked, settled) == []
        if not option.broken:
            was = {pair[:2] for pair in before.pairs}
            swapped = apply(asked, before, [edit.model_copy(update={"out": option.out})])
            assert reached(asked, was, settled) >= reached(asked, was, swapped)


def reached(asked, was, result):
    """Units of minimum load met, then pairs that stayed: the order of the goals."""
    loads = Counter(pair[1] for pair in result.pairs)
    met = sum(min(loads[one.id], one.minimum) for one in asked.experts)
    return met, len(was & {pair[:2] for pair in result.pairs})


def test_settling_names_the_rule_and_the_review_that_would_be_lost():
    def wish(submission, into, **changes):
        return code_of(posed(**changes), [Edit(submission_id=submission, into=into)], do=settle)

    assert wish("w", "a") == "own_municipality"
    assert wish("w", "b2", fixed=(("w", "b"),)) == "max_per_municipality"
    assert wish("w", "full", fixed=(("v", "full"),)) == "capacity"
    few = (expert("b", "B", capacity=1), expert("c", "C"), expert("d", "D"))
    only = {"experts": few, "conflicts": (("v", "d"),), "affinity": ()}
    assert wish("w", "b", **only) == "reviews"


def test_taking_somebody_out_lets_the_engine_choose_whom_instead():
    settled = settle(posed(), plan(posed()), [Edit(submission_id="v", out="full")])

    panel = {pair[1] for pair in settled.pairs if pair[0] == "v"}
    assert "full" not in panel
    assert len(panel) == 2
    assert check(posed(), settled) == []


def test_options_read_affinity_from_lists_arrays_and_matrices_alike():
    asked = problem(Size(7, 9, 5), seed=3)
    before, bare = plan(asked), asked.model_copy(update={"affinity": ()})
    arrays = listed(asked)
    whole = matrix_of(_dense(asked))

    expected = options(asked, before, "w00002")

    assert options(bare, before, "w00002", affinity=arrays) == expected
    assert options(bare, before, "w00002", affinity=whole) == expected


def _dense(asked):
    import numpy as np

    table = np.full((len(asked.submissions), len(asked.experts)), np.nan)
    arrays = listed(asked)
    table[arrays.row, arrays.column] = arrays.value
    return table


def test_unknown_names_and_drawn_plans_are_refused():
    result = plan(posed())
    with pytest.raises(BadInput):
        options(posed(), result, "nothing")
    with pytest.raises(BadInput):
        apply(posed(), result, [Edit(submission_id="w", out="c", into="nobody")])
    drawn = posed(policy=Policy(reviews=2, max_probability=0.9))
    lot = plan(drawn)
    with pytest.raises(BadInput) as refused:
        settle(drawn, lot, [Edit(submission_id="v", into="d")])
    assert refused.value.code == "drawn_plan"
