"""The expert sheet every marathon keeps for itself: criteria, their levels, gates."""

from sqlalchemy import UniqueConstraint

from storage.tables.row import PartRow, Row, belongs


class RubricRow(Row, table=True):
    __tablename__ = "rubric"
    marathon_id: str = belongs("marathon.id", unique=True)
    code: str
    title: str
    source: str


class CriterionRow(PartRow, table=True):
    __tablename__ = "criterion"
    __table_args__ = (
        UniqueConstraint("rubric_id", "place"),
        UniqueConstraint("rubric_id", "code"),
    )
    rubric_id: str = belongs("rubric.id")
    code: str
    title: str
    hint: str
    weight: float
    comment_up_to: int | None = None


class LevelRow(PartRow, table=True):
    __tablename__ = "level"
    __table_args__ = (
        UniqueConstraint("criterion_id", "place"),
        UniqueConstraint("criterion_id", "value"),
    )
    criterion_id: str = belongs("criterion.id")
    value: int
    anchor: str


class GateRow(PartRow, table=True):
    __tablename__ = "gate"
    __table_args__ = (
        UniqueConstraint("rubric_id", "place"),
        UniqueConstraint("rubric_id", "code"),
    )
    rubric_id: str = belongs("rubric.id")
    code: str
    title: str
    question: str
    blocks_publication: bool
    blocks_live: bool
