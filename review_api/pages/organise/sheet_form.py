"""The expert sheet as a form of its editor: typed fields to a draft."""

import re

from starlette.datastructures import FormData

from flows.marathons.sheet import LONGEST, MOST_CRITERIA, MOST_GATES, MOST_LEVELS
from review_api.pages.organise.desk import text
from review_api.typed import echoed
from schemas.rubric_draft import CriterionDraft, GateDraft, LevelDraft, RubricDraft

CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
NUMBER = 12


def read(form: FormData) -> RubricDraft:
    """Whatever was typed; the tail of a monstrous text is left out, the rest stays to be mended."""
    return RubricDraft(
        code=code(form, "code") or "own",
        title=words(form, "title", LONGEST["title"]),
        source=words(form, "source", LONGEST["hint"]),
        criteria=tuple(
            criterion(form, f"c{n}") for n in range(1, MOST_CRITERIA + 2) if f"c{n}-title" in form
        ),
        gates=tuple(gate(form, f"g{n}") for n in range(1, MOST_GATES + 2) if f"g{n}-title" in form),
    )


def words(form: FormData, name: str, limit: int) -> str:
    return echoed(text(form, name), most=limit)


def code(form: FormData, name: str) -> str:
    found = text(form, name)
    return found if CODE.fullmatch(found) else ""


def criterion(form: FormData, name: str) -> CriterionDraft:
    return CriterionDraft(
        code=code(form, f"{name}-code"),
        title=words(form, f"{name}-title", LONGEST["title"]),
        hint=words(form, f"{name}-hint", LONGEST["hint"]),
        weight=text(form, f"{name}-weight")[:NUMBER],
        comment_up_to=text(form, f"{name}-comment")[:NUMBER],
        levels=tuple(
            level(form, f"{name}-l{m}")
            for m in range(1, MOST_LEVELS + 2)
            if f"{name}-l{m}-anchor" in form
        ),
    )


def level(form: FormData, name: str) -> LevelDraft:
    return LevelDraft(
        value=text(form, f"{name}-value")[:NUMBER],
        anchor=words(form, f"{name}-anchor", LONGEST["anchor"]),
    )


def gate(form: FormData, name: str) -> GateDraft:
    return GateDraft(
        code=code(form, f"{name}-code"),
        title=words(form, f"{name}-title", LONGEST["title"]),
        question=words(form, f"{name}-question", LONGEST["question"]),
        blocks_publication=text(form, f"{name}-publication") == "yes",
        blocks_live=text(form, f"{name}-live") == "yes",
    )
