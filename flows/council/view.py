"""A protocol as it is read and signed: for the page, the DOCX and the PDF alike."""

from datetime import date

from flows.council.checks import Finding
from flows.council.rules import Tally
from flows.documents.printing.participation import Share
from schemas.base import Schema


class MemberLine(Schema):
    """``note`` is the mode of presence or the reason of absence."""

    municipality: str
    representative: str = ""
    note: str = ""


class ActionLine(Schema):
    task: str
    executor: str
    deadline: str


class DelegateLine(Schema):
    """Who votes in the seat of a municipality; ``home`` is empty for somebody from outside."""

    seat: str
    name: str
    home: str = ""


class ItemLine(Schema):
    """``excluded`` names municipalities that do not vote on their own work, without a delegate.

    On a ballot ``work`` is the work's number and title, ``outcome`` what the decision became.
    """

    number: int
    title: str
    speaker: str = ""
    heard: str = ""
    spoke: str = ""
    resolution: str = ""
    tally: Tally | None = None
    work: str = ""
    excluded: tuple[str, ...] = ()
    delegates: tuple[DelegateLine, ...] = ()
    outcome: str = ""
    action_items: tuple[ActionLine, ...] = ()

    @property
    def decided(self) -> str:
        """What was resolved, in words that stay true when the vote failed."""
        if self.tally is None or self.tally.passed or not self.tally.cast:
            return self.resolution
        return f"Предложение не принято: «{self.resolution.rstrip('.')}»."


class ProtocolView(Schema):
    """``participation`` holds, by municipality, works, talks and publications of the marathon."""

    meeting_id: str
    number: int
    body: str
    theme: str
    place: str
    held_on: date
    chair: str
    secretary: str
    present: tuple[MemberLine, ...]
    absent: tuple[MemberLine, ...]
    items: tuple[ItemLine, ...]
    quorum: bool = True
    participation: tuple[Share, ...] = ()
    findings: tuple[Finding, ...] = ()
    closed: bool = False
