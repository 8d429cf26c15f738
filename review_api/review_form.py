"""The expert sheet as a form: field names, what was typed, and what is wrong with it."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, Request

from flows.review import rules
from review_api.typed import text, too_long, whole
from schemas.base import Schema
from schemas.review import Recommendation, ReviewDraft
from schemas.rubric import Criterion, Rubric

LONGEST = 10_000
LONGEST_EXPLANATION = 2_000
ANSWERS: Mapping[str, bool] = {"yes": True, "no": False}
PREFIXES: Mapping[str, str] = {"levels": "level", "gates": "gate", "comments": "explain"}


class Filled(Schema):
    """``errors`` maps form names to sentences: what cannot even be kept as a draft."""

    draft: ReviewDraft
    version: int = 0
    errors: dict[str, str] = {}


async def get_fields(request: Request) -> dict[str, str]:
    """The typed fields; files among them are left out."""
    form = await request.form()
    return {name: value for name, value in form.multi_items() if isinstance(value, str)}


Fields = Annotated[dict[str, str], Depends(get_fields)]


def read_form(rubric: Rubric, fields: Mapping[str, str]) -> Filled:
    """Whatever can be read goes into the draft, the rest into ``errors``."""
    errors: dict[str, str] = {}
    explanations = {
        part.code: said
        for part in rubric.criteria
        if (said := words(fields, f"explain-{part.code}", LONGEST_EXPLANATION, errors))
    }
    draft = ReviewDraft(
        levels=levels_of(rubric, fields, errors),
        gates={
            gate.code: ANSWERS[fields[f"gate-{gate.code}"]]
            for gate in rubric.gates
            if fields.get(f"gate-{gate.code}") in ANSWERS
        },
        comments=explanations,
        comment=words(fields, "comment", LONGEST, errors),
        note=words(fields, "note", LONGEST, errors),
        recommendation=recommendation_of(fields),
    )
    return Filled(draft=draft, version=whole(fields.get("version", "")) or 0, errors=errors)


def levels_of(rubric: Rubric, fields: Mapping[str, str], errors: dict[str, str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in rubric.criteria:
        typed = fields.get(f"level-{part.code}", "")
        if typed in values_of(part):
            found[part.code] = int(typed)
        elif typed:
            errors[f"level-{part.code}"] = f"Такого уровня нет: «{part.title}». Выберите из списка."
    return found


def values_of(part: Criterion) -> set[str]:
    return {str(level.value) for level in part.levels}


def words(fields: Mapping[str, str], name: str, limit: int, errors: dict[str, str]) -> str:
    said = text(fields.get(name, ""))
    if sentence := too_long(said, limit):
        errors[name] = sentence
    return said[:limit]


def recommendation_of(fields: Mapping[str, str]) -> Recommendation | None:
    typed = fields.get("recommendation", "")
    return Recommendation(typed) if typed in set(Recommendation) else None


def field_name(fault_field: str) -> str:
    """``levels.method`` of a fault is ``level-method`` on the page."""
    kind, _, code = fault_field.partition(".")
    return f"{PREFIXES[kind]}-{code}" if code else kind


def gaps(rubric: Rubric, draft: ReviewDraft) -> dict[str, str]:
    """All that keeps the review from being sent, by form name."""
    found = {field_name(gap.field): gap.sentence for gap in rules.faults(rubric, draft)}
    order = [f"{kind}-{part.code}" for part in rubric.criteria for kind in ("level", "explain")]
    return {name: found[name] for name in order if name in found} | found


def fields_of(draft: ReviewDraft) -> dict[str, str]:
    """The draft as the form would send it: for hidden fields."""
    back = {answer: word for word, answer in ANSWERS.items()}
    return {
        **{f"level-{code}": str(level) for code, level in draft.levels.items()},
        **{f"gate-{code}": back[answer] for code, answer in draft.gates.items()},
        **{f"explain-{code}": text for code, text in draft.comments.items()},
        "comment": draft.comment,
        "note": draft.note,
        "recommendation": draft.recommendation or "",
    }
