"""The expert sheet of every marathon, kept as it was when the marathon took it."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlmodel import Session

from schemas.errors import NotFound
from schemas.rubric import Criterion, Gate, Level, Rubric
from storage.repositories.parts import Part, change_parts, parts_of
from storage.repositories.rows import MISSING
from storage.tables.rubric import CriterionRow, GateRow, LevelRow, RubricRow

LEVELS = Part(field="levels", row=LevelRow, owner="criterion_id", shape=Level)
CRITERIA = Part(
    field="criteria", row=CriterionRow, owner="rubric_id", shape=Criterion, inner=(LEVELS,)
)
GATES = Part(field="gates", row=GateRow, owner="rubric_id", shape=Gate)
SHEETS = Part(
    field="sheets",
    row=RubricRow,
    owner="marathon_id",
    shape=Rubric,
    order="id",
    inner=(CRITERIA, GATES),
)


class Kept(NamedTuple):
    """What a marathon keeps: exactly one sheet."""

    sheets: tuple[Rubric]


class Rubrics:
    """Sheets by marathon; what the program ships may change, these do not."""

    def __init__(self, session: Session) -> None:
        self.session = session
        # One transaction asks for the same sheet again and again, through several of these.
        self.read: dict[str, Rubric] = session.info.setdefault("rubrics", {})

    def of(self, marathon_id: str) -> Rubric:
        """Raises ``NotFound`` when there is no such marathon."""
        if marathon_id not in self.read:
            self.read |= self.of_many([marathon_id])
        sheet = self.read.get(marathon_id)
        if sheet is None:
            raise NotFound(MISSING)
        return sheet

    def of_many(self, marathon_ids: Iterable[str]) -> dict[str, Rubric]:
        """Sheets by their marathons."""
        found = parts_of(self.session.connection(), (SHEETS,), sorted(set(marathon_ids)))
        return {
            marathon_id: Rubric.model_validate(sheet)
            for marathon_id, fields in found.items()
            for sheet in fields["sheets"]
        }

    def keep(self, marathon_id: str, rubric: Rubric) -> None:
        """The marathon's sheet from now on, instead of the one before."""
        self.read.pop(marathon_id, None)
        change_parts(self.session.connection(), (SHEETS,), marathon_id, Kept((rubric,)))
