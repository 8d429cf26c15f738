"""Expert sheets as data: criteria with an anchored description of every level, and yes/no gates."""

from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Self

from pydantic import Field, model_validator

from schemas.base import Schema
from schemas.errors import BadInput

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Words = Annotated[str, Field(min_length=1)]


class Level(Schema):
    """``anchor`` says in words what a work at this level looks like."""

    value: int = Field(ge=0, le=100)
    anchor: Words


class Criterion(Schema):
    """Levels ascend. At ``comment_up_to`` and below the expert must explain the mark."""

    code: Code
    title: Words
    hint: str = ""
    weight: float = Field(gt=0, le=100, allow_inf_nan=False)
    levels: tuple[Level, ...] = Field(min_length=2)
    comment_up_to: int | None = None

    @property
    def highest(self) -> int:
        return self.levels[-1].value

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        values = [level.value for level in self.levels]
        if values != sorted(set(values)):
            raise BadInput(
                f"Критерий «{self.title}»: уровни должны идти по возрастанию без повторов.",
                field=f"criteria.{self.code}.levels",
            )
        return self


class Gate(Schema):
    """A question whose answer «нет» stops the work, whatever its score.

    The answer «да» always means that all is well. A failed gate bars what it blocks.
    """

    code: Code
    title: Words
    question: Words
    blocks_publication: bool = True
    blocks_live: bool = False


class Rubric(Schema):
    """``source`` tells where the criteria come from; ``code`` is stable."""

    code: Code
    title: Words
    source: str = ""
    criteria: tuple[Criterion, ...] = Field(min_length=1)
    gates: tuple[Gate, ...] = ()

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        codes = [criterion.code for criterion in self.criteria]
        codes += [gate.code for gate in self.gates]
        repeated = [code for code, times in Counter(codes).items() if times > 1]
        if repeated:
            raise BadInput(
                f"Код «{repeated[0]}» в экспертном листе повторяется: коды должны различаться.",
                field="criteria",
            )
        return self

    def criterion(self, code: str) -> Criterion | None:
        return next((criterion for criterion in self.criteria if criterion.code == code), None)


def numbered(anchors: Iterable[str], start: int = 0) -> tuple[Level, ...]:
    """Levels ``start``, ``start + 1``, ... with these anchors."""
    return tuple(
        Level(value=value, anchor=anchor) for value, anchor in enumerate(anchors, start=start)
    )
