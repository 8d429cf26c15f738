"""Preparing a marathon: the list of steps with their states, a page a step, opening of intake."""

from collections.abc import Callable, Mapping
from itertools import pairwise
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from starlette.responses import Response

from flows.documents.cities import CITIES, city
from flows.marathons import operations, policy, rules, steps
from review_api.access import can
from review_api.frame import Link
from review_api.pages.organise import desk, setup_form
from review_api.pages.organise.desk import FormDep
from review_api.pages.organise.setup_form import PARTS, Given, Values
from review_api.pages.visit import Visit, VisitDep
from review_api.plans.words import FAIRNESS_WORDS, KEEP_WORDS, WEIGHT_NAMES
from review_api.typed import whole
from schemas.errors import Conflict, NotFound
from schemas.marathon import Marathon, Phase
from schemas.submission import SubmissionStatus
from storage.repositories.rows import MISSING

router = APIRouter()
SETUP = "setup"
HIDDEN = frozenset({SubmissionStatus.DRAFT, SubmissionStatus.WITHDRAWN})


def facts(visit: Visit, marathon: Marathon) -> steps.Prepared:
    approved = policy.is_approved(visit.work, marathon)
    return steps.prepared(visit.work, marathon, approved=approved, now=visit.now)


def way(marathon: Marathon) -> Link:
    return Link(text="Подготовка", href=desk.address(marathon, SETUP))


@router.get("/organise/{marathon_id}/setup")
def task_list(visit: VisitDep, marathon_id: str) -> Response:
    marathon = desk.marathon_of(visit, marathon_id)
    prepared = facts(visit, marathon)
    found = steps.gaps(prepared)
    tasks = [
        {
            "text": step.title,
            "href": desk.address(marathon, step.page),
            "status": step.state,
            "hint": step.hint,
        }
        for step in steps.steps(prepared)
    ]
    done = sum(task["status"] == "done" for task in tasks)
    return desk.show(
        visit,
        marathon,
        "organise/setup.html",
        tasks=[*tasks, checking(marathon, found)],
        done=done,
        total=len(tasks),
        like=origin(visit, marathon),
        phase=rules.PHASE_NAMES[marathon.phase],
        moves=[
            (to.value, words)
            for (before, to), words in rules.PHASE_ACTS.items()
            if before is marathon.phase and before is not Phase.PREPARATION
        ],
    )


def checking(marathon: Marathon, found: list[steps.Gap]) -> dict[str, str]:
    """The last line of the list: open to look at any time, done once intake is open."""
    blocked = any(gap.blocking for gap in found)
    is_open = marathon.phase is not Phase.PREPARATION
    status = "done" if is_open else "blocked" if blocked else "not_started"
    return {
        "text": "Проверить и открыть приём",
        "href": desk.address(marathon, "setup/check"),
        "status": status,
        "hint": "" if is_open else "Что ещё нужно и кнопка, которая открывает приём.",
    }


def origin(visit: Visit, marathon: Marathon) -> Marathon | None:
    """The marathon this one began with, for whoever may see it."""
    found = visit.work.marathons.find(marathon.cloned_from) if marathon.cloned_from else None
    return found if found and can(visit.viewer, "marathon.edit", found) else None


@router.get("/organise/{marathon_id}/setup/check")
def check(visit: VisitDep, marathon_id: str) -> Response:
    marathon = desk.marathon_of(visit, marathon_id)
    prepared = facts(visit, marathon)
    found = steps.gaps(prepared)
    return desk.show(
        visit,
        marathon,
        "organise/setup_check.html",
        way(marathon),
        gaps=[(gap, place(marathon, gap.page)) for gap in found],
        may_open=steps.may_open(found, marathon.phase),
        in_preparation=marathon.phase is Phase.PREPARATION,
        titles={page: title for title, page in steps.TITLES.values()},
    )


def place(marathon: Marathon, page: str) -> str:
    return page if page.startswith("/") else desk.address(marathon, page)


def part_of(step: str) -> setup_form.Part:
    if step not in PARTS:
        raise NotFound(MISSING)
    return PARTS[step]


@router.get("/organise/{marathon_id}/setup/{step}")
def step_page(visit: VisitDep, marathon_id: str, step: str) -> Response:
    marathon = desk.marathon_of(visit, marathon_id)
    return show_step(visit, marathon, step, Given(values=part_of(step).show(marathon)))


@router.post("/organise/{marathon_id}/setup/{step}")
def save_step(visit: VisitDep, marathon_id: str, step: str, form: FormDep) -> Response:
    """Keep the step and go on to the next one; other buttons only show the form again."""
    marathon = desk.marathon_of(visit, marathon_id)
    given = part_of(step).read(form, marathon)
    if desk.text(form, "act"):
        look = given.model_copy(update={"errors": {}})
        return show_step(visit, marathon, step, look, looking=True)
    if given.errors:
        return show_step(visit, marathon, step, given)
    try:
        saved = operations.change_step(
            visit.work,
            marathon_id,
            step,
            given.changes,
            version=version_in(desk.text(form, "version")),
            by=visit.actor,
            now=visit.now,
        )
    except Conflict as error:
        visit.work.forget()
        return show_refused(visit, marathon_id, step, given, error)
    return visit.leave(after(saved, step), f"Шаг «{PARTS[step].title}» сохранён.")


