"""Ways in beside the common deadline: extensions for one person, access codes, uploads in parts."""

from datetime import datetime

from pydantic import Field

from schemas.base import Entity


class Extension(Entity):
    """One person may send and change materials of a marathon until ``until``; why, and by whom.

    ``access_code_id`` is set when the person brought it about with a code.
    """

    marathon_id: str
    person_id: str
    until: datetime
    reason: str = Field(default="", max_length=1000)
    granted_by: str | None = None
    granted_at: datetime
    access_code_id: str | None = None


class AccessCode(Entity):
    """A word that lets late or invited teachers in; no ``tracks`` means all of them.

    ``code`` is folded to upper case. Closed codes and those past ``until`` let nobody in.
    """

    marathon_id: str
    code: str = Field(min_length=6, max_length=40)
    until: datetime
    most_uses: int = Field(default=1, ge=1, le=1000)
    uses: int = Field(default=0, ge=0)
    tracks: tuple[int, ...] = ()
    note: str = Field(default="", max_length=500)
    made_by: str | None = None
    made_at: datetime
    closed_at: datetime | None = None


class Upload(Entity):
    """A file on its way in parts; ``parts`` are the digests of what has durably arrived.

    ``size`` and ``received`` are in bytes. ``file_id`` is set once the whole file is there.
    """

    submission_id: str
    person_id: str
    name: str = Field(max_length=255)
    size: int = Field(ge=1)
    received: int = Field(default=0, ge=0)
    parts: tuple[str, ...] = ()
    started_at: datetime
    file_id: str | None = None
