"""Ballots on disputed works: taking works into a meeting, delegates for seats that do not vote."""

from collections.abc import Mapping

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.responses import Response

from flows.council import ballots, operations, rules
from flows.council.rules import Papers
from flows.documents.wording import counted
from review_api.frame import Link
from review_api.pages.council.agenda import (
    back,
    item_of,
    meeting_of,
    require_no_author,
    tried,
    version_in,
)
from review_api.pages.organise.desk import COUNCIL, FormDep, text
from review_api.pages.visit import Visit, VisitDep
from schemas.council import AgendaItem, Delegate, Meeting
from schemas.errors import NotFound
from storage.repositories.rows import MISSING

router = APIRouter()
OUTSIDE = "outside"  # the choice for a delegate from no municipality of the cluster


@router.post("/council/{meeting_id}/disputed")
def add_disputed(visit: VisitDep, meeting_id: str, form: FormDep) -> Response:
    """Works that became disputed after the meeting was called, onto its agenda."""
    added = ballots.missing(visit.work, meeting_of(visit, meeting_id))
    what = counted(len(added), "спорная работа", "спорные работы", "спорных работ")
    return tried(
        visit,
        back(meeting_id, "agenda"),
        f"В повестку добавлено: {what}." if added else "Новых спорных работ нет.",
        lambda: ballots.add_missing(
            visit.work, meeting_id, version=version_in(form), by=visit.actor, now=visit.now
        ),
    )


@router.get("/council/{meeting_id}/items/{number}/delegates")
def delegates_page(visit: VisitDep, meeting_id: str, number: int) -> Response:
    meeting_of(visit, meeting_id)
    meeting = operations.open_meeting(visit.work, meeting_id)
    item = ballot_of(meeting, number)
    require_no_author(visit, item)
    return show_delegates(
        visit, meeting, item, {one.municipality_id: one for one in item.delegates}
    )


def ballot_of(meeting: Meeting, number: int) -> AgendaItem:
    item = item_of(meeting, number)
    if not item.submission_id or not item.needs_vote:
        raise NotFound(MISSING)
    return item


def show_delegates(
    visit: Visit,
    meeting: Meeting,
    item: AgendaItem,
    typed: Mapping[str, Delegate],
    errors: Mapping[str, str] | None = None,
) -> Response:
    found = operations.papers(visit.work, meeting)
    barred = rules.barred_of(found, item.number)
    places = [(key, name) for key, name in found.names.items() if key not in barred]
    return visit.show(
        "council/delegates.html",
        status=422 if errors else 200,
        breadcrumbs=(COUNCIL, Link(text=f"Заседание № {meeting.number}", href=back(meeting.id))),
        meeting=meeting,
        item=item,
        seats=asked_seats(found, item),
        names=found.names,
        members={one.municipality_id: one.representative for one in meeting.members},
        homes=[(OUTSIDE, "вне кластера"), *places],
        typed=typed,
        voted={vote.municipality_id for vote in found.votes if vote.item == item.number},
        errors=dict(errors or {}),
    )


def asked_seats(found: Papers, item: AgendaItem) -> list[str]:
    """Seats a delegate may take, and seats that have one who must go."""
    given = [one.municipality_id for one in item.delegates]
    return list(dict.fromkeys([*rules.open_seats(found, item.number), *given]))


@router.post("/council/{meeting_id}/items/{number}/delegates")
def save_delegates(visit: VisitDep, meeting_id: str, number: int, form: FormDep) -> Response:
    """The delegates as chosen; a seat left empty does not vote."""
    meeting_of(visit, meeting_id)
    meeting = operations.open_meeting(visit.work, meeting_id)
    item = ballot_of(meeting, number)
    require_no_author(visit, item)
    found = operations.papers(visit.work, meeting)
    typed = {seat: delegate_in(form, seat) for seat in asked_seats(found, item)}
    chosen = {seat: one for seat, one in typed.items() if one is not None}
    errors = faults(form, chosen, ballots.delegate_errors(found, number, list(chosen.values())))
    if errors:
        return show_delegates(visit, meeting, item, chosen, errors)
    return tried(
        visit,
        back(meeting_id, f"item-{number}"),
        "Делегаты записаны.",
        lambda: ballots.set_delegates(
            visit.work,
            meeting_id,
            number,
            list(chosen.values()),
            version=version_in(form),
            by=visit.actor,
            now=visit.now,
        ),
    )


def delegate_in(form: FormData, seat: str) -> Delegate | None:
    home, name = text(form, f"home_{seat}"), text(form, f"name_{seat}")
    if not home and not name:
        return None
    return Delegate(
        municipality_id=seat, name=name, home_id=None if home in {"", OUTSIDE} else home
    )


def faults(
    form: FormData, chosen: Mapping[str, Delegate], wrong: Mapping[str, str]
) -> dict[str, str]:
    """Sentence by form field; where a delegate comes from is never guessed."""
    unsaid = {
        f"home_{seat}": "Выберите, откуда делегат."
        for seat in chosen
        if not text(form, f"home_{seat}")
    }
    return unsaid | {f"name_{seat}": sentence for seat, sentence in wrong.items()}
