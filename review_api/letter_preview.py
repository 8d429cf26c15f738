"""A letter as its reader gets it: text, HTML and attachment, for the outbox and ``/dev/mail``."""

from markupsafe import Markup

from flows.notices import invited, markup, operations
from flows.notices.letters import MissingValues
from flows.notices.message import footer_of, sheet_of
from review_api.pages.visit import Visit
from schemas.base import Schema
from schemas.errors import MarathonError
from schemas.outbox import Notice
from schemas.people import Person


class Preview(Schema):
    """``problem`` says why the letter cannot be written out; then it has no ``html``."""

    notice: Notice
    address: str = ""
    person: Person | None = None
    problem: str = ""
    html: str = ""
    footer: str = ""
    refuse: str = ""
    calendar: bytes = b""

    @property
    def sheet(self) -> Markup:
        """Markup of ours with everything people wrote escaped."""
        return Markup(self.html)  # noqa: S704


def preview_of(visit: Visit, notice: Notice, *, with_secrets: bool = False) -> Preview:
    """The letter written out now if it has not left yet; links that let in are hidden."""
    work = visit.work
    notice = notice if with_secrets else operations.masked(notice)
    person = work.people.find(notice.person_id) if notice.person_id else None
    address = operations.address_of(work, notice) or ""
    known = {"address": address, "person": person}
    try:
        letter = operations.written(work, notice, visit.settings)
        if with_secrets:
            letter = invited.marked(work, letter, visit.settings, visit.installation.signer)
        envelope = operations.envelope_of(
            work, letter, address, visit.settings, visit.installation.signer
        )
    except MissingValues as error:
        return Preview(notice=notice, problem=f"Не заполнены поля: {error}.", **known)
    except MarathonError as error:
        return Preview(notice=notice, problem=error.sentence, **known)
    return Preview(
        notice=letter,
        html=markup.part(sheet_of(letter, envelope)),
        footer=footer_of(envelope),
        refuse=envelope.refuse,
        calendar=envelope.calendar,
        **known,
    )
