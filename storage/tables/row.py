"""What all tables share. Tables only store: schemas validate before anything comes here.

Column names equal the field names of the schema a table keeps, so rows and schemas convert by
name. Columns called ``*_key`` are folded copies for lookups: databases do not fold Cyrillic.
"""

from typing import Any

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from storage.columns import BY_CODE_POINTS, JsonOf, Moment

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = NAMING


class Row(SQLModel):
    id: str = Field(primary_key=True, max_length=36)


class PartRow(Row):
    """A row that stands at ``place`` (from 0) within the row it is a part of."""

    place: int


def moment(*, nullable: bool = False, index: bool = False) -> Any:
    return Field(
        default=None if nullable else ...,
        sa_type=Moment,
        nullable=nullable,
        index=index,
    )


def by_code_points() -> Any:
    """A text to sort by, made so that both databases sort it alike."""
    return Field(sa_type=BY_CODE_POINTS, nullable=False)


def shape(kind: Any) -> Any:
    return Field(sa_column=Column(JsonOf(kind), nullable=False))


def belongs(target: str, *, unique: bool = False) -> Any:
    """What the row is a part of and goes away with."""
    return Field(foreign_key=target, ondelete="CASCADE", nullable=False, unique=unique)


def link(target: str, *, nullable: bool = False) -> Any:
    return Field(
        default=None if nullable else ..., foreign_key=target, nullable=nullable, index=True
    )
