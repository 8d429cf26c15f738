"""The journal as a table: who did what, when, on whose behalf; of one marathon or of everything."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from starlette.datastructures import QueryParams
from starlette.responses import Response

from review_api import tables
from review_api.journal_words import KINDS, WORDS, Named, row_of
from review_api.pages.organise import desk
from review_api.pages.organise.desk import ORGANISE
from review_api.pages.visit import Visit, VisitDep
from review_api.typed import whole
from schemas.ordering import name_key
from storage.repositories.journal_pages import Wanted

router = APIRouter()
PAGE = 50
MOST = 20_000
MOST_ACTORS = 200
"""People to choose from: those who acted most. Others are reached from their own pages."""
OLDER = "Раньше были ещё записи. Чтобы увидеть их, выберите даты."
COLUMNS = {
    "at": "Когда",
    "who": "Кто",
    "behalf": "От чьего имени",
    "what": "Что",
    "thing": "С чем",
}
LONGEST_ID = 80
EARLIEST, LATEST = 2000, 2100


@router.get("/organise/journal")
def whole_journal(visit: VisitDep) -> Response:
    """Everything, for administrators."""
    visit.require("installation")
    wanted = wanted_of(visit, "", visit.settings.timezone)
    if visit.request.query_params.get("export"):
        return export(visit, wanted, visit.settings.timezone)
    return visit.show(
        "organise/journal_whole.html", breadcrumbs=(ORGANISE,), **context(visit, wanted)
    )


@router.get("/organise/{marathon_id}/journal")
def journal(visit: VisitDep, marathon_id: str) -> Response:
    marathon = desk.marathon_of(visit, marathon_id, "journal.see")
    wanted = wanted_of(visit, marathon.id, marathon.zone)
    if visit.request.query_params.get("export"):
        return export(visit, wanted, marathon.zone)
    return desk.show(visit, marathon, "organise/journal.html", **context(visit, wanted))


def wanted_of(visit: Visit, marathon_id: str, zone: str) -> Wanted:
    """The filters in the address; nothing about works that this person wrote."""
    query = visit.request.query_params
    until = day_in(query.get("until", ""), zone)
    return Wanted(
        marathon_id=marathon_id,
        person_id=query.get("person", "")[:LONGEST_ID],
        action=query.get("action", "")[:LONGEST_ID],
        kind=query.get("kind", "")[:LONGEST_ID],
        subject_id=query.get("subject", "")[:LONGEST_ID],
        work_id=query.get("work", "")[:LONGEST_ID],
        since=day_in(query.get("since", ""), zone),
        until=until + timedelta(days=1) if until else None,
        before=whole(query.get("before", "")) or None,
        but_works=visit.viewer.authored,
    )


def day_in(text: str, zone: str) -> datetime | None:
    """The beginning of a day by the clock of ``zone``; nothing for what is no day."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    if not EARLIEST <= day.year < LATEST:
        return None
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def export(visit: Visit, wanted: Wanted, zone: str) -> Response:
    """What the filters show, whatever page one is on; of very much the newest, which is said."""
    entries = visit.work.journal_pages.page(
        wanted.model_copy(update={"before": None}), limit=MOST + 1
    )
    named = Named(visit.work, entries[:MOST])
    rows = [row_of(entry, named) for entry in entries[:MOST]]
    if len(entries) > MOST:
        rows.append({"what": OLDER})
    suffix = visit.request.query_params["export"]
    return tables.download("Журнал", COLUMNS, rows, suffix, zone=zone)


def context(visit: Visit, wanted: Wanted) -> dict[str, Any]:
    pages = visit.work.journal_pages
    entries = pages.page(wanted, limit=PAGE + 1)
    shown = entries[:PAGE]
    named = Named(visit.work, shown)
    total = pages.count(wanted.model_copy(update={"before": None}))
    return {
        "columns": COLUMNS,
        "rows": [row_of(entry, named) for entry in shown],
        "total": total,
        "older": shown[-1].number if len(entries) > PAGE else None,
        "is_first": wanted.before is None,
        "filters": filters_of(visit, wanted),
        "dates": dates_of(visit.request.query_params),
        "about": about(visit, wanted, named, shown[0].subject_kind if shown else ""),
    }


def dates_of(query: QueryParams) -> dict[str, str]:
    return {name: query.get(name, "")[:10] for name in ("since", "until")}


def about(visit: Visit, wanted: Wanted, named: Named, kind: str) -> list[tuple[str, str, str]]:
    """(query name, words, value) when the address asks for the history of one thing."""
    found: list[tuple[str, str, str]] = []
    if wanted.subject_id:
        thing = named.things.get((kind, wanted.subject_id))
        found.append(("subject", thing.whole if thing else "одна запись", wanted.subject_id))
    if wanted.work_id:
        one = visit.work.submissions.find(wanted.work_id)
        inside = one is not None and one.marathon_id == wanted.marathon_id
        words = f"№ {one.number}" if one and inside else "одна работа"
        found.append(("work", words, wanted.work_id))
    return found


def filters_of(
    visit: Visit, wanted: Wanted
) -> list[tuple[str, str, list[tuple[str, str]], str, str]]:
    """(name, label, options, value, words): only what there is to choose from."""
    everything = Wanted(marathon_id=wanted.marathon_id, but_works=wanted.but_works)
    pairs = visit.work.journal_pages.words(everything)
    often = visit.work.journal_pages.actors(everything, limit=MOST_ACTORS)
    people = visit.work.people.many([*often, *([wanted.person_id] if wanted.person_id else [])])
    actions = named_codes({action for _, action in pairs}, WORDS)
    kinds = named_codes({kind for kind, _ in pairs}, KINDS)
    actors = sorted(
        ((key, one.name) for key, one in people.items()), key=lambda pair: name_key(pair[1])
    )
    return [
        (name, label, options, value, dict(options).get(value, value))
        for name, label, options, value in (
            ("person", "Кто", actors, wanted.person_id),
            ("action", "Что", actions, wanted.action),
            ("kind", "С чем", kinds, wanted.kind),
        )
    ]


def named_codes(codes: set[str], words: Mapping[str, str]) -> list[tuple[str, str]]:
    return sorted(((code, words.get(code, code)) for code in codes), key=lambda pair: pair[1])
