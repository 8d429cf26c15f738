"""What screening says in plain Russian: a fact with its numbers and what to make of it."""

from flows.decision.engine.explanation import points
from flows.decision.screening.experts import Portrait
from flows.documents.wording import counted
from schemas.screening import Effect, FlagKind

SUGGESTED = {
    FlagKind.UNEXPECTED: "оценки одного из экспертов трудно предсказать по оценкам остальных",
    FlagKind.APART: "один из экспертов редко сходится с другими",
    FlagKind.UNIFORM: "в одной из экспертиз по всем критериям стоит один и тот же уровень",
    FlagKind.FAST: "одна из экспертиз сделана намного быстрее обычного",
    FlagKind.REPEATED: "комментарий одной из экспертиз почти дословно повторён у другой работы",
}


def pair_reason(shift: float) -> str:
    side = "выше" if shift > 0 else "ниже"
    return f"эксперты одного из муниципалитетов обычно ставят здешним работам {side}, чем можно ожидать"


def suggestion(facts: list[str], *, decides: bool) -> str:
    """One sentence: the fact, and why another opinion matters here."""
    why = (
        "без этой экспертизы балл оказался бы по другую сторону порога"
        if decides
        else "работа близко к порогу публикации"
    )
    return f"Обратите внимание: {'; '.join(facts)}, а {why}."


def unexpected(outfit: float) -> str:
    return (
        f"Оценки трудно предсказать по остальным: показатель {points(outfit)} "
        "при ожидаемом 1. Это бывает и у самостоятельного, внимательного эксперта."
    )


def apart(portrait: Portrait) -> str:
    return (
        "Оценки мало связаны с оценками других на тех же работах: корреляция "
        f"{points(portrait.consensus or 0.0, 2)}, показатель неожиданности "
        f"{points(portrait.outfit or 0.0)}."
    )


def uniform(portrait: Portrait) -> str:
    many = counted(len(portrait.uniform), "экспертизе", "экспертизах", "экспертизах")
    return (
        f"В {many} из {len(portrait.rows)} по всем критериям стоит один и тот же "
        "уровень: чаще, чем у остальных."
    )


def fast(portrait: Portrait) -> str:
    return (
        f"Обычно {points(portrait.pace or 0.0, 0)} с на тысячу знаков материала: намного "
        "быстрее остальных. Материал могли прочесть заранее или не на сайте."
    )


def repeated(works: int) -> str:
    return f"Почти одинаковый комментарий у {counted(works, 'работы', 'работ', 'работ')}."


def strict(title: str, effect: Effect) -> str:
    side = "строже" if effect.value > 0 else "мягче"
    return (
        f"«{title}»: {side}, чем по другим критериям, на {points(abs(effect.value))} уровня "
        "в сравнении с остальными экспертами."
    )


def moved(title: str, effect: Effect) -> str:
    side = "растут" if effect.value > 0 else "снижаются"
    return f"«{title}»: от первых работ к последним оценки {side} на {points(abs(effect.value))} уровня."
