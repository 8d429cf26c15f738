"""The checker believes nothing: every kind of tampering with a plan is noticed."""

import ast
import json
from pathlib import Path

import pytest
from forgeries import beside_figures, with_proof
from pydantic import ValidationError

import flows.assignment.checker
from flows.assignment.bench.synthetic import Size, problem
from flows.assignment.checker.checking import check
from flows.assignment.planning import plan
from schemas.assignment_problem import (
    Candidate,
    Deficit,
    Policy,
    Problem,
    ProofRecord,
    Result,
    Reviewer,
    Weights,
)


@pytest.fixture(scope="module")
def posed():
    return problem(Size(14, 12, 6), seed=3)


@pytest.fixture(scope="module")
def result(posed):
    return plan(posed)


def test_untouched_plan_has_nothing_broken(posed, result):
    assert result.status == "optimal"
    assert check(posed, result) == []


def test_any_single_exchanged_expert_is_noticed(posed, result):
    everybody = [expert.id for expert in posed.experts]
    affinity = {pair[:2]: pair[2] for pair in posed.affinity}
    for number, (work, old, value) in enumerate(result.pairs):
        for new in everybody:
            other = affinity.get((work, new), 0.0)
            if new == old or other == value:
                continue
            pairs = list(result.pairs)
            pairs[number] = (work, new, other)
            total = round(result.total - value + other, 4)
            forged = {"pairs": tuple(pairs), "total": total, "bound": total, "gap": 0.0}
            assert beside_figures(posed, result.model_copy(update=forged)) != []


@pytest.mark.parametrize(
    "forgery",
    [
        lambda result: {"pairs": result.pairs[1:]},
        lambda result: {"pairs": (*result.pairs, result.pairs[0])},
        lambda result: {"pairs": (("nobody", "e00000", 0.0), *result.pairs)},
        lambda result: {"total": result.total + 0.01},
        lambda result: {"bound": result.bound - 0.01, "gap": result.gap - 0.01},
        lambda _: {"gap": 0.5},
        lambda _: {"status": "infeasible"},
        lambda result: {"certificate": result.certificate.model_copy(update={"proofs": ()})},
        lambda result: {"certificate": result.certificate.model_copy(update={"unit": 10})},
        lambda result: {"certificate": result.certificate.model_copy(update={"unit": 10**30})},
    ],
)
def test_forged_field_is_noticed(posed, result, forgery):
    assert check(posed, result.model_copy(update=forgery(result))) != []


@pytest.mark.parametrize("name", ["mean", "min", "p5", "load_gini"])
def test_forged_figure_is_noticed(posed, result, name):
    told = result.metrics.model_copy(update={name: getattr(result.metrics, name) + 0.01})

    sentences = check(posed, result.model_copy(update={"metrics": told}))

    assert [name in sentence for sentence in sentences] == [True]


def test_forged_prices_bounds_and_floors_are_noticed(posed, result):
    total = result.certificate.proofs[-1]
    some = posed.submissions[0].id
    forgeries = [
        {"prices": {}},
        {"prices": {"nobody": 1}},
        {"bound": total.bound - 1},
        {
            "weights": total.weights.model_copy(update={"coverage": 2**62}),
            "prices": {expert.id: -(2**62) for expert in posed.experts},
            "bound": 0,
        },
        {"multipliers": {some: -1}},
        {"multipliers": {some: 10**6}, "floors": {some: 10**6}},
        {"rivals": ((some, "e00000", some, "e00001", 5),)},
        {"weights": total.weights.model_copy(update={"affinity": 0})},
    ]

    for forgery in forgeries:
        assert check(posed, with_proof(result, **forgery)) != []


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_file_whose_numbers_are_no_numbers_is_refused(result, number):
    told = json.loads(result.model_dump_json()) | {"bound": float(number), "gap": float(number)}

    with pytest.raises(ValidationError):
        Result.model_validate(json.loads(json.dumps(told)))


def test_unit_too_coarse_for_the_affinities_makes_no_plan_optimal():
    posed = rule_book().model_copy(update={"submissions": rule_book().submissions[:1]})
    fine = posed.model_copy(update={"affinity": (("wA", "eB", 0.12344), ("wA", "eC", 0.12336))})
    coarse = posed.model_copy(
        update={
            "affinity": (("wA", "eB", 0.1234), ("wA", "eC", 0.1234)),
            "forbidden": (("wA", "eB"),),
        }
    )

    assert plan(fine).pairs == (("wA", "eB", 0.12344),)
    assert any("груба" in sentence for sentence in check(fine, plan(coarse)))


