"""The calibration round as organisers run it: choose works, look, open, wait, close, compare."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from starlette.responses import Response

from flows.assignment import common_round as opening
from flows.assignment.common_layout import Layout
from flows.assignment.wording import listed
from flows.review import common_round as running
from flows.review.panel_marks import FEWEST_SHOWN
from review_api import tables
from review_api.access import can
from review_api.frame import Link
from review_api.pages.organise import desk
from review_api.pages.visit import Text, Visit, VisitDep
from review_api.typed import echoed
from schemas.assignment import ASSIGNMENT_STATUS_NAMES, OPEN, Assignment, AssignmentStatus
from schemas.base import Schema
from schemas.common_round import has_been_opened, is_open, is_over
from schemas.errors import BadInput
from schemas.marathon import Marathon
from schemas.submission import Submission

router = APIRouter()
ADDRESS = "/organise/{marathon_id}/common-round"
LAST_MINUTE = time(23, 59)
MOST_APART = 10
OWN = "Свой материал общим не делают: выберите другой или попросите другого организатора."
COLUMNS = {
    "expert": "Эксперт",
    "place": "Муниципалитет",
    "work": "Общая работа",
    "status": "Состояние",
    "until": "Срок",
}


class Choice(Schema):
    """The form as it was typed."""

    first: str = ""
    second: str = ""
    until: str = ""

    @property
    def works(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(key for key in (self.first, self.second) if key))


class Barred(Schema):
    """Experts whom one reason keeps from one common work."""

    work: str
    reason: str
    count: int
    names: str


class People(Schema):
    """Names and places of experts by expert id."""

    names: dict[str, str]
    places: dict[str, str]


@router.get(ADDRESS)
def common_round(visit: VisitDep, marathon_id: str) -> Response:
    """The form with what it would do, the round that runs, or what it has shown."""
    marathon = desk.marathon_of(visit, marathon_id, "plan.see")
    if is_over(marathon, visit.now):
        return show_outcome(visit, marathon)
    if has_been_opened(marathon):
        return show_progress(visit, marathon)
    query = visit.request.query_params
    choice = Choice(**{name: query.get(name, "") for name in Choice.model_fields})
    if not query.get("look"):
        return show_form(visit, marathon, choice)
    return tried(
        visit,
        marathon,
        choice,
        lambda until: show_form(
            visit,
            marathon,
            choice,
            layout=opening.preview(
                visit.work, marathon.id, choice.works, until=until, now=visit.now
            ),
            until=until,
        ),
    )


@router.post(ADDRESS)
def open_round(
    visit: VisitDep, marathon_id: str, first: Text = "", second: Text = "", until: Text = ""
) -> Response:
    marathon = desk.marathon_of(visit, marathon_id, "stage.run")
    choice = Choice(first=first, second=second, until=echoed(until))

    def opened(moment: datetime) -> Response:
        invited = opening.open_round(
            visit.work, marathon.id, choice.works, until=moment, by=visit.actor, now=visit.now
        )
        experts = len({item.expert_id for item in invited})
        return visit.leave(here(marathon), f"Общий раунд открыт. Приглашено экспертов: {experts}.")

    return tried(visit, marathon, choice, opened)


@router.post(f"{ADDRESS}/remind")
def remind(visit: VisitDep, marathon_id: str) -> Response:
    marathon = desk.marathon_of(visit, marathon_id, "stage.run")
    count = running.remind_all(visit.work, marathon.id, by=visit.actor, now=visit.now)
    return visit.leave(here(marathon), f"Напоминания поставлены в очередь. Экспертов: {count}.")


@router.post(f"{ADDRESS}/close")
def close(visit: VisitDep, marathon_id: str) -> Response:
    marathon = desk.marathon_of(visit, marathon_id, "stage.run")
    running.close_round(visit.work, marathon.id, by=visit.actor, now=visit.now)
    return visit.leave(here(marathon), "Общий раунд закрыт. Остальные работы открыты всем.")


@router.get(f"{ADDRESS}/remind")
@router.get(f"{ADDRESS}/close")
def form_address(visit: VisitDep, marathon_id: str) -> Response:
    return visit.leave(here(desk.marathon_of(visit, marathon_id, "plan.see")))


def here(marathon: Marathon) -> str:
    return desk.address(marathon, "common-round")


def tried(
    visit: Visit, marathon: Marathon, choice: Choice, act: Callable[[datetime], Response]
) -> Response:
    """The act, or the form again with every sentence beside the field it is about."""
    unchosen = {} if choice.works else {"first": opening.NO_WORKS}
    try:
        until = end_of_day(choice.until, marathon.zone)
    except BadInput as error:
        errors = unchosen | {error.field or "": error.sentence}
        return show_form(visit, marathon, choice, errors=errors)
    try:
        require_no_own(visit, choice)
        return act(until)
    except BadInput as error:
        errors = {error.field or "": error.sentence}
        return show_form(visit, marathon, choice, errors=errors)


def require_no_own(visit: Visit, choice: Choice) -> None:
    for field in ("first", "second"):
        if getattr(choice, field) in visit.viewer.authored:
            raise BadInput(OWN, field=field)


def end_of_day(value: str, zone: str) -> datetime:
    """The last minute of a day in the marathon's zone."""
    try:
        day = date.fromisoformat(value)
        return datetime.combine(day, LAST_MINUTE, ZoneInfo(zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadInput("Укажите, до какого дня идёт общий раунд.", field="until") from None


def show(
    visit: Visit, marathon: Marathon, template: str, *, status: int = 200, **context: object
) -> Response:
    way = Link(text="Назначение", href=desk.address(marathon, "assignment"))
    can_run = can(visit.viewer, "stage.run", marathon)
    return desk.show(visit, marathon, template, way, status=status, can_run=can_run, **context)


def show_form(
    visit: Visit,
    marathon: Marathon,
    choice: Choice,
    *,
    errors: Mapping[str, str] | None = None,
    layout: Layout | None = None,
    until: datetime | None = None,
) -> Response:
    works = [
        one
        for one in opening.candidates(visit.work, marathon.id)
        if not visit.viewer.is_author_of(one)
    ]
    chosen = {one.id: one for one in works if one.id in choice.works}
    return show(
        visit,
        marathon,
        "organise/common_round.html",
        status=422 if errors else 200,
        errors=dict(errors or {}),
        choice=choice,
        options=[(one.id, named(one)) for one in works],
        layout=layout,
        until=until,
        panels=[(named(chosen[key]), len(layout.panel(key))) for key in choice.works]
        if layout
        else [],
        experts=len({expert for _, expert in layout.invited}) if layout else 0,
        barred=barred(visit, layout, chosen) if layout else [],
        left_out=left_out(visit, layout, chosen) if layout else [],
        begun=len(visit.work.assignments.of_marathon(marathon.id, status=OPEN)) if layout else 0,
    )


def named(one: Submission) -> str:
    return f"№ {one.number}. {one.title}"


def people_of(visit: Visit, expert_ids: Sequence[str]) -> People:
    experts = visit.work.experts.many(expert_ids)
    people = visit.work.people.many(one.person_id for one in experts.values())
    places = {one.id: one.name for one in visit.work.municipalities.all()}
    return People(
        names={key: people[one.person_id].name for key, one in experts.items()},
        places={key: places[one.municipality_id] for key, one in experts.items()},
    )


def barred(visit: Visit, layout: Layout, chosen: Mapping[str, Submission]) -> list[Barred]:
    """Who cannot score which common work, by reason."""
    people = people_of(visit, [one.expert_id for one in layout.bars])
    groups = defaultdict(list)
    for one in layout.bars:
        groups[one.submission_id, ", ".join(one.reasons)].append(people.names[one.expert_id])
    return [
        Barred(
            work=f"№ {chosen[key].number}",
            reason=reason,
            count=len(names),
            names=listed(sorted(names)),
        )
        for (key, reason), names in groups.items()
    ]


def left_out(
    visit: Visit, layout: Layout, chosen: Mapping[str, Submission]
) -> list[tuple[str, str, str]]:
    """(expert, municipality, why) of those who get no common work at all."""
    people = people_of(visit, layout.left_out)
    why = defaultdict(list)
    for one in layout.bars:
        number = chosen[one.submission_id].number
        why[one.expert_id].append(f"№ {number}: {', '.join(one.reasons)}")
    return sorted(
        (people.names[key], people.places[key], "; ".join(why[key])) for key in layout.left_out
    )


def show_progress(visit: Visit, marathon: Marathon) -> Response:
    everything = running.items_of(visit.work, marathon)
    items = [item for item in everything if not visit.viewer.is_author_of(item)]
    works = visit.work.submissions.many(marathon.common_round.submission_ids)
    people = people_of(visit, [item.expert_id for item in items])
    rows = sorted(
        (row_of(item, works[item.submission_id], people) for item in items),
        key=lambda row: (row["rank"], str(row["expert"])),
    )
    query = visit.request.query_params
    shown = tables.table(query, COLUMNS, rows)
    if query.get("export"):
        return tables.download(
            "Общий раунд", COLUMNS, shown.everything, query["export"], zone=marathon.zone
        )
    expected = running.expected(items)
    return show(
        visit,
        marathon,
        "organise/common_round_progress.html",
        held=marathon.common_round,
        works=[named(works[key]) for key in marathon.common_round.submission_ids],
        sent=len(expected) - len(running.awaited(items)),
        expected=len(expected),
        awaited=len({item.expert_id for item in running.awaited(items)}),
        gone=len(items) - len(expected),
        table=shown,
    )


def row_of(item: Assignment, work: Submission, people: People) -> dict[str, object]:
    """Those who are waited for stand first."""
    awaited = item.status in OPEN
    sent = item.status is AssignmentStatus.SUBMITTED
    return {
        "rank": 0 if awaited else 1 if sent else 2,
        "expert": people.names[item.expert_id],
        "place": people.places[item.expert_id],
        "work": f"№ {work.number}",
        "status": ASSIGNMENT_STATUS_NAMES[item.status],
        "code": item.status.value,
        "until": item.due_at if awaited else None,
    }


def show_outcome(visit: Visit, marathon: Marathon) -> Response:
    found = running.outcome(visit.work, marathon, now=visit.now)
    works = visit.work.submissions.many(marathon.common_round.submission_ids)
    experts = found.experts if found else ()
    people = people_of(visit, [one.expert_id for one in experts])
    return show(
        visit,
        marathon,
        "organise/common_round_result.html",
        held=marathon.common_round,
        works=[
            (named(works[one.submission_id]), one)
            for one in found.works
            if not visit.viewer.is_author_of(one)
        ]
        if found
        else [],
        unclear=found.unclear if found else (),
        apart=[(people.names[one.expert_id], one) for one in experts[:MOST_APART]],
        far=[people.names[one.expert_id] for one in experts if one.is_far],
        fewest=FEWEST_SHOWN,
        closes_itself=is_open(marathon),
    )
