"""When a plan cannot be full it is as full as it can be, says why, and remedies keep their word."""

import re

import pytest

from flows.assignment.checker.checking import check
from flows.assignment.planning import plan
from schemas.assignment_problem import Candidate, Policy, Problem, Reviewer

AUTHORS_FROM = (
    "город Бодайбо и район",
    "Усть-Кутский район",
    "город Усть-Илимск",
    "Усть-Илимский район",
    "Нижнеилимский район",
    "Киренский район",
    "Железногорск-Илимский",
)
EXPERTS_FROM = ("город Бодайбо и район", "город Усть-Илимск", "Железногорск-Илимский")


def northern_cluster(**policy):
    """28 works from seven named places, experts from three: seed 000 in figures."""
    works = tuple(
        Candidate(
            id=f"работа {number:02}",
            municipality=AUTHORS_FROM[number % 7],
            organisation=f"школа {number}",
            authors=(f"автор {number}",),
            track=f"направление {number % 3 + 1}",
        )
        for number in range(28)
    )
    experts = tuple(
        Reviewer(
            id=f"эксперт {number:02}",
            person=f"эксперт {number}",
            municipality=EXPERTS_FROM[number % 3],
            organisation=f"методический центр {number % 3}",
            capacity=8,
        )
        for number in range(12)
    )
    return Problem(
        submissions=works,
        experts=experts,
        same_place=(("Железногорск-Илимский", "Нижнеилимский район"),),
        policy=Policy(**policy),
    )


@pytest.fixture(scope="module")
def posed():
    return northern_cluster()


@pytest.fixture(scope="module")
def result(posed):
    return plan(posed)


def left_after(remedies, words):
    line = next(line for line in remedies if words in line)
    if "хватит всем" in line:
        return 0
    return int(re.search(r"нехватка (\d+)", line).group(1))


def missing(posed):
    return sum(deficit.missing for deficit in plan(posed).deficits)


def test_three_municipalities_leave_one_review_short_for_their_own_authors(posed, result):
    assert result.status == "infeasible"
    assert len(result.pairs) == 84 - 16
    assert sum(deficit.missing for deficit in result.deficits) == 16
    assert check(posed, result) == []


def test_deficit_names_works_tracks_places_and_who_cannot_help(result):
    deficit = next(one for one in result.deficits if "работа 00" in one.submissions)

    assert "Не хватает рецензий: 4. Работ: 4" in deficit.text
    assert "направление 1" in deficit.text
    assert "город Бодайбо и район" in deficit.text
    assert "Подходящих экспертов: 8" in deficit.text
    assert "свой муниципалитет — 4" in deficit.text
    assert len(deficit.experts) == 8


def test_every_remedy_leaves_what_it_says(posed, result):
    remedies = result.deficits[0].remedies
    newcomer = Reviewer(
        id="новый", person="новый", municipality="Катангский район", organisation="", capacity=8
    )
    more_load = tuple(e.model_copy(update={"capacity": 9}) for e in posed.experts)
    changed = {
        "Один эксперт": posed.model_copy(update={"experts": (*posed.experts, newcomer)}),
        "Рецензий на работу 2": northern_cluster(reviews=2),
        "До 2 экспертов": northern_cluster(max_per_municipality=2),
        "больше на одну": posed.model_copy(update={"experts": more_load}),
    }

    for words, problem in changed.items():
        assert left_after(remedies, words) == missing(problem), words


def test_enough_new_experts_are_counted(result):
    assert any(
        "Экспертов: 2" in line and "хватит всем" in line for line in result.deficits[0].remedies
    )


def test_works_that_compete_for_few_experts_form_one_deficit():
    works = tuple(
        Candidate(id=f"w{n}", municipality="A", organisation="", authors=(), track="t")
        for n in range(5)
    )
    experts = tuple(
        Reviewer(id=f"e{n}", person=f"e{n}", municipality=f"M{n}", organisation="", capacity=3)
        for n in range(3)
    )
    posed = Problem(submissions=works, experts=experts)

    result = plan(posed)

    assert [deficit.missing for deficit in result.deficits] == [6]
    assert "заняты полностью: 3" in result.deficits[0].text
    assert check(posed, result) == []


def test_missing_seniors_are_named_as_the_reason():
    posed = northern_cluster(reviews=2, senior_required=True)

    result = plan(posed)

    assert result.status == "infeasible"
    assert sum(deficit.missing for deficit in result.deficits) == 28
    assert "старший эксперт" in result.deficits[0].text
    assert check(posed, result) == []
