"""All works of a marathon as a table: search, filters, sort, download of what is shown."""

from collections import Counter
from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any

from fastapi import APIRouter
from starlette.datastructures import QueryParams
from starlette.responses import Response

from flows.assignment.operations import short_of_reviews
from flows.intake import borrowing
from review_api import tables
from review_api.access import Viewer
from review_api.advice_view import codes_by_work
from review_api.attention import blocks_publication
from review_api.marathon_facts import Facts
from review_api.pages.organise import bulk, desk
from review_api.pages.organise.desk import OWN_WORK
from review_api.pages.visit import VisitDep
from schemas.advice import REMARK_NAMES
from schemas.assignment import HELD, AssignmentStatus
from schemas.decision import Decision, DecisionStatus
from schemas.overlap import MUCH
from schemas.submission import SUBMISSION_STATUS_NAMES, Submission

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


def rows_of(facts: Facts) -> list[dict[str, object]]:
    """One row a work; sent reviews of its round over those it should have."""
    places = {one.id: one.name for one in facts.work.municipalities.all()}
    rounds = {one.id: one.round for one in facts.submissions}
    current = [
        item
        for item in facts.assignments
        if item.status in HELD and rounds.get(item.submission_id) == item.round
    ]
    held = Counter(item.submission_id for item in current)
    sent = Counter(
        item.submission_id for item in current if item.status is AssignmentStatus.SUBMITTED
    )
    return [
        row_of(one, facts, places) | {"reviews": f"{sent[one.id]} из {held[one.id]}"}
        for one in facts.submissions
    ]


def with_files(
    rows: list[dict[str, object]], query: QueryParams, facts: Facts
) -> list[dict[str, object]]:
    """What is known of the works' files, read only where somebody asks for it."""
    if not any(query.get(name) for name in ASKED_OF_FILES):
        return rows
    shares = borrowing.shares(facts.work, facts.marathon.id)
    codes = codes_by_work(facts.work, facts.marathon, facts.submissions)
    return [row | told_of_file(str(row["id"]), shares, codes) for row in rows]


def told_of_file(
    work_id: str, shares: Mapping[str, float], codes: Mapping[str, tuple[str, ...]]
) -> dict[str, object]:
    share = shares.get(work_id)
    remarks = codes.get(work_id, ())
    percent = round(share * 100) if share else None
    return {"overlap": percent, "codes": remarks, "remarks": ", ".join(remarks)}


def without_own(rows: list[dict[str, object]], viewer: Viewer) -> list[dict[str, object]]:
    """Of a work of whoever looks only what its author sees: others judge it."""
    hidden = {"reviews": "", "score": None, "decision": OWN_WORK, "outcome": "", "overlap": None}
    told = ((row, row["id"] in viewer.authored) for row in rows)
    return [row | (hidden if own else {}) | {"own": own} for row, own in told]


def row_of(one: Submission, facts: Facts, places: dict[str, str]) -> dict[str, object]:
    decision = facts.decisions.get(one.id)
    homes = dict.fromkeys(places[author.municipality_id] for author in one.authors)
    return {
        "id": one.id,
        "href": desk.address(facts.marathon, f"works/{one.id}"),
        "number": one.number,
        "title": one.title,
        "authors": ", ".join(author.name for author in one.authors),
        "municipality": ", ".join(homes),
        "municipality_ids": one.municipality_ids,
        "track": one.track,
        "status": SUBMISSION_STATUS_NAMES[one.status],
        "code": one.status.value,
        "score": decision.score if decision else None,
        "decision": decision_words(decision),
        "outcome": outcome_code(decision),
        "submitted_at": one.submitted_at,
        "blocked": blocks_publication(one),
    }


# A score is shown rounded: what reads as 60 is found from 60 on.
BOUNDS: Mapping[str, Callable[[Any, float], bool]] = {
    "score_from": lambda score, bound: round(score, 2) >= bound,
    "score_to": lambda score, bound: round(score, 2) <= bound,
}


def within_bounds(rows: list[dict[str, object]], query: QueryParams) -> list[dict[str, object]]:
    """Works without a score are in no range."""
    for name, is_in in BOUNDS.items():
        bound = points(query.get(name, ""))
        if bound is not None:
            rows = [row for row in rows if row["score"] is not None and is_in(row["score"], bound)]
    return rows


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


def filtered(
    rows: list[dict[str, object]], query: QueryParams, facts: Facts
) -> list[dict[str, object]]:
    """The rows that pass the filters in the address."""
    if query.get("status"):
        rows = [row for row in rows if row["code"] == query["status"]]
    if query.get("track"):
        rows = [row for row in rows if str(row["track"]) == query["track"]]
    if query.get("municipality"):
        rows = [row for row in rows if query["municipality"] in row["municipality_ids"]]  # type: ignore[operator]
    if query.get("decision"):
        rows = [row for row in rows if row["outcome"] == query["decision"]]
    rows = of_files(within_bounds(rows, query), query)
    if query.get("consents"):
        rows = [row for row in rows if row["blocked"]]
    if query.get("short"):
        short = {one.id for one in short_of_reviews(facts.work, facts.marathon)}
        rows = [row for row in rows if row["id"] in short and not row["own"]]
    return rows


def of_files(rows: list[dict[str, object]], query: QueryParams) -> list[dict[str, object]]:
    """The rows whose file has the remark or the overlap that is asked for."""
    if query.get("remark"):
        rows = [row for row in rows if query["remark"] in row["codes"]]  # type: ignore[operator]
    least = OVERLAPS.get(query.get("overlap", ""))
    if least is not None:
        rows = [row for row in rows if row["overlap"] is not None and row["overlap"] > least]  # type: ignore[operator]
    return rows


def filters_of(query: QueryParams, facts: Facts) -> list[tuple[str, str, list[object], str, str]]:
    """(name, label, options, value, words) of each filter, for the form and the pills."""
    statuses = [(status.value, words) for status, words in SUBMISSION_STATUS_NAMES.items()]
    tracks = [(str(one.number), f"{one.number}. {one.title}") for one in facts.marathon.tracks]
    members = facts.work.municipalities.of_cluster(facts.marathon.cluster_id)
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
    facts = Facts(visit.work, marathon, visit.now)
    rows = without_own(with_files(rows_of(facts), query, facts), visit.viewer)
    columns = COLUMNS | (OVERLAP if query.get("overlap") else {})
    shown = tables.table(query, columns, filtered(rows, query, facts), sort="number")
    if query.get("export"):
        every = COLUMNS | OVERLAP | REMARKS
        return tables.download(
            "Работы", every, shown.everything, query["export"], zone=marathon.zone
        )
    return desk.show(
        visit,
        marathon,
        "organise/works.html",
        table=shown,
        filters=filters_of(query, facts),
        bounds=range_of(query),
        all=len(facts.submissions),
        acts=bulk.acts_of("works"),
    )
