"""The programme as people read it: for the page, the PDF and the calendar alike."""

from datetime import datetime

from schemas.base import Schema
from schemas.design import CertificateDesign
from schemas.marathon import Track


class SpeakerLine(Schema):
    """``about`` is position and organisation."""

    name: str
    about: str = ""
    municipality: str = ""


class TalkLine(Schema):
    """Moments are in the marathon's zone; ``number`` is the work's own.

    ``named`` says that the authors agreed to be named in public, ``break_until`` how long
    people rest after the talk.
    """

    slot_id: str
    submission_id: str
    position: int
    number: int
    title: str
    starts_at: datetime
    ends_at: datetime
    speakers: tuple[SpeakerLine, ...]
    named: bool = False
    break_until: datetime | None = None


class SessionLine(Schema):
    session_id: str
    track: int
    title: str
    starts_at: datetime
    ends_at: datetime
    moderator: str = ""
    link: str = ""
    talks: tuple[TalkLine, ...]


class ClashLine(Schema):
    """``sentence`` says who would speak in two places at once, for organisers only."""

    first_slot_id: str
    second_slot_id: str
    sentence: str


class ProgrammeView(Schema):
    """``revision`` grows by one with every change; ``changed_at`` is when it last did."""

    marathon_id: str
    title: str
    theme: str
    cluster: str
    zone: str
    day: datetime
    sessions: tuple[SessionLine, ...]
    accent: str = "#1b4b7a"
    design: CertificateDesign = CertificateDesign.CLASSIC
    logo: str | None = None
    contact: str = ""
    about: str = ""
    title_english: str = ""
    tracks: tuple[Track, ...] = ()
    clashes: tuple[ClashLine, ...] = ()
    revision: int = 0
    changed_at: datetime

    @property
    def talks(self) -> int:
        return sum(len(session.talks) for session in self.sessions)
