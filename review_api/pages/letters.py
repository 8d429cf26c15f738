"""The outbox as a mailbox, for installations without a mail server: /dev/mail.

The page is gone as soon as ``MARATHON_MAIL_URL`` is set: letters carry sign-in links.
"""

from fastapi import APIRouter
from starlette.responses import Response

from flows.notices import markup, operations
from flows.notices.calendar_entry import FILE
from flows.notices.letters import LETTERS, MissingValues
from review_api import tables
from review_api.frame import Link
from review_api.letter_preview import preview_of
from review_api.pages.visit import Visit, VisitDep
from review_api.typed import whole
from schemas.base import Schema
from schemas.errors import MarathonError, NotFound
from schemas.outbox import Notice, NoticeStatus
from storage.repositories.rows import MISSING

router = APIRouter()
MAILBOX = Link(text="Почта", href="/dev/mail")
A_PAGE = 40
LONGEST_SEARCH = 200
STATES: dict[NoticeStatus, tuple[str, str]] = {
    NoticeStatus.DRAFT: ("черновик: ждёт организатора", "attention"),
    NoticeStatus.QUEUED: ("отправляется", "info"),
    NoticeStatus.SENT: ("отправлено", "good"),
    NoticeStatus.FAILED: ("не отправлено", "danger"),
    NoticeStatus.DISCARDED: ("удалено", "neutral"),
    NoticeStatus.BOUNCED: ("вернулось", "danger"),
    NoticeStatus.MERGED: ("вошло в общее письмо", "neutral"),
}


class Line(Schema):
    """A letter in the list."""

    notice: Notice
    title: str
    to: str
    state: str
    tone: str


def require_mailbox(visit: Visit) -> None:
    if not visit.settings.show_mail:
        raise NotFound(MISSING)


def line_of(visit: Visit, notice: Notice) -> Line:
    state, tone = STATES[notice.status]
    return Line(
        notice=notice,
        title=title_of(visit, notice),
        to=operations.address_of(visit.work, notice) or "адреса нет",
        state=state,
        tone=tone,
    )


def title_of(visit: Visit, notice: Notice) -> str:
    try:
        return operations.written(visit.work, notice, visit.settings).title
    except (MissingValues, MarathonError):
        return LETTERS[notice.template].name


@router.get("/dev/mail")
def mailbox(visit: VisitDep, to: str = "", page: str = "1") -> Response:
    """One page of the outbox, newest first; only what is shown is read and written out."""
    require_mailbox(visit)
    to = to.strip()[:LONGEST_SEARCH]
    pages = max(1, -(-visit.work.notices.how_many(to=to) // A_PAGE))
    number = min(pages, max(1, whole(page) or 1))
    found = visit.work.notices.newest(to=to, limit=A_PAGE, offset=(number - 1) * A_PAGE)
    return visit.show(
        "letters/mailbox.html",
        letters=[line_of(visit, one) for one in found],
        to=to,
        page=number,
        pages=pages,
    )


@router.get("/dev/mail/{notice_id}")
def one_letter(visit: VisitDep, notice_id: str) -> Response:
    require_mailbox(visit)
    notice = visit.work.notices.get(notice_id)
    return visit.show(
        "letters/letter.html",
        back=MAILBOX,
        letter=line_of(visit, notice),
        preview=preview_of(visit, notice, with_secrets=True),
        calendar_name=FILE,
    )


@router.get(f"/dev/mail/{{notice_id}}/{FILE}")
def attachment(visit: VisitDep, notice_id: str) -> Response:
    require_mailbox(visit)
    calendar = preview_of(visit, visit.work.notices.get(notice_id)).calendar
    if not calendar:
        raise NotFound(MISSING)
    return tables.attachment(calendar, FILE, "text/calendar")


@router.get("/letter.css")
def styles() -> Response:
    """The stylesheet of letters, for pages that show one as it leaves."""
    headers = {"cache-control": "public, max-age=3600"}
    return Response(markup.STYLES, media_type="text/css", headers=headers)
