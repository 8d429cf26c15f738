"""A decision in plain Russian: the outcome, the arithmetic with its numbers, then the reasons.

Experts are «эксперт 1, 2, 3» within one work, in order of their marks: nothing links a number to
a person or to the same expert's number in another work. Other works are counted, never named.
"""

from collections.abc import Iterator, Sequence
from math import ceil, copysign

from flows.decision.engine.rules import Evidence, Mark, in_order
from flows.documents.wording import counted
from schemas.decision_problem import Flip, Policy, Publication, Refusal
from schemas.decision_reasons import REASON_SENTENCES, Reason

OUTCOMES = {
    Publication.YES: "Работа проходит в сборник.",
    Publication.NO: "Работа не проходит в сборник.",
    Publication.EXTRA_REVIEW: "Решение о публикации отложено: нужна ещё одна экспертиза.",
    Publication.COUNCIL: "Решение о публикации примет совет.",
}
SURE = 0.995  # rounds to 100 %, which no probability out of a few marks deserves
EXACT = 1e-9
FINEST = 9  # decimals: as finely as published scores are kept


def explain(
    evidence: Evidence,
    policy: Policy,
    publication: Publication,
    reasons: Sequence[Reason],
    refusal: Refusal | None = None,
    flips: Sequence[Flip] = (),
) -> str:
    """The paragraph shown beside the decision; of ``flips`` fragile works name the least."""
    parts = [OUTCOMES[publication]]
    parts += [sentence(failed) for failed in evidence.veto]
    parts += _numbers(evidence, policy)
    parts += _reasons(evidence, reasons, flips)
    parts += _price(refusal)
    return " ".join(parts)


def points(value: float, decimals: int = 1) -> str:
    """Russian comma, a true minus: «−7,5»."""
    text = f"{abs(value):.{decimals}f}".replace(".", ",")
    return f"−{text}" if round(value, decimals) < 0 else text


def as_set(threshold: float) -> str:
    """A threshold as it was set, which may be finer than a tenth."""
    return points(threshold, 1 if round(threshold, 1) == threshold else 2)


def beside(score: float, threshold: float) -> str:
    """The score with as many decimals as show on which side of the threshold it lies."""
    return points(score, decimals_beside(score, threshold))


def decimals_beside(score: float, threshold: float) -> int:
    """How many decimals show on which side of the threshold the score lies, one at least."""
    sides = (
        decimals
        for decimals in range(1, FINEST)
        if (round(score, decimals) >= threshold) == (score >= threshold)
    )
    return next(sides, FINEST)


def decimals_between(probability: float, low: float, high: float) -> int:
    """How many decimals of per cent show on which side of both bounds the probability lies.

    The bounds themselves are a firm «no» and a firm «yes», as in ``rules``.
    """
    per_cent, least, most = (round(100 * share, FINEST) for share in (probability, low, high))
    sides = (
        decimals
        for decimals in range(FINEST)
        if (round(per_cent, decimals) >= most) == (probability >= high)
        and (round(per_cent, decimals) <= least) == (probability <= low)
    )
    return next(sides, FINEST)


def percent(probability: float, low: float, high: float) -> str:
    """«37 %», «69,8 %» beside a bound of 70, but never a certainty: «больше 99 %»."""
    if probability >= SURE:
        return "больше 99\u00a0%"
    if probability < 1 - SURE:
        return "меньше 1\u00a0%"
    return f"{points(100 * probability, decimals_between(probability, low, high))}\u00a0%"


def flip_sentence(marks: Sequence[Mark], flip: Flip) -> str:
    """What one other mark would have done; that is all it promises: see ``flips``."""
    return (
        f"Балл оказался бы по другую сторону порога, если бы {anonymous(marks, flip.expert)} "
        f"поставил оценку {by_how_much(flip.change)}."
    )


def by_how_much(change: float) -> str:
    """«хотя бы на 1,3 балла выше», which stays true."""
    least = least_change(change)
    return f"хотя бы на {points(abs(least))} балла {'выше' if least > 0 else 'ниже'}"


def least_change(change: float) -> float:
    """In points, rounded away from zero to a tenth so that it stays enough."""
    tenths = ceil(round(10 * abs(change), FINEST - 1) - EXACT)
    return copysign(tenths / 10, change)


def anonymous(marks: Sequence[Mark], expert: str) -> str:
    """«эксперт 2»: the place of the expert's mark among the work's marks."""
    places = [mark.expert for mark in in_order(marks)]
    return f"эксперт {places.index(expert) + 1}"


def _numbers(evidence: Evidence, policy: Policy) -> Iterator[str]:
    if evidence.score is None or evidence.raw is None:
        return
    threshold = policy.publication_threshold
    shown, plain = beside(evidence.score, threshold), beside(evidence.raw, threshold)
    before = f" (без поправок на строгость {plain})" if shown != plain else ""
    yield f"Итоговый балл {shown}{before}, порог публикации {as_set(threshold)}."
    yield _marks(evidence)
    if evidence.probability is not None:
        chance = percent(evidence.probability, policy.low, policy.high)
        yield f"Вероятность, что уровень работы не ниже порога: {chance}."


def _marks(evidence: Evidence) -> str:
    shown = [
        f"эксперт {number}: {mark_in_figures(mark, plain=evidence.at_limit)}"
        for number, mark in enumerate(in_order(evidence.marks), start=1)
    ]
    return f"Оценки: {'; '.join(shown)}."


def mark_in_figures(mark: Mark, *, plain: bool = False) -> str:
    """«60,0 − 7,5 = 52,5»: what is printed adds up, whatever rounding did to the parts."""
    score, corrected = round(mark.score, 1), round(mark.corrected, 1)
    correction = round(score - corrected, 1)
    if plain or not correction:
        return points(mark.score)
    sign = "−" if correction > 0 else "+"
    return f"{points(score)} {sign} {points(abs(correction))} = {points(corrected)}"


def sentence(text: str) -> str:
    stripped = text.strip().rstrip(".")
    return f"{stripped[:1].upper()}{stripped[1:]}."


def _reasons(evidence: Evidence, reasons: Sequence[Reason], flips: Sequence[Flip]) -> Iterator[str]:
    """Each reason, followed by what makes it concrete."""
    for reason in reasons:
        yield REASON_SENTENCES[reason]
        if reason is Reason.ONE_REVIEW_DECIDES:
            yield from (flip_sentence(evidence.marks, flip) for flip in flips[:1])
        if reason is Reason.LIVE_VETO:
            yield from (sentence(failed) for failed in evidence.live_veto)


def _price(refusal: Refusal | None) -> Iterator[str]:
    if refusal is None:
        return
    if refusal.displaced is None or refusal.loss is None:
        yield "При действующих ограничениях включить работу в очную программу нельзя."
        return
    yield f"Чтобы включить её в очную программу, {_in_exchange(refusal)}."


def _in_exchange(refusal: Refusal) -> str:
    displaced, loss = refusal.displaced or (), points(refusal.loss or 0)
    works = counted(len(displaced), "работу", "работы", "работ")
    left = f"пришлось бы снять {works}" if displaced else "снимать другие работы не пришлось бы"
    if loss == points(0):
        return f"{left}, а сумма баллов программы не изменилась бы"
    word = "меньше" if (refusal.loss or 0) > 0 else "больше"
    return f"{left}, а сумма баллов программы стала бы {word} на {loss.lstrip('−')}"
