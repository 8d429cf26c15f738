"""Editions of the compiled collection."""

from datetime import datetime
from enum import StrEnum

from schemas.base import Entity, Schema


class EditionStatus(StrEnum):
    BUILT = "built"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"


class Artefact(Schema):
    """A file people can download; ``path`` is its name inside the edition or report."""

    path: str
    sha256: str
    size: int


class WorkProblem(Schema):
    """An article that fell back or was left out, and why."""

    submission_id: str | None = None
    title: str
    code: str
    sentence: str


class Edition(Entity):
    """``built_at`` is when its works were gathered: what was sent later is not in it."""

    marathon_id: str
    number: int
    status: EditionStatus = EditionStatus.BUILT
    built_at: datetime
    published_at: datetime | None = None
    artefacts: tuple[Artefact, ...] = ()
    problems: tuple[WorkProblem, ...] = ()
    articles: tuple[str, ...] = ()
    changes: str = ""
