"""Texts by their fingerprints, and what they share."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, ForeignKey, UniqueConstraint
from sqlmodel import Field, SQLModel

from schemas.overlap import Passage
from storage.tables.row import Row, link, moment, shape


class KnownTextRow(Row, table=True):
    __tablename__ = "known_text"
    file_id: str = Field(foreign_key="submission_file.id", unique=True)
    submission_id: str = link("submission.id")
    number: int = Field(sa_column=Column(BigInteger, nullable=False, unique=True))
    words: int
    compared_at: datetime | None = moment(nullable=True, index=True)


class FingerprintRow(SQLModel, table=True):
    """Which texts a hash occurs in: millions of rows, so nothing but two numbers in each."""

    __tablename__ = "fingerprint"
    __table_args__ = {"sqlite_with_rowid": False}
    hash: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    text: int = Field(
        sa_column=Column(
            BigInteger,
            ForeignKey("known_text.number", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
            index=True,
        )
    )


class OverlapRow(Row, table=True):
    __tablename__ = "overlap"
    __table_args__ = (UniqueConstraint("file_id", "other_id"),)
    file_id: str = Field(foreign_key="submission_file.id", nullable=False)
    other_id: str = link("submission_file.id")
    share: float
    words: int
    passages: tuple[Passage, ...] = shape(tuple[Passage, ...])
