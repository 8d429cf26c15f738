"""The decisions board: scores with cut-offs, proposals, overrides, applying them together."""

from collections import Counter
from collections.abc import Sequence

from fastapi import APIRouter
from starlette.datastructures import QueryParams
from starlette.responses import Response

from flows.decision import operations
from flows.marathons import operations as marathons
from flows.marathons.rules import STAGE_TITLES
from review_api import charts, tables
from review_api.access import can
from review_api.attention import UNSETTLED, Facts
from review_api.pages import organise_desk as desk
from review_api.pages.organise_assignment import newest_run
from review_api.pages.organise_desk import FormDep
from review_api.pages.organise_works import outcome_words
from review_api.pages.visit import Text, Visit, VisitDep
from schemas.decision import Decision, DecisionStatus
from schemas.errors import BadInput, Conflict
from schemas.marathon import Marathon
from schemas.outbox import RUN_STATE_NAMES
from schemas.submission import Submission, SubmissionStatus

router = APIRouter()
COLUMNS = {
    "number": "№",
    "title": "Работа",
    "municipality": "Муниципалитет",
    "track": "Направление",
    "score": "Балл",
    "p_publication": "Вероятность",
    "reviews": "Экспертиз",
    "outcome": "Решение",
    "marks": "Отметки",
    "state": "Состояние",
}
NEAR = 3.0  # points from a cut-off within which a work is shown as borderline


def borderline(decision: Decision, cuts: tuple[float, float]) -> bool:
    score = decision.score
    return score is not None and any(abs(score - cut) <= NEAR for cut in cuts)


def marks_of(decision: Decision, cuts: tuple[float, float]) -> list[str]:
    """What a person should look at: fragile, at a cut-off, changed by hand."""
    marks = []
    if decision.score is not None and not decision.stable:
        marks.append("хрупкое")
    if borderline(decision, cuts):
        marks.append("у порога")
    if decision.overridden_by:
        marks.append("изменено")
    return marks


def is_ready(decision: Decision, submission: Submission) -> bool:
    """Whether the proposal may be applied as it stands."""
    return (
        decision.status is DecisionStatus.PROPOSED
        and decision.outcome not in UNSETTLED
        and submission.status is SubmissionStatus.REVIEWED
    )


def needs_review(decision: Decision, submission: Submission) -> bool:
    return (
        decision.status is DecisionStatus.PROPOSED
        and decision.outcome == "extra_review"
        and submission.status is SubmissionStatus.REVIEWED
    )


def state_words(decision: Decision, submission: Submission) -> str:
    if decision.status is DecisionStatus.CONFIRMED:
        return "применено"
    if submission.status is SubmissionStatus.IN_REVIEW:
        return "ждёт экспертизы"
    return "предложено"


def rows_of(facts: Facts, cuts: tuple[float, float]) -> list[dict[str, object]]:
    places = {one.id: one.name for one in facts.work.municipalities.all()}
    rows: list[dict[str, object]] = []
    for one in facts.submissions:
        decision = facts.decisions.get(one.id)
        if decision is None or one.status is SubmissionStatus.WITHDRAWN:
            continue
        rows.append(
            {
                "href": desk.address(facts.marathon, f"decisions/{decision.id}"),
                "number": one.number,
                "title": one.title,
                "municipality": places[one.authors[0].municipality_id] if one.authors else "",
                "track": one.track,
                "score": decision.score,
                "p_publication": decision.p_publication,
                "reviews": decision.reviews,
                "outcome": outcome_words(decision),
                "code": "unsettled" if decision.outcome in UNSETTLED else decision.outcome,
                "marks": ", ".join(marks_of(decision, cuts)),
                "state": state_words(decision, one),
                "publication": decision.publication,
                "live": decision.live,
            }
        )
    return rows


FILTERS = (
    (
        "outcome",
        "Решение",
        (("yes", "публикация"), ("no", "отказ"), ("unsettled", "не определено")),
    ),
    (
        "mark",
        "Отметка",
        (("хрупкое", "хрупкое"), ("у порога", "у порога"), ("изменено", "изменено")),
    ),
    ("state", "Состояние", (("предложено", "предложено"), ("применено", "применено"))),
)


def filtered(rows: list[dict[str, object]], query: QueryParams) -> list[dict[str, object]]:
    if query.get("outcome"):
        rows = [row for row in rows if row["code"] == query["outcome"]]
    if query.get("mark"):
        rows = [row for row in rows if query["mark"] in str(row["marks"])]
    if query.get("state"):
        rows = [row for row in rows if row["state"] == query["state"]]
    return rows


def filters_of(query: QueryParams) -> list[tuple[str, str, list[tuple[str, str]], str, str]]:
    return [
        (
            name,
            label,
            list(options),
            query.get(name, ""),
            dict(options).get(query.get(name, ""), ""),
        )
        for name, label, options in FILTERS
    ]


def cut(query: QueryParams, name: str, default: float) -> float:
    """A cut-off tried out in the address, else the marathon's own."""
    try:
        value = float(query.get(name, "").replace(",", "."))
    except ValueError:
        return default
    return min(max(value, 0.0), 100.0)


def histogram(rows: Sequence[dict[str, object]], cuts: tuple[float, float]) -> charts.Chart:
    scores = [float(str(row["score"])) for row in rows if row["score"] is not None]
    low, high = sorted(cuts)
    return charts.histogram(
        "Распределение баллов",
        scores,
        low=("публикация от", low),
        high=("очно от", high),
        words=("ниже порога публикации", "от порога публикации", "от порога очного выступления"),
        head=("Баллы", "Работ"),
    )