def test_full_plan_cannot_be_called_impossible_by_a_proof_with_floors():
    posed = rule_book()
    honest = plan(posed)
    reach = ProofRecord(
        goal="reach",
        weights=Weights(coverage=1, minimum=1),
        multipliers={"wA": 1},
        floors={"wA": 3},
        bound=0,
    )
    empty = {
        "status": "infeasible",
        "pairs": (),
        "total": 0.0,
        "gap": honest.bound,
        "connectivity": None,
        "deficits": (Deficit(submissions=("wA",), experts=(), missing=3, text=""),),
        "certificate": honest.certificate.model_copy(
            update={"proofs": (reach, *honest.certificate.proofs)}
        ),
    }

    sentences = check(posed, honest.model_copy(update=empty))

    assert any("пороги" in sentence for sentence in sentences)


def test_kept_pairs_cannot_be_proven_lost_by_a_price_below_nothing():
    posed = rule_book()
    without = plan(posed)
    kept = ("wA", "eC" if without.pairs[0][:2] == ("wA", "eB") else "eB")
    asked = posed.model_copy(update={"kept": (kept,)})
    reach = ProofRecord(
        goal="reach", weights=Weights(coverage=1, minimum=0, kept=-1), bound=len(without.pairs)
    )
    certificate = without.certificate.model_copy(
        update={"kept": (kept,), "proofs": (reach, *without.certificate.proofs)}
    )

    sentences = check(asked, without.model_copy(update={"certificate": certificate}))

    assert any("сохранить нельзя" in sentence for sentence in sentences)


def test_lost_fixed_pair_and_missing_senior_are_noticed(posed, result):
    free = next(
        (work.id, expert.id)
        for work in posed.submissions
        for expert in posed.experts
        if (work.id, expert.id) not in {pair[:2] for pair in result.pairs}
    )
    fixed = posed.model_copy(update={"fixed": (free,)})
    led = posed.model_copy(
        update={
            "policy": Policy(senior_required=True),
            "experts": tuple(e.model_copy(update={"senior": False}) for e in posed.experts),
        }
    )

    assert any("потеряна" in sentence for sentence in check(fixed, result))
    assert any("старшего" in sentence for sentence in check(led, result))


def test_checker_imports_neither_solver_nor_engine():
    modules = sorted(Path(flows.assignment.checker.__path__[0]).glob("*.py"))
    imported = set()
    for module in modules:
        tree = ast.parse(module.read_text(encoding="utf-8"))
        imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    ours = {name for name in imported if name.startswith("flows")}
    allowed = ("flows.assignment.affinity_arrays", "flows.assignment.checker")
    assert len(modules) > 3
    assert all(name.startswith(allowed) for name in ours)
    assert not any(name.startswith(("ortools", "scipy")) for name in imported)


def rule_book(**policy):
    """Two towns that could read each other, and a third; everybody has one place free."""
    works = tuple(
        Candidate(
            id=f"w{place}",
            municipality=place,
            organisation=f"school {place}",
            authors=(f"author {place}",),
            track="letters",
        )
        for place in "ABC"
    )
    experts = tuple(
        Reviewer(
            id=f"e{place}",
            person=f"author {place}",
            municipality=place,
            organisation=f"school of experts {place}",
            capacity=1,
        )
        for place in "ABC"
    )
    policy = {"reviews": 1, **policy}
    return Problem(submissions=works, experts=experts, policy=Policy(**policy))


def laid_out(posed, *pairs):
    """An otherwise honest result with these pairs."""
    honest = plan(posed.model_copy(update={"policy": Policy(reviews=1)}))
    return honest.model_copy(
        update={"pairs": tuple((*pair, 0.0) for pair in pairs), "total": 0.0, "bound": 0.0}
    )


@pytest.mark.parametrize(
    ("policy", "changes", "pairs", "words"),
    [
        ({}, {}, [("wA", "eA")], "свой муниципалитет"),
        ({"cross_municipal": False}, {}, [("wA", "eA")], "собственная работа"),
        ({}, {"conflicts": (("wA", "eB"),)}, [("wA", "eB")], "конфликт"),
        ({}, {"forbidden": (("wA", "eB"),)}, [("wA", "eB")], "запрещена"),
        ({}, {"same_place": (("A", "B"),)}, [("wA", "eB")], "свой муниципалитет"),
        ({}, {}, [("wA", "eB"), ("wC", "eB")], "нагрузка не больше 1"),
        ({"senior_required": True}, {}, [("wA", "eB")], "нет старшего"),
        ({"no_reciprocity": True}, {}, [("wA", "eB"), ("wB", "eA")], "Взаимные рецензии"),
        (
            {"no_municipal_reciprocity": True},
            {},
            [("wA", "eB"), ("wB", "eA")],
            "рецензируют работы друг друга",
        ),
        ({"reviews": 2}, {}, [("wA", "eB")], "экспертов 1, а нужно 2"),
    ],
)
def test_every_rule_broken_on_purpose_is_named(policy, changes, pairs, words):
    posed = rule_book(**policy).model_copy(update=changes)

    assert words in " ".join(check(posed, laid_out(posed, *pairs)))


