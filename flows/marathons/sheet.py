"""Editing an expert sheet: the acts of its buttons, everything wrong with it, the finished sheet.

Pure. Fields are named as the form names them: ``c2-title``, ``c2-l3-anchor``, ``g1-question``.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import isfinite
from typing import TypeVar

from schemas.rubric import Criterion, Gate, Level, Rubric
from schemas.rubric_draft import CriterionDraft, GateDraft, LevelDraft, RubricDraft

MOST_CRITERIA = 15
MOST_LEVELS = 11
MOST_GATES = 10
FEWEST_LEVELS = 2
HIGHEST_LEVEL = 100
HIGHEST_WEIGHT = 100
LONGEST = {"title": 200, "hint": 500, "anchor": 1000, "question": 500}
Fault = tuple[str, str]
Item = TypeVar("Item")


def faults(draft: RubricDraft) -> dict[str, str]:
    """Field to sentence for all that keeps the sheet from being used, in the order of the page."""
    return dict(all_faults(draft))


def all_faults(draft: RubricDraft) -> Iterator[Fault]:
    yield from wording("title", draft.title, "Назовите экспертный лист.", "title")
    if not draft.criteria:
        yield "criteria", "Добавьте хотя бы один критерий."
    if len(draft.criteria) > MOST_CRITERIA:
        yield "criteria", f"Критериев слишком много: не больше {MOST_CRITERIA}."
    for number, one in enumerate(draft.criteria, start=1):
        yield from criterion_faults(f"c{number}", one)
    yield from repeated([one.title for one in draft.criteria], "c", "Такой критерий уже есть.")
    if len(draft.gates) > MOST_GATES:
        yield "gates", f"Вопросов слишком много: не больше {MOST_GATES}."
    for number, gate in enumerate(draft.gates, start=1):
        yield from gate_faults(f"g{number}", gate)
    yield from repeated([one.title for one in draft.gates], "g", "Такой вопрос уже есть.")


def wording(name: str, text: str, missing: str, kind: str) -> Iterator[Fault]:
    if not text.strip():
        yield name, missing
    if len(text) > LONGEST[kind]:
        yield name, f"Слишком длинно: не больше {LONGEST[kind]} знаков, сейчас {len(text)}."


def repeated(titles: Sequence[str], prefix: str, sentence: str) -> Iterator[Fault]:
    folded = [" ".join(title.casefold().split()) for title in titles]
    counts = Counter(folded)
    for number, title in enumerate(folded, start=1):
        if title and counts[title] > 1 and title in folded[: number - 1]:
            yield f"{prefix}{number}-title", sentence


def criterion_faults(name: str, one: CriterionDraft) -> Iterator[Fault]:
    yield from wording(f"{name}-title", one.title, "Назовите критерий.", "title")
    if len(one.hint) > LONGEST["hint"]:
        yield from wording(f"{name}-hint", one.hint, "", "hint")
    weight = number_of(one.weight)
    if weight is None or not 0 < weight <= HIGHEST_WEIGHT:
        yield f"{name}-weight", f"Вес — число больше 0 и не больше {HIGHEST_WEIGHT}."
    if one.comment_up_to and one.comment_up_to not in {level.value for level in one.levels}:
        yield f"{name}-comment", "Выберите один из уровней этого критерия."
    if len(one.levels) < FEWEST_LEVELS:
        yield f"{name}-levels", "Нужно хотя бы два уровня."
    if len(one.levels) > MOST_LEVELS:
        yield f"{name}-levels", f"Уровней слишком много: не больше {MOST_LEVELS}."
    yield from level_faults(name, one.levels)


def level_faults(name: str, levels: Sequence[LevelDraft]) -> Iterator[Fault]:
    before = -1
    for number, level in enumerate(levels, start=1):
        value = whole(level.value)
        if value is None:
            yield f"{name}-l{number}-value", f"Балл — целое число от 0 до {HIGHEST_LEVEL}."
        elif value <= before:
            yield f"{name}-l{number}-value", "Баллы идут снизу вверх и не повторяются."
        before = before if value is None else max(before, value)
        missing = "Опишите словами, какая работа заслуживает этого уровня."
        yield from wording(f"{name}-l{number}-anchor", level.anchor, missing, "anchor")


def gate_faults(name: str, gate: GateDraft) -> Iterator[Fault]:
    yield from wording(f"{name}-title", gate.title, "Назовите вопрос одним-двумя словами.", "title")
    missing = "Напишите вопрос так, чтобы ответ «да» означал, что всё в порядке."
    yield from wording(f"{name}-question", gate.question, missing, "question")


def number_of(text: str) -> float | None:
    try:
        number = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return number if isfinite(number) else None


def whole(text: str) -> int | None:
    plain = text.strip()
    if not (plain.isascii() and plain.isdecimal()) or len(plain) > len(str(HIGHEST_LEVEL)):
        return None
    return int(plain) if int(plain) <= HIGHEST_LEVEL else None


def shares(draft: RubricDraft) -> list[float | None]:
    """What each criterion may bring to the 100 points; None beside a weight that is no number."""
    weights = [number_of(one.weight) for one in draft.criteria]
    good = [weight if weight is not None and weight > 0 else None for weight in weights]
    total = sum(weight for weight in good if weight)
    return [100 * weight / total if weight else None for weight in good]


def finished(draft: RubricDraft) -> Rubric:
    """The sheet of a draft without faults; new criteria and gates get codes of their own."""
    everything: list[CriterionDraft | GateDraft] = [*draft.criteria, *draft.gates]
    taken = {one.code for one in everything if one.code}
    return Rubric(
        code=draft.code or "own",
        title=draft.title.strip(),
        source=draft.source.strip(),
        criteria=tuple(criterion(one, code(one, "criterion", taken)) for one in draft.criteria),
        gates=tuple(gate(one, code(one, "gate", taken)) for one in draft.gates),
    )


def code(one: CriterionDraft | GateDraft, kind: str, taken: set[str]) -> str:
    if one.code:
        return one.code
    made = next(f"{kind}_{n}" for n in range(1, len(taken) + 2) if f"{kind}_{n}" not in taken)
    taken.add(made)
    return made


def criterion(one: CriterionDraft, code_: str) -> Criterion:
    return Criterion(
        code=code_,
        title=one.title.strip(),
        hint=one.hint.strip(),
        weight=number_of(one.weight) or 1,
        comment_up_to=whole(one.comment_up_to) if one.comment_up_to else None,
        levels=tuple(
            Level(value=whole(level.value) or 0, anchor=level.anchor.strip())
            for level in one.levels
        ),
    )


def gate(one: GateDraft, code_: str) -> Gate:
    return Gate(
        code=code_,
        title=one.title.strip(),
        question=one.question.strip(),
        blocks_publication=one.blocks_publication,
        blocks_live=one.blocks_live,
    )


def readable(draft: RubricDraft) -> Rubric:
    """Something to show beside the editor, whatever is still missing: gaps become «…»."""
    return Rubric.model_construct(
        code="own",
        title=draft.title or "…",
        source="",
        criteria=tuple(shown_criterion(n, one) for n, one in enumerate(draft.criteria, start=1)),
        gates=tuple(shown_gate(n, one) for n, one in enumerate(draft.gates, start=1)),
    )


def shown_criterion(number: int, one: CriterionDraft) -> Criterion:
    weight = number_of(one.weight)
    levels = (
        Level.model_construct(value=whole(level.value) or 0, anchor=level.anchor or "…")
        for level in one.levels
    )
    return Criterion.model_construct(
        code=f"shown_{number}",
        title=one.title or "…",
        hint=one.hint,
        weight=weight if weight is not None else 0.0,
        comment_up_to=whole(one.comment_up_to),
        levels=tuple(levels),
    )


def shown_gate(number: int, one: GateDraft) -> Gate:
    return Gate.model_construct(
        code=f"shown_gate_{number}",
        title=one.title or "…",
        question=one.question or "…",
        blocks_publication=one.blocks_publication,
        blocks_live=one.blocks_live,
    )


def changed(draft: RubricDraft, act: str) -> RubricDraft:
    """The draft after one button, as ``criteria.2.up``; an act that cannot be changes nothing."""
    where, _, rest = act.partition(".")
    if where == "criteria":
        return draft.model_copy(update={"criteria": arranged(draft.criteria, rest, new_criterion)})
    if where == "gates":
        return draft.model_copy(update={"gates": arranged(draft.gates, rest, GateDraft)})
    number, _, inner = rest.partition(".")
    if where != "levels" or not valid(number, len(draft.criteria)):
        return draft
    at = int(number) - 1
    criteria = list(draft.criteria)
    levels = arranged(criteria[at].levels, inner, lambda: next_level(criteria[at]))
    criteria[at] = criteria[at].model_copy(update={"levels": levels})
    return draft.model_copy(update={"criteria": tuple(criteria)})


def valid(number: str, most: int) -> bool:
    return number.isascii() and number.isdecimal() and len(number) < 4 and 1 <= int(number) <= most  # noqa: PLR2004


def arranged(items: tuple[Item, ...], act: str, new: Callable[[], Item]) -> tuple[Item, ...]:
    if act == "add":
        return (*items, new())
    number, _, way = act.partition(".")
    if not valid(number, len(items)) or way not in WAYS:
        return items
    return tuple(WAYS[way](list(items), int(number) - 1))


def up(items: list[Item], at: int) -> list[Item]:
    if at:
        items[at - 1], items[at] = items[at], items[at - 1]
    return items


def down(items: list[Item], at: int) -> list[Item]:
    return up(items, at + 1) if at + 1 < len(items) else items


def removed(items: list[Item], at: int) -> list[Item]:
    return items[:at] + items[at + 1 :]


WAYS: Mapping[str, Callable[[list[Item], int], list[Item]]] = {
    "up": up,
    "down": down,
    "remove": removed,
}


def new_criterion() -> CriterionDraft:
    """Four empty levels, 0 to 3, with an explanation asked for at the lowest."""
    levels = tuple(LevelDraft(value=str(value)) for value in range(4))
    return CriterionDraft(levels=levels, comment_up_to="0")


def next_level(one: CriterionDraft) -> LevelDraft:
    known = [value for level in one.levels if (value := whole(level.value)) is not None]
    return LevelDraft(value=str(min(max(known, default=-1) + 1, HIGHEST_LEVEL)))
