"""A decision in plain Russian: the arithmetic with its numbers, then the reasons.

Experts are «эксперт 1, 2, 3» within one work, in order of their marks: nothing links a number to
a person or to the same expert's number in another work. Other works are counted, never named.
"""

from collections.abc import Iterator, Sequence

from flows.decision.engine.rules import Evidence, Mark
from schemas.decision_problem import Policy, Publication, Refusal
from schemas.decision_reasons import REASON_SENTENCES, Reason

OUTCOMES = {
    Publication.YES: "Публикация: да.",
    Publication.NO: "Публикация: нет.",
    Publication.EXTRA_REVIEW: "Публикация: решение отложено до дополнительной экспертизы.",
    Publication.COUNCIL: "Публикация: решает совет.",
}
VISIBLE = 0.05  # points: smaller corrections would print as zero


def explain(
    evidence: Evidence,
    policy: Policy,
    publication: Publication,
    reasons: Sequence[Reason],
    refusal: Refusal | None = None,
) -> str:
    """The paragraph shown beside the decision."""
    parts = [OUTCOMES[publication], *_numbers(evidence, policy)]
    failed = (*evidence.veto, *evidence.live_veto)
    parts += [f"Проверка не пройдена: {_sentence(reason)}" for reason in failed]
    parts += [REASON_SENTENCES[reason] for reason in reasons]
    parts += _price(refusal)
    return " ".join(parts)


def points(value: float) -> str:
    """One decimal, Russian comma, a true minus: «−7,5»."""
    text = f"{abs(value):.1f}".replace(".", ",")
    return f"−{text}" if round(value, 1) < 0 else text


def _numbers(evidence: Evidence, policy: Policy) -> Iterator[str]:
    if evidence.score is None or evidence.raw is None:
        return
    plain = f" (без поправок {points(evidence.raw)})" if evidence.score != evidence.raw else ""
    yield f"Средний балл {points(evidence.score)}{plain}, порог {points(policy.publication_threshold)}."
    yield _marks(evidence)
    if evidence.probability is not None:
        percent = round(100 * evidence.probability)
        yield f"Вероятность, что качество не ниже порога, {percent} %."


def _marks(evidence: Evidence) -> str:
    ordered = sorted(evidence.marks, key=lambda mark: (mark.score, mark.correction))
    shown = [
        f"эксперт {number}: {_mark(mark, plain=evidence.at_limit)}"
        for number, mark in enumerate(ordered, start=1)
    ]
    return f"{_sentence('; '.join(shown))}"


def _mark(mark: Mark, *, plain: bool) -> str:
    if plain or abs(mark.correction) < VISIBLE:
        return points(mark.score)
    sign = "−" if mark.correction > 0 else "+"
    return f"{points(mark.score)} {sign} {points(abs(mark.correction))} = {points(mark.corrected)}"


def _sentence(text: str) -> str:
    stripped = text.strip().rstrip(".")
    return f"{stripped[:1].upper()}{stripped[1:]}."


def _price(refusal: Refusal | None) -> Iterator[str]:
    if refusal is None:
        return
    if refusal.displaced is None or refusal.loss is None:
        yield "Включить работу при действующих ограничениях нельзя."
        return
    yield (
        f"Чтобы включить её, пришлось бы снять с программы работ: {len(refusal.displaced)}; "
        f"сумма баллов программы изменилась бы на {points(-refusal.loss)}."
    )
