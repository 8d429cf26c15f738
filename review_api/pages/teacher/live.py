"""«Буду» or «Не смогу»: an author's answer to the time of the talk, and the talk as a calendar."""

from collections.abc import Mapping
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import Response

from flows.notices import talks
from flows.notices.calendar_entry import FILE, calendar
from flows.notices.moments import moment_with_offset
from review_api import preferences, tables
from review_api.pages.teacher.desk import Desk, open_desk
from review_api.pages.visit import Text, VisitDep
from schemas.errors import Conflict, NotFound
from schemas.programme import Slot
from storage.repositories.rows import MISSING

router = APIRouter()
SAID: Mapping[str, tuple[bool, str]] = {
    "yes": (True, "Спасибо! Мы вас ждём."),
    "no": (False, "Спасибо за ответ. Организаторы увидят, что вы не сможете выступить."),
}


def talk_of(desk: Desk) -> Slot | None:
    """The place of this material in the programme, if it has one."""
    if desk.submission.status not in talks.LIVE:
        return None
    slots = desk.visit.work.slots.of_marathon(desk.marathon.id)
    return next((slot for slot in slots if slot.submission_id == desk.submission.id), None)


def slot_of(desk: Desk) -> Slot:
    """Raises ``NotFound`` when the programme has no such talk."""
    slot = talk_of(desk)
    if slot is None:
        raise NotFound(MISSING)
    return slot


@router.get("/my/{submission_id}/live")
def live_page(visit: VisitDep, submission_id: str) -> Response:
    desk = open_desk(visit, submission_id, to="original")
    slot = slot_of(desk)
    language = preferences.read(visit.request, visit.settings.language).language
    return visit.show(
        "submission/live.html",
        marathon=desk.marathon,
        back=desk.link,
        desk=desk,
        slot=slot,
        session=visit.work.programme_sessions.get(slot.session_id),
        at=moment_with_offset(slot.starts_at, desk.marathon.zone, language),
        calendar_name=FILE,
    )


@router.post("/my/{submission_id}/live")
def answer(visit: VisitDep, submission_id: str, comes: Text = "", starts_at: Text = "") -> Response:
    """The answer to the time that was on the page; it may be changed until the day."""
    desk = open_desk(visit, submission_id, to="original")
    slot = slot_of(desk)
    here = f"{desk.address}/live"
    if comes not in SAID:
        return visit.leave(here, "Выберите: «Буду» или «Не смогу».", kind="warning")
    said, thanks = SAID[comes]
    try:
        shown = moment_of(starts_at)
        talks.answer(
            visit.work, slot.id, comes=said, starts_at=shown, by=visit.actor, now=visit.now
        )
    except Conflict as error:
        return visit.refuse(here, error)
    return visit.leave(here, thanks)


def moment_of(text: str) -> datetime:
    """The time the answer is about; raises ``Conflict`` for anything the page has not written."""
    try:
        shown = datetime.fromisoformat(text)
    except ValueError:
        shown = None
    if shown is None or shown.tzinfo is None:
        raise Conflict("Время выступления изменилось: посмотрите новое.", code="talk_moved")
    return shown


@router.get(f"/my/{{submission_id}}/live/{FILE}")
def entry(visit: VisitDep, submission_id: str) -> Response:
    desk = open_desk(visit, submission_id, to="original")
    talk = talks.talk_in(visit.work, slot_of(desk))
    language = preferences.read(visit.request, visit.settings.language).language
    content = calendar(talk, language=language, now=visit.now)
    return tables.attachment(content, FILE, "text/calendar")
