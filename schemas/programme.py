"""The live marathon: sessions by track, slots in order."""

from datetime import datetime

from schemas.base import Entity


class Session(Entity):
    """``link`` is where listeners connect."""

    marathon_id: str
    track: int
    title: str
    starts_at: datetime
    moderator: str = ""
    link: str = ""


class Slot(Entity):
    """``moved`` tells that people have put the talk into a session of another track.

    ``confirmed_at`` and ``declined_at``: what an author said of this very time, if anything.
    """

    session_id: str
    marathon_id: str
    submission_id: str
    number: int
    starts_at: datetime
    minutes: int = 15
    moved: bool = False
    confirmed_at: datetime | None = None
    declined_at: datetime | None = None
