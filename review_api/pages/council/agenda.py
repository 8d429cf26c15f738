"""One agenda item of a meeting: its words, resolution and errands; what council forms share."""

from collections.abc import Callable
from datetime import date

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.responses import Response

from flows.council import operations
from review_api.frame import Link
from review_api.pages.organise.desk import COUNCIL, FormDep, text
from review_api.pages.visit import Visit, VisitDep
from review_api.typed import whole
from schemas.council import ActionItem, AgendaItem, Meeting
from schemas.errors import MarathonError, NotFound
from storage.repositories.rows import MISSING

router = APIRouter()
SPARE_ACTIONS = 1


def back(meeting_id: str, place: str = "") -> str:
    return f"/council/{meeting_id}" + (f"#{place}" if place else "")


def version_in(form: FormData) -> int:
    return whole(text(form, "version")) or 0


def day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def meeting_of(visit: Visit, meeting_id: str, action: str = "council.edit") -> Meeting:
    """Raises ``NotFound`` for whoever may not, the same as for a meeting that is not there."""
    visit.require(action, visit.work.meetings.find(meeting_id))
    return visit.work.meetings.get(meeting_id)


def require_no_author(visit: Visit, item: AgendaItem) -> None:
    """Others conduct the item about one's own work; raises ``NotFound``."""
    if visit.viewer.is_author_of(item):
        raise NotFound(MISSING)


@router.get("/council/{meeting_id}/items/{number}")
def item_page(visit: VisitDep, meeting_id: str, number: int) -> Response:
    meeting = meeting_of(visit, meeting_id)
    spare = [ActionItem(task="", executor="")] * SPARE_ACTIONS
    item = item_of(meeting, number)
    require_no_author(visit, item)
    return visit.show(
        "council/item.html",
        breadcrumbs=(
            COUNCIL,
            Link(text=f"Заседание № {meeting.number}", href=back(meeting_id)),
        ),
        meeting=meeting,
        item=item,
        actions=[*item.action_items, *spare],
    )


def item_of(meeting: Meeting, number: int) -> AgendaItem:
    """The item, or an empty one for the number after the last."""
    for item in meeting.agenda:
        if item.number == number:
            return item
    if number == len(meeting.agenda) + 1:
        return AgendaItem(number=number, title="")
    raise NotFound(MISSING)


@router.post("/council/{meeting_id}/items/{number}")
def save_item(visit: VisitDep, meeting_id: str, number: int, form: FormDep) -> Response:
    """The item as written; an emptied title takes it off the agenda."""
    meeting = meeting_of(visit, meeting_id)
    before = item_of(meeting, number)
    require_no_author(visit, before)
    after = before.model_copy(
        update={
            "title": text(form, "title"),
            "speaker": text(form, "speaker"),
            "heard": text(form, "heard"),
            "spoke": text(form, "spoke"),
            "resolution": text(form, "resolution"),
            "needs_vote": text(form, "needs_vote") == "yes",
            "action_items": actions_in(form),
        }
    )
    items = [one for one in meeting.agenda if one.number != number]
    if after.title:
        items.insert(max(0, (whole(text(form, "at")) or number) - 1), after)
    return tried(
        visit,
        back(meeting_id, "agenda"),
        "Повестка сохранена.",
        lambda: operations.edit_agenda(
            visit.work,
            meeting_id,
            items,
            version=version_in(form),
            by=visit.actor,
            now=visit.now,
        ),
    )


def actions_in(form: FormData) -> tuple[ActionItem, ...]:
    found, number = [], 1
    while f"task_{number}" in form:
        task = text(form, f"task_{number}")
        if task:
            found.append(
                ActionItem(
                    task=task,
                    executor=text(form, f"executor_{number}"),
                    deadline=day(text(form, f"deadline_{number}")),
                )
            )
        number += 1
    return tuple(found)


def tried(visit: Visit, address: str, sentence: str, act: Callable[[], object]) -> Response:
    """Back to the meeting with what happened or why it did not."""
    try:
        act()
    except MarathonError as error:
        return visit.refuse(address, error)
    return visit.leave(address, sentence)
