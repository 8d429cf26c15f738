"""A bad problem is refused with a Russian sentence that names what is wrong."""

import pytest
from pydantic import ValidationError

from schemas.assignment_problem import Candidate, Policy, Problem, Reviewer
from schemas.errors import BadInput

WORK = {"id": "w", "municipality": "A", "organisation": "o", "authors": ["p"], "track": "t"}
EXPERT = {"id": "e", "person": "q", "municipality": "B", "organisation": "r", "capacity": 2}


def posed(**changes):
    return Problem.model_validate({"submissions": [WORK], "experts": [EXPERT], **changes})


def test_optional_keys_have_the_contract_defaults():
    problem = posed()

    assert problem.policy == Policy(
        reviews=3,
        cross_municipal=True,
        max_per_municipality=1,
        senior_required=False,
        no_reciprocity=False,
        fairness="none",
        default_affinity=0,
        seed=0,
    )
    assert problem.submissions == (
        Candidate(id="w", municipality="A", organisation="o", authors=("p",), track="t"),
    )
    assert problem.experts == (
        Reviewer(id="e", person="q", municipality="B", organisation="r", capacity=2),
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"conflicts": [["w", "nobody"]]}, "неизвестный эксперт «nobody»"),
        ({"fixed": [["nothing", "e"]]}, "неизвестная работа «nothing»"),
        ({"forbidden": [["w", "x"]]}, "запрещённых"),
        ({"affinity": [["w", "x", 0.5]]}, "близости"),
        ({"submissions": [WORK, WORK]}, "«w» встречается дважды"),
        ({"experts": [EXPERT, EXPERT]}, "«e» встречается дважды"),
        ({"experts": [{**EXPERT, "capacity": -1}]}, "отрицательная нагрузка"),
        ({"experts": [{**EXPERT, "capacity": 10**10}]}, "слишком большая нагрузка"),
        ({"submissions": [{**WORK, "reviews": 2**70}]}, "слишком много рецензий"),
        ({"experts": [{**EXPERT, "minimum": 3}]}, "больше наибольшей нагрузки"),
        ({"experts": [{**EXPERT, "minimum": -1}]}, "отрицательный минимум"),
        ({"experts": [{**EXPERT, "municipality": " "}]}, "не указан муниципалитет"),
        ({"submissions": [{**WORK, "reviews": -2}]}, "отрицательное число рецензий"),
        ({"affinity": [["w", "e", 1.5]]}, "от 0 до 1"),
        ({"affinity": [["w", "e", float("nan")]]}, "от 0 до 1"),
        ({"affinity": [["w", "e", 0.1], ["w", "e", 0.2]]}, "указана дважды"),
        ({"affinity": [["w", "e", 0.1]], "affinity_file": "x.npz"}, "не оба сразу"),
        ({"policy": {"default_affinity": 2}}, "Близость по умолчанию"),
        ({"policy": {"reviews": -1}}, "Число рецензий"),
        ({"policy": {"max_per_municipality": 0}}, "не может быть меньше одного"),
        ({"policy": {"seed": -1}}, "seed"),
    ],
)
def test_unusable_problem_is_refused_in_words(changes, words):
    with pytest.raises(BadInput, match=words):
        posed(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"extra": 1},
        {"policy": {"fairnes": "none"}},
        {"policy": {"fairness": "some"}},
        {"experts": [{**EXPERT, "load": 1}]},
        {"submissions": [{"id": "w"}]},
    ],
)
def test_unknown_or_missing_keys_are_never_passed_over(changes):
    with pytest.raises(ValidationError):
        posed(**changes)


@pytest.mark.parametrize("name", ["\ud800", "школа\0"])
def test_a_name_that_no_file_can_hold_is_refused(name):
    with pytest.raises(ValidationError, match="нельзя записать"):
        Candidate(id=name, municipality="A", organisation="", authors=(), track="1")