def test_own_organisation_track_and_crowd_are_named():
    posed = rule_book()
    kin = posed.experts[1].model_copy(
        update={"organisation": "school A", "tracks": ("numbers",), "capacity": 9}
    )
    neighbour = kin.model_copy(update={"id": "eB2", "person": "another"})
    posed = posed.model_copy(update={"experts": (kin, neighbour)})

    sentences = " ".join(check(posed, laid_out(posed, ("wA", "eB"), ("wA", "eB2"))))

    for words in ("своя организация", "другое направление", "можно не больше 1"):
        assert words in sentences


def test_tolls_are_charged_again_and_forged_ones_are_noticed():
    posed = problem(Size(60, 40, 14), seed=1, policy=Policy(no_municipal_reciprocity=True))
    result = plan(posed)
    tolls = result.certificate.proofs[-1].tolls

    assert tolls
    assert check(posed, result) == []
    work, place, price = tolls[0]
    home = next(one.municipality for one in posed.submissions if one.id == work)
    forgeries = [
        (),
        ((work, place, -price), *tolls[1:]),
        ((work, home, price), *tolls[1:]),
        (("nobody", place, price), *tolls[1:]),
        ((work, place, price + 10**13), *tolls[1:]),
    ]
    for forged in forgeries:
        assert check(posed, with_proof(result, tolls=forged)) != []
    lifted = posed.model_copy(update={"policy": Policy()})
    assert check(lifted, result) != []


def test_odd_names_are_only_names():
    names = ('"quoted"', "o'clock", "😀", "007", "7", "x" * 2_000, "два слова", "\u202ertl")
    works = tuple(
        Candidate(id=name, municipality=name, organisation="", authors=(name,), track=name)
        for name in names
    )
    experts = tuple(
        Reviewer(id=name, person=f"{name}!", municipality=name, organisation="", capacity=8)
        for name in names
    )
    policy = Policy(no_reciprocity=True, no_municipal_reciprocity=True, senior_required=False)
    posed = Problem(submissions=works, experts=experts, policy=policy)

    result = plan(posed)

    assert check(posed, result) == []
    assert Result.model_validate_json(result.model_dump_json()) == result


@pytest.mark.parametrize(
    "changes",
    [
        {"capacity": 0},
        {"municipality": "m0"},
        {"tracks": ("none of theirs",)},
    ],
)
def test_experts_who_can_take_nothing_leave_a_checked_empty_plan(changes):
    posed = problem(Size(5, 4, 3), seed=1)
    works = tuple(one.model_copy(update={"municipality": "m0"}) for one in posed.submissions)
    experts = tuple(one.model_copy(update={"minimum": 0, **changes}) for one in posed.experts)
    rules = Policy(
        senior_required=True, no_reciprocity=True, no_municipal_reciprocity=True, fairness="leximin"
    )
    bare = posed.model_copy(update={"submissions": works, "experts": experts, "policy": rules})

    result = plan(bare)

    assert (result.status, result.pairs) == ("infeasible", ())
    assert check(bare, result) == []


def test_ten_thousand_tracks_are_no_burden():
    tracks = tuple(f"track {number}" for number in range(10_000))
    posed = problem(Size(20, 12, 6), seed=1)
    experts = tuple(one.model_copy(update={"tracks": (*tracks, "t0")}) for one in posed.experts)
    posed = posed.model_copy(update={"experts": experts})

    result = plan(posed)

    served = {work for work, *_ in result.pairs}
    assert served == {work.id for work in posed.submissions if work.track == "t0"}
    assert check(posed, result) == []


def test_order_never_changes_the_total_under_all_rules_and_the_seed_only_breaks_ties():
    rules = {"senior_required": True, "no_reciprocity": True, "no_municipal_reciprocity": True}
    posed = problem(Size(12, 9, 6), seed=5, policy=Policy(reviews=2, **rules))
    turned = posed.model_copy(
        update={"submissions": posed.submissions[::-1], "experts": posed.experts[::-1]}
    )
    reseeded = posed.model_copy(update={"policy": Policy(reviews=2, seed=3, **rules)})

    assert plan(turned).total == plan(posed).total
    assert plan(reseeded).total == plan(posed).total