def counts_by(
    rows: Sequence[dict[str, object]], key: str, cuts: tuple[float, float]
) -> list[dict[str, object]]:
    """Per ``key``: works, how many reach each cut-off, how many the proposal takes."""
    total, above, higher, published, live = (Counter[str]() for _ in range(5))
    for row in rows:
        name = str(row[key])
        score = float(str(row["score"])) if row["score"] is not None else -1.0
        total[name] += 1
        above[name] += score >= cuts[0]
        higher[name] += score >= cuts[1]
        published[name] += bool(row["publication"])
        live[name] += bool(row["live"])
    return [
        {
            "name": name,
            "total": total[name],
            "above": above[name],
            "higher": higher[name],
            "published": published[name],
            "live": live[name],
        }
        for name in sorted(total)
    ]


@router.get("/organise/{marathon_id}/decisions")
def board(visit: VisitDep, marathon_id: str) -> Response:
    marathon = desk.marathon_of(visit, marathon_id, "decision.list")
    query = visit.request.query_params
    facts = Facts(visit.work, marathon, visit.now)
    policy = marathon.decision
    cuts = (
        cut(query, "publication", policy.publication_threshold),
        cut(query, "live", policy.live_floor),
    )
    rows = rows_of(facts, cuts)
    shown = tables.table(query, COLUMNS, filtered(rows, query), sort="-score")
    if query.get("export"):
        return tables.download("Решения", COLUMNS, shown.everything, query["export"])
    return show_board(visit, facts, rows, cuts, shown)


def show_board(
    visit: Visit,
    facts: Facts,
    rows: list[dict[str, object]],
    cuts: tuple[float, float],
    shown: tables.Table,
) -> Response:
    marathon, works = facts.marathon, {one.id: one for one in facts.submissions}
    pairs = [
        (item, works[item.submission_id])
        for item in facts.decisions.values()
        if item.submission_id in works
    ]
    pairs.sort(key=lambda pair: pair[1].number)
    tracks = {str(one.number): one.title for one in marathon.tracks}
    by_track = counts_by(rows, "track", cuts)
    return desk.show(
        visit,
        marathon,
        "organise/decisions.html",
        table=shown,
        filters=filters_of(visit.request.query_params),
        any=bool(rows),
        chart=histogram(rows, cuts),
        cuts=cuts,
        tried=cuts != (marathon.decision.publication_threshold, marathon.decision.live_floor),
        by_track=[row | {"name": tracks.get(str(row["name"]), row["name"])} for row in by_track],
        by_place=counts_by(rows, "municipality", cuts),
        ready=[(item, one, outcome_words(item)) for item, one in pairs if is_ready(item, one)],
        unclear=[one for item, one in pairs if needs_review(item, one)],
        can_confirm=can(visit.viewer, "decision.confirm"),
        can_run=can(visit.viewer, "stage.run"),
        run=newest_run(visit, marathon, "propose_decisions"),
        titles=STAGE_TITLES,
        words=RUN_STATE_NAMES,
    )


@router.post("/organise/{marathon_id}/decisions/confirm")
def confirm(visit: VisitDep, marathon_id: str, form: FormDep) -> Response:
    """Apply exactly the proposals that were listed; a changed one stops all of them."""
    marathon = desk.marathon_of(visit, marathon_id, "decision.confirm")
    back = desk.address(marathon, "decisions")
    listed = [text.partition(":")[::2] for text in desk.texts(form, "decision")]
    try:
        require_as_shown(visit, marathon, listed)
        done = operations.confirm(
            visit.work, [identifier for identifier, _ in listed], by=visit.actor, now=visit.now
        )
    except Conflict as error:
        return visit.leave(back, error.sentence, kind="warning")
    return visit.leave(
        back, f"Применено решений: {len(done)}. Письма авторам ждут в разделе «Письма»."
    )


def require_as_shown(visit: Visit, marathon: Marathon, listed: Sequence[tuple[str, ...]]) -> None:
    if not listed:
        raise Conflict("Нет решений, которые можно применить.", code="nothing_to_confirm")
    for identifier, version in listed:
        decision = visit.work.decisions.get(identifier)
        if decision.marathon_id != marathon.id or str(decision.version) != version:
            raise Conflict(
                "Список решений изменился, пока вы смотрели. Ничего не применено: "
                "посмотрите новый список.",
                code="stale_version",
            )


@router.post("/organise/{marathon_id}/decisions/extra")
def ask_extra_reviews(visit: VisitDep, marathon_id: str) -> Response:
    marathon = desk.marathon_of(visit, marathon_id, "stage.run")
    back = desk.address(marathon, "decisions")
    _run, count = operations.ask_extra_reviews(
        visit.work, marathon.id, by=visit.actor, now=visit.now
    )
    if not count:
        return visit.leave(back, "Нет работ, которым нужна ещё экспертиза.", kind="info")
    return visit.leave(back, f"Запрошено экспертиз: {count}. Система ищет экспертов.")


@router.post("/organise/{marathon_id}/decisions/thresholds")
def set_thresholds(
    visit: VisitDep, marathon_id: str, publication: Text = "", live: Text = ""
) -> Response:
    """Keep the cut-offs that were tried out and propose decisions anew."""
    marathon = desk.marathon_of(visit, marathon_id)
    back = desk.address(marathon, "decisions")
    try:
        marathons.set_thresholds(
            visit.work,
            marathon.id,
            publication=points(publication),
            live=points(live),
            by=visit.actor,
            now=visit.now,
        )
        marathons.start_stage(visit.work, marathon.id, "decide", by=visit.actor, now=visit.now)
    except (Conflict, BadInput) as error:
        return visit.leave(back, error.sentence, kind="warning")
    return visit.leave(back, "Пороги сохранены, решения предлагаются заново.")


def points(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise BadInput("Порог — число от 0 до 100.", field="publication") from None