def version_in(text: str) -> int:
    return whole(text) or 0


def after(marathon: Marathon, step: str) -> str:
    """The next step while the marathon is being prepared, the list afterwards."""
    codes = list(steps.TITLES)
    later = codes[codes.index(step) + 1 :]
    if marathon.phase is not Phase.PREPARATION:
        return desk.address(marathon, SETUP)
    return desk.address(marathon, steps.TITLES[later[0]][1] if later else "setup/check")


def show_refused(
    visit: Visit, marathon_id: str, step: str, given: Given, error: Conflict
) -> Response:
    """Both texts: what was typed stays in the fields, what is stored stands above them."""
    marathon = visit.work.marathons.get(marathon_id)
    errors = {"": error.sentence}
    stored = PARTS[step].show(marathon) if error.code == "stale_version" else {}
    theirs = [
        setup_form.stored_words(name, value)
        for name, value in stored.items()
        if value != given.values.get(name)
    ]
    refused = given.model_copy(update={"errors": errors})
    return show_step(visit, marathon, step, refused, theirs=theirs, status=409)


def show_step(
    visit: Visit, marathon: Marathon, step: str, given: Given, *, status: int = 0, **more: object
) -> Response:
    context: Values = {
        "values": given.values,
        "errors": given.errors,
        "version": marathon.version,
        "step": step,
        "title": PARTS[step].title,
        "touched": touched(visit, marathon) if step in TOUCHING else (),
        "theirs": [],
        "looking": False,
        **(MORE[step](visit, marathon, given) if step in MORE else {}),
        **more,
    }
    answer = status or (422 if given.errors else 200)
    template = f"organise/setup_{step}.html"
    return desk.show(visit, marathon, template, way(marathon), status=answer, **context)


TOUCHING = frozenset({"dates", "tracks", "rules"})


def touched(visit: Visit, marathon: Marathon) -> tuple[tuple[int, str], ...]:
    """(count, forms) of what a change would touch; nothing while the marathon is prepared."""
    if marathon.phase is Phase.PREPARATION:
        return ()
    counts = visit.work.submissions.counts(marathon.id)
    sent = sum(count for status, count in counts.items() if status not in HIDDEN)
    asked = len(visit.work.assignments.of_marathon(marathon.id))
    drafts = counts.get(SubmissionStatus.DRAFT, 0)
    return (
        (sent, "отправленная работа|отправленные работы|отправленных работ"),
        (drafts, "черновик|черновика|черновиков"),
        (asked, "назначение экспертам|назначения экспертам|назначений экспертам"),
    )


def more_dates(_visit: Visit, marathon: Marathon, given: Given) -> Values:
    zones = [(zone, one.russian) for zone, one in CITIES.items()]
    whose = city(given.values["zone"], "ru") if given.values["zone"] in CITIES else ""
    return {"zones": zones, "line": timeline(marathon), "city": whose}


def timeline(marathon: Marathon) -> list[tuple[str, object, int]]:
    """(what, when, days to the next) of the dates as they are stored."""
    moments = (
        ("Приём открывается", marathon.opens_at),
        ("Приём до", marathon.submissions_until),
        ("Экспертиза до", marathon.reviews_until),
    )
    zone = ZoneInfo(marathon.zone)
    days = [moment.astimezone(zone).date() for _, moment in moments] + [marathon.live_on]
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    line: list[tuple[str, object, int]] = [
        (words, moment, gap) for (words, moment), gap in zip(moments, gaps, strict=True)
    ]
    return [*line, ("День марафона", marathon.live_on, 0)]


def more_tracks(visit: Visit, marathon: Marathon, _given: Given) -> Values:
    works: dict[int, int] = {}
    for one in visit.work.submissions.of_marathon(marathon.id):
        if one.track is not None:
            works[one.track] = works.get(one.track, 0) + 1
    return {"works": works, "most": setup_form.MOST_TRACKS}


def more_rules(_visit: Visit, _marathon: Marathon, given: Given) -> Values:
    return {
        "fairness": list(FAIRNESS_WORDS.items()),
        "keeping": list(KEEP_WORDS.items()),
        "weights": list(WEIGHT_NAMES.items()),
        "tuning_errors": bool(setup_form.TUNING & given.errors.keys()) or "" in given.errors,
    }


More = Callable[[Visit, Marathon, Given], Values]
MORE: Mapping[str, More] = {"dates": more_dates, "tracks": more_tracks, "rules": more_rules}
