"""Support: looking with another person's eyes for a stated reason; ending it, and their sessions."""

from fastapi import APIRouter
from starlette.responses import Response

from flows.accounts import sessions, support
from review_api.access import viewer_of
from review_api.formats import marked
from review_api.frame import Link
from review_api.pages.accounts.confirming import session_of
from review_api.pages.visit import Text, Visit, VisitDep, section_of
from schemas.errors import BadInput, Conflict, NotFound
from schemas.people import Person
from storage.repositories.rows import MISSING

router = APIRouter()


def person_of(visit: Visit, person_id: str, action: str) -> Person:
    visit.require(action)
    person = visit.work.people.get(person_id)
    if person.erased_at or person.guest:
        raise NotFound(MISSING)
    return person


def page_of(person: Person) -> str:
    return f"/organise/people/{person.id}"


@router.get("/administer/people/{person_id}/look")
def ask_reason(visit: VisitDep, person_id: str) -> Response:
    return show_form(visit, person_of(visit, person_id, "person.impersonate"))


def show_form(
    visit: Visit, person: Person, reason: str = "", errors: dict[str, str] | None = None
) -> Response:
    return visit.show(
        "administer/look.html",
        status=422 if errors else 200,
        back=Link(text=person.name, typed=True, href=page_of(person)),
        person=person,
        reason=reason[: support.LONGEST_REASON * 2],
        most=support.LONGEST_REASON,
        errors=errors or {},
    )


@router.post("/administer/people/{person_id}/look")
def look(visit: VisitDep, person_id: str, reason: Text = "") -> Response:
    person = person_of(visit, person_id, "person.impersonate")
    session = session_of(visit)
    try:
        support.require_reason(reason)
        support.require_other(visit.work, session, person)
        visit.require_recent(marked("Посмотреть глазами"))
        support.begin(visit.work, session, person, reason=reason, by=visit.actor, now=visit.now)
    except BadInput as error:
        return show_form(visit, person, reason, {"reason": error.sentence})
    except Conflict as error:
        return visit.refuse(page_of(person), error)
    return visit.leave(section_of(viewer_of(visit.work, person)))


@router.post("/support/end")
def end(visit: VisitDep) -> Response:
    """Back to one's own eyes, on the page of whoever was helped."""
    session = session_of(visit)
    if session.acting_as is None:
        return visit.leave("/")
    helped = visit.work.people.get(session.acting_as)
    support.end(visit.work, session, by=visit.actor, now=visit.now)
    return visit.leave(page_of(helped), "Просмотр закончен. Он записан в журнал.")


@router.post("/administer/people/{person_id}/sessions/end")
def end_sessions(visit: VisitDep, person_id: str) -> Response:
    person = person_of(visit, person_id, "installation")
    count = sessions.end_all(visit.work, person, by=visit.actor, now=visit.now)
    return visit.leave(page_of(person), f"Завершено входов: {count}.")
