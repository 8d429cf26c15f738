"""What is said about a pair is true: rules, ranks, whose time is dearer, what would be lost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.assignment.bench.synthetic import Size, problem
from flows.assignment.checker.checking import check
from flows.assignment.engine.reasons import why
from flows.assignment.planning import plan
from flows.assignment.wording import Names
from schemas.assignment_problem import Candidate, Policy, Problem, Reviewer
from schemas.errors import BadInput

seeds = st.integers(0, 10_000)


def work(name, place="A"):
    return Candidate(id=name, municipality=place, organisation="", authors=(), track="t")


def expert(name, place, capacity=1):
    return Reviewer(id=name, person=name, municipality=place, organisation="", capacity=capacity)


CONTESTED = Problem(
    submissions=(work("w"), work("v")),
    experts=(expert("star", "B"), expert("c", "C"), expert("d", "D"), expert("own", "A")),
    affinity=(
        ("w", "star", 0.9),
        ("v", "star", 0.8),
        ("w", "c", 0.7),
        ("v", "c", 0.4),
        ("w", "own", 1.0),
        ("v", "d", 0.1),
    ),
    policy=Policy(reviews=1),
)
NAMES = Names(
    works={"w": "№ 1", "v": "№ 5"}, experts={"star": "Звонарёва Т. К.", "own": "Белов Е. Д."}
)


def test_member_is_explained_by_rank_price_and_who_is_nearer():
    result = plan(CONTESTED)
    assert {pair[:2] for pair in result.pairs} == {("w", "c"), ("v", "star")}

    told = why(CONTESTED, result, "w", "c", names=NAMES)

    assert (told.chosen, told.rank, told.lawful) == (True, 2, 3)
    assert [(one.expert, one.reason, one.work) for one in told.nearer] == [
        ("own", "own_municipality", None),
        ("star", "busy", "v"),
    ]
    assert told.sentences == (
        "Близость 0,7: 2-е место среди 3 допустимых экспертов.",
        "Без этой пары лучший план потерял бы 0,2 близости.",
        "Белов Е. Д. (близость 1) — свой муниципалитет.",
        "Звонарёва Т. К. (близость 0,9) — занят: его время дороже, в работе № 5 он полезнее на 0,2.",
    )


def test_expert_who_is_not_here_is_explained_by_the_better_use_or_the_rule():
    result = plan(CONTESTED)

    busy = why(CONTESTED, result, "w", "star", names=NAMES)
    own = why(CONTESTED, result, "w", "own", names=NAMES)

    assert busy.loss == pytest.approx(0.2)
    assert (
        "Не назначен: занят: его время дороже, в работе № 5 он полезнее на 0,2." in busy.sentences
    )
    assert (own.rank, own.loss, own.broken[0].code) == (None, None, "own_municipality")
    assert "Пара невозможна: свой муниципалитет." in own.sentences


def test_neighbour_in_the_panel_and_standing_pairs_are_reasons():
    posed = Problem(
        submissions=(work("w"),),
        experts=(expert("b1", "B"), expert("b2", "B"), expert("c", "C")),
        affinity=(("w", "b1", 0.9), ("w", "b2", 0.8), ("w", "c", 0.3)),
        fixed=(("w", "b1"),),
        policy=Policy(reviews=2),
    )
    result = plan(posed)

    near = why(posed, result, "w", "c").nearer[0]
    standing = why(posed, result, "w", "b1")
    barred = why(posed, result, "w", "b2")

    assert (near.expert, near.reason) == ("b2", "max_per_municipality")
    assert near.text == "в коллегии уже есть эксперт из муниципалитета «B»"
    assert standing.loss is None
    assert any("закреплена" in line for line in standing.sentences)
    assert [rule.code for rule in barred.broken] == ["max_per_municipality"]


def test_review_that_only_one_expert_can_give_is_named_as_the_loss():
    posed = Problem(submissions=(work("w"),), experts=(expert("b", "B"),), policy=Policy(reviews=1))

    told = why(posed, plan(posed), "w", "b")

    assert told.reviews_lost == 1
    assert "Без этой пары плану не хватило бы ещё 1 экспертизы." in told.sentences


@settings(max_examples=12, deadline=None)
@given(seed=seeds, limit=st.sampled_from([1, 2, None]), slack=st.floats(1, 2))
def test_loss_is_the_real_difference_between_best_plans(seed, limit, slack):
    posed = problem(Size(6, 7, 5, slack), seed=seed, policy=Policy(max_per_municipality=limit))
    result = plan(posed)
    chosen = {pair[:2] for pair in result.pairs}
    for submission in posed.submissions[:2]:
        for one in posed.experts:
            pair = (submission.id, one.id)
            told = why(posed, result, *pair)
            if told.broken:
                assert pair not in chosen
                continue
            field = "forbidden" if pair in chosen else "fixed"
            other = plan(posed.model_copy(update={field: (pair,)}))
            assert told.reviews_lost == len(result.pairs) - len(other.pairs)
            assert told.loss == pytest.approx(result.total - other.total, abs=1e-6)


@settings(max_examples=12, deadline=None)
@given(seed=seeds)
def test_price_of_busy_time_is_what_moving_the_expert_would_cost_at_least(seed):
    posed = problem(Size(12, 8, 5), seed=seed, policy=Policy())
    result = plan(posed)
    assert check(posed, result) == []
    for submission, expert_id, value in result.pairs[:6]:
        for near in why(posed, result, submission, expert_id, exact=False).nearer:
            assert near.affinity > value
            assert near.text
            if near.reason == "busy":
                assert near.price >= 0
                assert (near.work, near.expert) in {pair[:2] for pair in result.pairs}


def test_drawn_plan_tells_the_chance_and_strangers_are_refused():
    posed = CONTESTED.model_copy(update={"policy": Policy(reviews=1, max_probability=0.8)})
    result = plan(posed)

    told = why(posed, result, "w", "c")

    assert told.loss is None
    assert any("вероятность этой пары" in line for line in told.sentences)
    with pytest.raises(BadInput):
        why(posed, result, "w", "nobody")
