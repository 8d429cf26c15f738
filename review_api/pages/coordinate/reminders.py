"""Reminding teachers of the own municipality of drafts that are not sent: the list, then letters."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from flows.notices import nudging
from review_api.pages.coordinate.municipality import chosen_marathon, menu, own_places
from review_api.pages.visit import Visit, VisitDep
from schemas.cluster import Municipality
from schemas.errors import NotFound
from schemas.marathon import Marathon, Phase
from schemas.people import Person
from schemas.submission import Submission
from storage.repositories.rows import MISSING

router = APIRouter()
NOBODY_CHOSEN = "Отметьте хотя бы один материал."


def unfinished(
    visit: Visit, marathon: Marathon, own: list[Municipality]
) -> list[tuple[Submission, Person]]:
    """Drafts and returned materials of the municipality, with whoever fills them in."""
    places = {one.id for one in own}
    works = visit.work.submissions.of_marathon(marathon.id, status=nudging.UNFINISHED)
    ours = [one for one in works if nudging.may_be_nudged(one, places)]
    owners = visit.work.people.many(one.owner_id for one in ours)
    return [(one, owners[one.owner_id]) for one in ours]


def show(visit: Visit, marathon: Marathon, own: list[Municipality], sentence: str = "") -> Response:
    return visit.show(
        "coordinate/remind.html",
        status=422 if sentence else 200,
        marathon=marathon,
        call=marathon,
        menu=menu(visit, marathon),
        now=visit.now,
        rows=unfinished(visit, marathon, own),
        is_open=marathon.phase is Phase.INTAKE,
        errors={"works": sentence} if sentence else {},
    )


@router.get("/coordinate/remind")
def whom(visit: VisitDep) -> Response:
    own, marathon = own_places(visit), chosen_marathon(visit)
    if marathon is None:
        return visit.show("coordinate/nothing.html", places=own, menu=menu(visit, None))
    return show(visit, marathon, own)


@router.post("/coordinate/remind")
def remind(
    visit: VisitDep,
    marathon: Annotated[str, Form()] = "",
    works: Annotated[list[str] | None, Form()] = None,
) -> Response:
    own, chosen = own_places(visit), visit.work.marathons.find(marathon)
    if chosen is None or chosen.phase is Phase.PREPARATION:
        raise NotFound(MISSING)
    if not works:
        return show(visit, chosen, own, NOBODY_CHOSEN)
    done = nudging.nudge(
        visit.work,
        chosen,
        works,
        places={one.id for one in own},
        by=visit.actor,
        now=visit.now,
    )
    visit.send_letters()
    return visit.leave(f"/coordinate/remind?marathon={chosen.id}", in_words(done))


def in_words(done: nudging.Nudged) -> str:
    parts = [f"Напоминаний отправлено: {done.reminded}."]
    if done.today_already:
        parts.append(f"Сегодня уже получили: {done.today_already}.")
    if done.without_address:
        parts.append(f"Без адреса почты: {done.without_address}, позвоните им.")
    return " ".join(parts)
