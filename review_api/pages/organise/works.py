"""All works of a marathon as a table: search, filters, sort, download of what is shown."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from typing import NamedTuple

from fastapi import APIRouter
from starlette.datastructures import QueryParams
from starlette.responses import Response

from flows.assignment.operations import short_works
from flows.intake import borrowing
from review_api import tables
from review_api.access import Viewer
from review_api.advice_view import codes_by_work
from review_api.pages.organise import bulk, desk
from review_api.pages.organise.desk import OWN_WORK
from review_api.pages.visit import Visit, VisitDep
from review_api.typed import whole
from schemas.advice import REMARK_NAMES
from schemas.assignment import HELD, AssignmentStatus
from schemas.decision import Decision, DecisionStatus
from schemas.marathon import Marathon
from schemas.overlap import MUCH
from schemas.submission import SUBMISSION_STATUS_NAMES, Submission
from storage.repositories.work_lists import WantedWorks
from storage.work import Work

router = APIRouter()
COLUMNS = {
    "number": "№",
    "title": "Название",
    "authors": "Авторы",
    "municipality": "Муниципалитет",
    "track": "Направление",
    "status": "Состояние",
    "reviews": "Экспертиз",
    "score": "Балл",
    "decision": "Решение",
    "submitted_at": "Отправлено",
}
OVERLAP = {"overlap": "Совпадения, %"}
REMARKS = {"remarks": "Замечания к файлу"}
ASKED_OF_FILES = ("overlap", "remark", "export")
OUTCOMES = (
    ("both", "очно и в сборник"),
    ("publication", "в сборник"),
    ("live", "очно"),
    ("no", "не отобран"),
    ("revise", "доработать"),
    ("extra_review", "нужна ещё экспертиза"),
    ("council", "решает совет"),
    ("none", "решения нет"),
)
PARTS = {(True, True): "both", (True, False): "publication", (False, True): "live"}
OUTCOME_NAMES = {
    "extra_review": "нужна ещё экспертиза",
    "council": "решает совет",
}
OVERLAPS: Mapping[str, int] = {"much": round(MUCH * 100), "some": 0}
OVERLAP_WORDS = [("much", "больше 20 %"), ("some", "есть")]


def decision_words(decision: Decision | None) -> str:
    if decision is None:
        return ""
    words = outcome_words(decision)
    return words if decision.status is DecisionStatus.CONFIRMED else f"предложено: {words}"


def outcome_words(decision: Decision) -> str:
    """«очно и в сборник», «в сборник», …; what is not settled says what it waits for."""
    if decision.outcome in OUTCOME_NAMES:
        return OUTCOME_NAMES[decision.outcome]
    if decision.revise:
        return "доработать"
    parts = [
        words
        for chosen, words in ((decision.live, "очно"), (decision.publication, "в сборник"))
        if chosen
    ]
    return " и ".join(parts) or "не отобран"


def outcome_code(decision: Decision | None) -> str:
    """A code of ``OUTCOMES``: what ``outcome_words`` says, proposed or final."""
    if decision is None:
        return "none"
    if decision.outcome in OUTCOME_NAMES:
        return decision.outcome
    if decision.revise:
        return "revise"
    return PARTS.get((decision.publication, decision.live), "no")


def rows_of(visit: Visit, marathon: Marathon, ids: Sequence[str]) -> list[dict[str, object]]:
    """One row a work; sent reviews of its round over those it should have."""
    work = visit.work
    found = work.submissions.many(ids)
    decisions = {(one.submission_id, one.round): one for one in work.decisions.of_submissions(ids)}
    places = {one.id: one.name for one in work.municipalities.all()}
    current = [
        item
        for item in work.assignments.of_submissions(ids)
        if item.status in HELD and found[item.submission_id].round == item.round
    ]
    held = Counter(item.submission_id for item in current)
    sent = Counter(
        item.submission_id for item in current if item.status is AssignmentStatus.SUBMITTED
    )
    return [
        row_of(one, marathon, decisions.get((one.id, one.round)), places)
        | {"reviews": f"{sent[one.id]} из {held[one.id]}"}
        for one in (found[key] for key in ids)
    ]


class Files(NamedTuple):
    """What is known of the works' files, read only where somebody asks for it."""

    shares: Mapping[str, float]
    codes: Mapping[str, tuple[str, ...]]


def files_of(query: QueryParams, work: Work, marathon: Marathon) -> Files:
    if not any(query.get(name) for name in ASKED_OF_FILES):
        return Files({}, {})
    formats = work.submissions.formats(marathon.id)
    return Files(borrowing.shares(work, marathon.id), codes_by_work(work, marathon, formats))


def told_of_file(work_id: str, files: Files) -> dict[str, object]:
    remarks = files.codes.get(work_id, ())
    return {"overlap": percent_of(work_id, files), "remarks": ", ".join(remarks)}


def percent_of(work_id: str, files: Files) -> int | None:
    share = files.shares.get(work_id)
    return round(share * 100) if share else None


def without_own(rows: Iterable[dict[str, object]], viewer: Viewer) -> list[dict[str, object]]:
    """Of a work of whoever looks only what its author sees: others judge it."""
    hidden = {"reviews": "", "score": None, "decision": OWN_WORK, "outcome": "", "overlap": None}
    told = ((row, row["id"] in viewer.authored) for row in rows)
    return [row | (hidden if own else {}) | {"own": own} for row, own in told]


