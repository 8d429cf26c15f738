"""Mending what was said of a meeting when it was called: date, place, theme, chair, secretary."""

from fastapi import APIRouter
from starlette.responses import Response

from flows.council.particulars import Particulars, set_particulars
from review_api.frame import Link
from review_api.pages.council.agenda import back, day, meeting_of, version_in
from review_api.pages.organise.desk import COUNCIL, FormDep, text
from review_api.pages.visit import Visit, VisitDep
from schemas.council import Meeting
from schemas.errors import BadInput, Conflict

router = APIRouter()
STALE = "Пока вы писали, заседание изменили. Ваш текст на месте: нажмите кнопку ещё раз."
FIELDS = ("held_on", "place", "theme", "chair", "secretary")


@router.get("/council/{meeting_id}/particulars")
def particulars_page(visit: VisitDep, meeting_id: str) -> Response:
    meeting = meeting_of(visit, meeting_id)
    said = Particulars.model_validate(meeting.model_dump(include=set(FIELDS)))
    return show(visit, meeting, said.model_dump(mode="json"), {}, meeting.version)


def show(
    visit: Visit, meeting: Meeting, typed: dict[str, str], errors: dict[str, str], version: int
) -> Response:
    return visit.show(
        "council/particulars.html",
        status=422 if errors else 200,
        breadcrumbs=(
            COUNCIL,
            Link(text=f"Заседание № {meeting.number}", href=back(meeting.id)),
        ),
        meeting=meeting,
        typed=typed,
        errors=errors,
        version=version,
    )


@router.post("/council/{meeting_id}/particulars")
def save_particulars(visit: VisitDep, meeting_id: str, form: FormDep) -> Response:
    meeting = meeting_of(visit, meeting_id)
    typed = {name: text(form, name) for name in FIELDS}
    version = version_in(form)
    held_on = day(typed["held_on"])
    if held_on is None:
        errors = {"held_on": "Укажите дату заседания."}
        return show(visit, meeting, typed, errors, version)
    said = Particulars.model_validate({**typed, "held_on": held_on})
    try:
        set_particulars(
            visit.work, meeting_id, said, version=version, by=visit.actor, now=visit.now
        )
    except BadInput as error:
        return show(visit, meeting, typed, {error.field or "": error.sentence}, version)
    except Conflict as error:
        if error.code != "stale_version":
            raise
        now_there = visit.work.meetings.get(meeting_id)
        return show(visit, now_there, typed, {"held_on": STALE}, now_there.version)
    return visit.leave(back(meeting_id), "Сохранено: так будет и в протоколе.")
