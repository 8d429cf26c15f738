"""The words of a decision."""

import pytest

from flows.decision.engine.explanation import explain, points
from flows.decision.engine.rules import Evidence, Mark
from schemas.decision_problem import Policy, Publication, Refusal
from schemas.decision_reasons import Reason


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
        "Публикация: решает совет. "
        "Средний балл 53,5 (без поправок 56,7), порог 60,0. "
        "Эксперт 1: 53,3 − 10,0 = 43,3; эксперт 2: 56,7 + 8,0 = 64,7; "
        "эксперт 3: 60,0 − 7,5 = 52,5. "
        "Вероятность, что качество не ниже порога, 20 %. "
        "Работа осталась у порога после наибольшего числа экспертиз: решает совет."
    )


def test_refusal_tells_the_price_without_naming_works():
    refusal = Refusal(id="a", reason=Reason.LIVE_TRACK_FULL, displaced=("b",), loss=4.25)

    text = explain(
        Evidence(marks=(Mark(80), Mark(82)), probability=0.99),
        Policy(),
        Publication.YES,
        [Reason.LIVE_TRACK_FULL],
        refusal,
    )

    assert text.endswith(
        "Чтобы включить её, пришлось бы снять с программы работ: 1; "
        "сумма баллов программы изменилась бы на −4,2."
    )
