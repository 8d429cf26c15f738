"""The outbox as a mailbox, for installations without a mail server: /dev/mail.

The page is gone as soon as ``MARATHON_MAIL_URL`` is set: letters carry sign-in links.
"""

import re

from fastapi import APIRouter
from markupsafe import Markup, escape
from starlette.responses import Response

from flows.notices import operations
from flows.notices.letters import MissingValues
from review_api.frame import Link
from review_api.pages.visit import Visit, VisitDep
from schemas.base import Schema
from schemas.errors import MarathonError, NotFound
from schemas.outbox import Notice, NoticeStatus
from storage.repositories.rows import MISSING

router = APIRouter(prefix="/dev/mail")
MAILBOX = Link(text="Почта", href="/dev/mail")
MOST = 200
STATES: dict[NoticeStatus, tuple[str, str]] = {
    NoticeStatus.DRAFT: ("черновик: ждёт организатора", "attention"),
    NoticeStatus.QUEUED: ("отправляется", "info"),
    NoticeStatus.SENT: ("отправлено", "good"),
    NoticeStatus.FAILED: ("не отправлено", "danger"),
    NoticeStatus.DISCARDED: ("удалено", "neutral"),
}
ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")


class Letter(Schema):
    """A letter as its reader gets it."""

    notice: Notice
    to: str
    state: str
    tone: str

    @property
    def title(self) -> str:
        return self.notice.title or self.notice.template


def require_mailbox(visit: Visit) -> None:
    if not visit.settings.show_mail:
        raise NotFound(MISSING)


def letter_of(visit: Visit, notice: Notice) -> Letter:
    state, tone = STATES[notice.status]
    return Letter(
        notice=written(visit, notice),
        to=operations.address_of(visit.work, notice) or "адреса нет",
        state=state,
        tone=tone,
    )


def written(visit: Visit, notice: Notice) -> Notice:
    """The letter written out now if it has not left yet; what cannot be written says why."""
    try:
        return operations.written(visit.work, notice, visit.settings)
    except MissingValues as error:
        return notice.model_copy(update={"body": f"Не заполнены поля: {error}"})
    except MarathonError as error:
        return notice.model_copy(update={"body": error.sentence})


@router.get("")
def mailbox(visit: VisitDep, to: str = "") -> Response:
    require_mailbox(visit)
    letters = [letter_of(visit, one) for one in visit.work.notices.all()[::-1][:MOST]]
    shown = [one for one in letters if to.strip().casefold() in one.to]
    return visit.show("letters/mailbox.html", letters=shown, to=to)


@router.get("/{notice_id}")
def one_letter(visit: VisitDep, notice_id: str) -> Response:
    require_mailbox(visit)
    letter = letter_of(visit, visit.work.notices.get(notice_id))
    return visit.show(
        "letters/letter.html", back=MAILBOX, letter=letter, body=paragraphs(letter.notice.body)
    )


def paragraphs(body: str) -> list[list[Markup]]:
    """Lines of each paragraph, ready for a page."""
    return [[with_links(line) for line in part.splitlines()] for part in body.split("\n\n") if part]


def with_links(text: str) -> Markup:
    """The text with its addresses clickable; everything is escaped."""
    parts, last = [], 0
    for found in ADDRESS.finditer(text):
        address = escape(found.group())
        parts += [
            escape(text[last : found.start()]),
            Markup('<a class="govuk-link" href="{0}">{0}</a>').format(address),
        ]
        last = found.end()
    return Markup("").join([*parts, escape(text[last:])])
