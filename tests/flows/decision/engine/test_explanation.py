"""The words of a decision."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.decision.engine.explanation import (
    beside,
    by_how_much,
    explain,
    mark_in_figures,
    percent,
    points,
)
from flows.decision.engine.flips import flips
from flows.decision.engine.rules import Evidence, Mark, verdict
from schemas.decision_problem import Policy, Publication, Refusal
from schemas.decision_reasons import Reason

SURE = Evidence(marks=(Mark(80), Mark(82)), probability=0.99)


def explained(refusal: Refusal) -> str:
    return explain(SURE, Policy(), Publication.YES, [Reason.LIVE_TRACK_FULL], refusal)


def number(text: str) -> float:
    return float(text.replace(",", ".").replace("−", "-"))


@pytest.mark.parametrize(
    ("value", "text"),
    [(53.46, "53,5"), (-7.5, "−7,5"), (0, "0,0"), (-0.04, "0,0"), (100, "100,0")],
)
def test_points_are_written_the_russian_way(value, text):
    assert points(value) == text


def test_explanation_shows_the_arithmetic():
    evidence = Evidence(marks=(Mark(60, 7.5), Mark(56.7, -8), Mark(53.3, 10)), probability=0.2)

    text = explain(evidence, Policy(), Publication.COUNCIL, [Reason.REVIEWS_EXHAUSTED])

    assert text == (
        "Решение о публикации примет совет. "
        "Итоговый балл 53,5 (без поправок на строгость 56,7), порог публикации 60,0. "
        "Оценки: эксперт 1: 53,3 − 10,0 = 43,3; эксперт 2: 56,7 + 8,0 = 64,7; "
        "эксперт 3: 60,0 − 7,5 = 52,5. "
        "Вероятность, что уровень работы не ниже порога: 20\u00a0%. "
        "Работа осталась у порога после наибольшего числа экспертиз: решает совет."
    )


@given(st.floats(0, 100), st.floats(-10, 10))
def test_printed_sums_add_up(score, correction):
    figures = mark_in_figures(Mark(score, correction))

    found = re.fullmatch(r"(\S+) ([−+]) (\S+) = (\S+)", figures)
    if found is None:
        assert figures == points(score)
        return
    sign = -1 if found[2] == "−" else 1
    assert number(found[1]) + sign * number(found[3]) == pytest.approx(number(found[4]))
    assert abs(number(found[3]) - abs(correction)) < 0.1 + 1e-6


def test_marks_at_the_end_of_the_scale_are_shown_as_they_were_given():
    assert mark_in_figures(Mark(100, 7), plain=True) == "100,0"


@given(st.floats(0, 100), st.sampled_from([0.0, 55.5, 60.0, 72.5, 100.0]))
def test_printed_score_lies_on_the_same_side_of_the_threshold_as_the_real_one(score, threshold):
    score = round(score, 9)

    assert (number(beside(score, threshold)) >= threshold) == (score >= threshold)


def test_score_a_hair_below_the_threshold_is_not_printed_as_the_threshold():
    assert beside(59.96, 60) == "59,96"
    assert beside(59.9996, 60) == "59,9996"


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (0.372, "37\u00a0%"),
        (0.999, "больше 99\u00a0%"),
        (0.0001, "меньше 1\u00a0%"),
        (0.994, "99\u00a0%"),
        (0.698, "69,8\u00a0%"),
        (0.69996, "69,996\u00a0%"),
        (0.7, "70\u00a0%"),
        (0.203, "20,3\u00a0%"),
        (0.2, "20\u00a0%"),
    ],
)
def test_probability_is_never_a_certainty_nor_on_a_bound_it_does_not_reach(probability, words):
    assert percent(probability, 0.2, 0.7) == words


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (10.0, "хотя бы на 10,0 балла выше"),
        (-12.000001, "хотя бы на 12,1 балла ниже"),
        (1.23, "хотя бы на 1,3 балла выше"),
        (1e-6, "хотя бы на 0,1 балла выше"),
    ],
)
def test_change_is_rounded_so_that_it_stays_enough(change, words):
    assert by_how_much(change) == words


def test_fragile_work_is_told_the_least_change_without_a_name():
    evidence = Evidence(
        marks=(Mark(40, expert="Сидорова"), Mark(62, expert="Котова"), Mark(90, expert="Белый")),
        probability=0.9,
    )
    found = verdict(evidence, Policy())
    turns = flips(evidence, Policy(), found.publication)

    text = explain(evidence, Policy(), found.publication, found.reasons, flips=turns)

    assert text.endswith(
        "Решение хрупкое: без одной из экспертиз балл оказался бы по другую сторону порога. "
        "Балл оказался бы по другую сторону порога, если бы эксперт 3 поставил оценку "
        "хотя бы на 12,1 балла ниже."
    )
    assert not re.search("Сидорова|Котова|Белый", text)


def test_stable_work_is_not_told_what_would_turn_it():
    turns = flips(SURE, Policy(), Publication.YES)

    assert turns
    text = explain(SURE, Policy(), Publication.YES, [Reason.ABOVE_THRESHOLD], flips=turns)
    assert "если бы" not in text


def test_failed_gates_are_said_first_and_once():
    stopped = Evidence(SURE.marks, veto=("Не пройдена проверка «Заимствования указаны».",))

    text = explain(stopped, Policy(), Publication.NO, [Reason.VETO])

    assert text.startswith(
        "Работа не проходит в сборник. Не пройдена проверка «Заимствования указаны». "
    )
    assert text.count("роверка «") == text.count("роверк") - text.count("проверку")


def test_gate_that_bars_only_a_live_place_is_named():
    barred = Evidence(SURE.marks, live_veto=("Не пройдена проверка «Показ на сцене».",))

    text = explain(barred, Policy(), Publication.YES, [Reason.ABOVE_THRESHOLD, Reason.LIVE_VETO])

    assert text.endswith(
        "Работа не прошла проверку, обязательную для очного выступления. "
        "Не пройдена проверка «Показ на сцене»."
    )


@pytest.mark.parametrize(
    ("displaced", "loss", "words"),
    [
        (("b",), 4.25, "пришлось бы снять 1 работу, а сумма баллов программы стала бы меньше на"),
        (("b", "c"), 4.0, "пришлось бы снять 2 работы, а сумма"),
        (tuple("bcdef"), 4.0, "пришлось бы снять 5 работ, а сумма"),
        (("b",), 0.0, "пришлось бы снять 1 работу, а сумма баллов программы не изменилась бы."),
        ((), 3.0, "снимать другие работы не пришлось бы, а сумма баллов программы стала бы меньше"),
    ],
)
def test_refusal_tells_the_price_without_naming_works(displaced, loss, words):
    refusal = Refusal(id="a", reason=Reason.LIVE_TRACK_FULL, displaced=displaced, loss=loss)

    assert f"Чтобы включить её в очную программу, {words}" in explained(refusal)


def test_refusal_that_no_exchange_can_lift_says_so():
    refusal = Refusal(id="a", reason=Reason.LIVE_COMBINATION, displaced=None, loss=None)

    assert explained(refusal).endswith(
        "При действующих ограничениях включить работу в очную программу нельзя."
    )
