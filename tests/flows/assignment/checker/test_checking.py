"""The checker believes nothing: every kind of tampering with a plan is noticed."""

import ast
from pathlib import Path

import pytest

import flows.assignment.checker
from flows.assignment.bench.synthetic import Size, problem
from flows.assignment.checker.checking import check
from flows.assignment.planning import plan
from schemas.assignment_problem import Policy


@pytest.fixture(scope="module")
def posed():
    return problem(Size(14, 12, 6), seed=3)


@pytest.fixture(scope="module")
def result(posed):
    return plan(posed)


def with_proof(result, **changes):
    *others, total = result.certificate.proofs
    proofs = (*others, total.model_copy(update=changes))
    certificate = result.certificate.model_copy(update={"proofs": proofs})
    return result.model_copy(update={"certificate": certificate})


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
            assert check(posed, result.model_copy(update=forged)) != []


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
    ],
)
def test_forged_field_is_noticed(posed, result, forgery):
    assert check(posed, result.model_copy(update=forgery(result))) != []


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