def row_of(
    one: Submission, marathon: Marathon, decision: Decision | None, places: Mapping[str, str]
) -> dict[str, object]:
    homes = dict.fromkeys(places[author.municipality_id] for author in one.authors)
    return {
        "id": one.id,
        "href": desk.address(marathon, f"works/{one.id}"),
        "number": one.number,
        "title": one.title,
        "authors": ", ".join(author.name for author in one.authors),
        "municipality": ", ".join(homes),
        "track": one.track,
        "status": SUBMISSION_STATUS_NAMES[one.status],
        "code": one.status.value,
        "score": decision.score if decision else None,
        "decision": decision_words(decision),
        "outcome": outcome_code(decision),
        "submitted_at": one.submitted_at,
    }


# A score is shown rounded: what reads as 60 is found from 60 on.
HALF = 0.005


def points(text: str) -> float | None:
    """A bound of the score as typed; none for what is no number."""
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return value if isfinite(value) else None


def range_of(query: QueryParams) -> list[tuple[str, str, str]]:
    """(name, label, what was typed) of the bounds of the score; without what is no number."""
    labels = (("score_from", "Балл от"), ("score_to", "Балл до"))
    found = ((name, label, query.get(name, "")[:10]) for name, label in labels)
    return [(name, label, text if points(text) is not None else "") for name, label, text in found]


def wanted_of(visit: Visit, marathon: Marathon, files: Files) -> WantedWorks:
    """What the filters in the address leave; those of nobody's sense leave nothing or everything."""
    query = visit.request.query_params
    least, most = points(query.get("score_from", "")), points(query.get("score_to", ""))
    asked: dict[str, object] = {
        "words": query.get("q", ""),
        "status": query.get("status", ""),
        "track": whole(query["track"]) or 0 if query.get("track") else None,
        "municipality_id": query.get("municipality", ""),
        "outcome": query.get("decision", ""),
        "score_from": least if least is None else least - HALF,
        "score_to": most if most is None else most + HALF,
        "lacks_consents": bool(query.get("consents")),
        "ids": of_files(query, files, visit.viewer),
        "but": visit.viewer.authored,
        "ranks": {key: percent_of(key, files) or 0 for key in files.shares},
    }
    start = WantedWorks(marathon_id=marathon.id)
    if query.get("short"):
        start = short_works(visit.work, marathon)
    return start.model_copy(update=asked)


def of_files(query: QueryParams, files: Files, viewer: Viewer) -> frozenset[str] | None:
    """Works whose file has the remark and the overlap that are asked for; None for all works."""
    sets = []
    if query.get("remark"):
        sets.append({key for key, codes in files.codes.items() if query["remark"] in codes})
    least = OVERLAPS.get(query.get("overlap", ""))
    if least is not None:
        shared = {key: percent_of(key, files) or 0 for key in files.shares}
        sets.append({key for key, much in shared.items() if much > least} - viewer.authored)
    return frozenset(set.intersection(*sets)) if sets else None


def filters_of(visit: Visit, marathon: Marathon) -> list[tuple[str, str, list[object], str, str]]:
    """(name, label, options, value, words) of each filter, for the form and the pills."""
    query = visit.request.query_params
    statuses = [(status.value, words) for status, words in SUBMISSION_STATUS_NAMES.items()]
    tracks = [(str(one.number), f"{one.number}. {one.title}") for one in marathon.tracks]
    members = visit.work.municipalities.of_cluster(marathon.cluster_id)
    places = [(one.id, one.name) for one in members]
    choices = (
        ("status", "Состояние", statuses),
        ("track", "Направление", tracks),
        ("municipality", "Муниципалитет", places),
        ("decision", "Решение", OUTCOMES),
        ("consents", "Согласия", [("missing", "не хватает")]),
        ("short", "Эксперты", [("yes", "не хватает")]),
        ("overlap", "Совпадения", OVERLAP_WORDS),
        ("remark", "Замечание к файлу", list(REMARK_NAMES.items())),
    )
    return [
        (
            name,
            label,
            list(options),
            query.get(name, ""),
            dict(options).get(query.get(name, ""), ""),
        )
        for name, label, options in choices
    ]


@router.get("/organise/{marathon_id}/works")
def works(visit: VisitDep, marathon_id: str) -> Response:
    marathon = desk.marathon_of(visit, marathon_id, "submission.list")
    query = visit.request.query_params
    files = files_of(query, visit.work, marathon)
    wanted = wanted_of(visit, marathon, files)
    lists = visit.work.work_lists

    def told(ids: Sequence[str]) -> list[dict[str, object]]:
        rows = (row | told_of_file(str(row["id"]), files) for row in rows_of(visit, marathon, ids))
        return without_own(rows, visit.viewer)

    if query.get("export"):
        rows = tables.every(query, lists, wanted, told)
        columns = COLUMNS | OVERLAP | REMARKS
        return tables.download("Работы", columns, rows, query["export"], zone=marathon.zone)
    return desk.show(
        visit,
        marathon,
        "organise/works.html",
        table=tables.turned(
            query, COLUMNS | (OVERLAP if query.get("overlap") else {}), lists, wanted, told
        ),
        filters=filters_of(visit, marathon),
        bounds=range_of(query),
        all=visit.work.submissions.counts(marathon.id),
        acts=bulk.acts_of("works"),
    )
