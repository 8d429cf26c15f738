"""Experts whom coordinators propose: organisers accept them or say why not."""

from fastapi import APIRouter
from starlette.responses import Response

from flows.registry import nominating
from review_api.frame import Link
from review_api.pages.organise.desk import ORGANISE, FormDep, text
from review_api.pages.visit import VisitDep
from schemas.errors import MarathonError
from schemas.nomination import NOMINATION_STATUS_NAMES, NominationStatus

router = APIRouter()
ADDRESS = "/organise/nominations"
EXPERTS = Link(text="Эксперты", href="/organise/registry/experts")


@router.get(ADDRESS)
def nominations(visit: VisitDep) -> Response:
    visit.require("registry.edit")
    items = sorted(visit.work.nominations.all(), key=lambda one: one.proposed_at, reverse=True)
    places = visit.work.municipalities.many(one.municipality_id for one in items)
    people = visit.work.people.many(one.proposed_by for one in items)
    return visit.show(
        "organise/nominations.html",
        breadcrumbs=(ORGANISE, EXPERTS),
        waiting=[one for one in items if one.status is NominationStatus.PROPOSED],
        answered=[one for one in items if one.status is not NominationStatus.PROPOSED],
        places={key: place.name for key, place in places.items()},
        people={key: person.name for key, person in people.items()},
        status_names=NOMINATION_STATUS_NAMES,
    )


@router.post(ADDRESS + "/{nomination_id}/accept")
def accept(visit: VisitDep, nomination_id: str) -> Response:
    visit.require("registry.edit")
    try:
        done = nominating.accept(visit.work, nomination_id, by=visit.actor, now=visit.now)
    except MarathonError as error:
        return visit.refuse(ADDRESS, error)
    visit.send_letters()
    return visit.leave(ADDRESS, f"{done.name}: эксперт в реестре, письмо отправлено.")


@router.post(ADDRESS + "/{nomination_id}/decline")
def decline(visit: VisitDep, nomination_id: str, form: FormDep) -> Response:
    visit.require("registry.edit")
    because = text(form, f"because-{nomination_id}")
    try:
        done = nominating.decline(
            visit.work, nomination_id, because=because, by=visit.actor, now=visit.now
        )
    except MarathonError as error:
        return visit.refuse(ADDRESS, error)
    return visit.leave(ADDRESS, f"{done.name}: ответ отправлен координатору.")
