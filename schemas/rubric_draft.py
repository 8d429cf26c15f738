"""An expert sheet while it is being written: as typed, incomplete, allowed to be wrong."""

from schemas.base import Schema
from schemas.rubric import Criterion, Gate, Rubric


class LevelDraft(Schema):
    """``value`` is what was typed, a number or not."""

    value: str = ""
    anchor: str = ""


class CriterionDraft(Schema):
    """``code`` is empty for a new criterion. No ``comment_up_to``: an explanation is never asked."""

    code: str = ""
    title: str = ""
    hint: str = ""
    weight: str = "1"
    comment_up_to: str = ""
    levels: tuple[LevelDraft, ...] = ()


class GateDraft(Schema):
    code: str = ""
    title: str = ""
    question: str = ""
    blocks_publication: bool = True
    blocks_live: bool = False


class RubricDraft(Schema):
    """The sheet as its editor shows it; ``code`` is that of the sheet it was begun from."""

    code: str = "own"
    title: str = ""
    source: str = ""
    criteria: tuple[CriterionDraft, ...] = ()
    gates: tuple[GateDraft, ...] = ()


def draft_of(rubric: Rubric) -> RubricDraft:
    """A finished sheet, to be changed."""
    return RubricDraft(
        code=rubric.code,
        title=rubric.title,
        source=rubric.source,
        criteria=tuple(criterion_draft(one) for one in rubric.criteria),
        gates=tuple(gate_draft(one) for one in rubric.gates),
    )


def criterion_draft(one: Criterion) -> CriterionDraft:
    up_to = "" if one.comment_up_to is None else str(one.comment_up_to)
    return CriterionDraft(
        code=one.code,
        title=one.title,
        hint=one.hint,
        weight=f"{one.weight:g}".replace(".", ","),
        comment_up_to=up_to,
        levels=tuple(
            LevelDraft(value=str(level.value), anchor=level.anchor) for level in one.levels
        ),
    )


def gate_draft(one: Gate) -> GateDraft:
    return GateDraft.model_validate(one.model_dump())
