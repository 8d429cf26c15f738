"""The decisions board: scores with cut-offs, proposals, overrides, applying them together."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from flows.decision import operations
from flows.marathons import operations as marathons
from flows.marathons import policy as policies
from flows.marathons.rules import STAGE_TITLES
from review_api import board_chart, preferences, tables, templating
from review_api.access import can
from review_api.formats import Formats, marked
from review_api.marathon_facts import Facts
from review_api.pages.organise import board as board_view
from review_api.pages.organise import board_status as status_view
from review_api.pages.organise import desk
from review_api.pages.organise.assignment import newest_run
from review_api.pages.organise.desk import FormDep
from review_api.pages.organise.works import outcome_words
from review_api.pages.visit import Text, Visit, VisitDep
from schemas.decision import Decision
from schemas.errors import BadInput, Conflict
from schemas.marathon import Marathon
from schemas.outbox import RUN_STATE_NAMES
from schemas.submission import SubmissionStatus

router = APIRouter()


@router.get("/organise/{marathon_id}/decisions")
def board(visit: VisitDep, marathon_id: str) -> Response:
    marathon = desk.marathon_of(visit, marathon_id, "decision.list")
    query = visit.request.query_params
    facts = facts_for(visit, marathon)
    policy = marathon.decision
    cuts = (
        board_view.cut(query, "publication", policy.publication_threshold),
        board_view.cut(query, "live", policy.live_floor),
    )
    rows = board_view.rows_of(facts, cuts)
    shown = tables.table(query, board_view.COLUMNS, board_view.filtered(rows, query), sort="-score")
    if query.get("export"):
        return tables.download("Решения", board_view.COLUMNS, shown.everything, query["export"])
    return show_board(visit, facts, rows, cuts, shown)


def facts_for(visit: Visit, marathon: Marathon) -> Facts:
    """Without the works whose decision this person must not know from here."""
    facts = Facts(visit.work, marathon, visit.now)
    facts.own = [one for one in facts.submissions if visit.viewer.is_author_of(one)]
    facts.submissions = [one for one in facts.submissions if can(visit.viewer, "decision.see", one)]
    known = {one.id for one in facts.submissions}
    facts.decisions = {key: one for key, one in facts.decisions.items() if key in known}
    return facts


def show_board(
    visit: Visit,
    facts: Facts,
    rows: list[board_view.Row],
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
    everything = [
        (item, one, outcome_words(item)) for item, one in pairs if board_view.is_ready(item, one)
    ]
    seen = {row["id"] for row in shown.everything}
    ready = [found for found in everything if found[0].id in seen]
    listed = ready[: status_view.LISTED]
    return desk.show(
        visit,
        marathon,
        "organise/decisions.html",
        table=shown,
        filters=board_view.filters_of(visit.request.query_params),
        any=bool(rows),
        own=[one for one in facts.own if one.status is not SubmissionStatus.WITHDRAWN],
        **counted(marathon, rows, cuts, writer_of(visit, marathon)),
        tried=cuts != (marathon.decision.publication_threshold, marathon.decision.live_floor),
        kept=board_view.kept_cuts(visit.request.query_params),
        others=board_view.kept_filters(visit.request.query_params),
        ready=listed,
        ready_total=len(ready),
        ready_hidden=len(everything) - len(ready),
        ready_by=Counter(words for _, _, words in listed),
        unclear=[one for item, one in pairs if board_view.needs_review(item, one)],
        waiting=status_view.waiting(facts, pairs),
        trust=status_view.status(facts),
        standing=policies.standing(visit.work, marathon),
        can_confirm=can(visit.viewer, "decision.confirm", marathon),
        can_run=can(visit.viewer, "stage.run", marathon),
        run=newest_run(visit, marathon, "propose_decisions"),
        titles=STAGE_TITLES,
        words=RUN_STATE_NAMES,
    )


def writer_of(visit: Visit, marathon: Marathon) -> Formats:
    language = preferences.read(visit.request, visit.settings.language).language
    return templating.writer(language, marathon.zone)


def counted(
    marathon: Marathon, rows: list[board_view.Row], cuts: tuple[float, float], writer: Formats
) -> dict[str, Any]:
    """Histogram and counts with the cut-offs as they are tried, and what a script recounts from."""
    slots = {one.number: one.live_slots for one in marathon.tracks}
    titles = {one.number: one.title for one in marathon.tracks}
    tracks, places = (board_view.groups(rows, key) for key in ("track", "municipality"))
    return {
        "chart": board_view.histogram(rows, cuts, writer),
        "cuts": cuts,
        "turns": board_chart.TURNS,
        "totals": board_view.counts(rows, cuts, slots),
        "by_track": [
            board_view.counts(group, cuts, slots, titles.get(int(str(key)), ""))
            for key, group in tracks.items()
        ],
        "by_place": [
            board_view.counts(group, cuts, slots, str(key)) for key, group in places.items()
        ],
        "data": board_view.script_data(rows, slots) if len(rows) <= board_view.LIVE_LIMIT else None,
    }


@router.post("/organise/{marathon_id}/decisions/confirm")
def confirm(visit: VisitDep, marathon_id: str, form: FormDep) -> Response:
    """Apply exactly the proposals that were listed; a changed one stops all of them."""
    marathon = desk.marathon_of(visit, marathon_id, "decision.confirm")
    back = desk.address(marathon, "decisions")
    listed = [text.partition(":")[::2] for text in desk.texts(form, "decision")]
    try:
        require_as_shown(visit, marathon, listed)
        visit.require_recent(marked("Применить решения"))
        done = operations.confirm(
            visit.work, [identifier for identifier, _ in listed], by=visit.actor, now=visit.now
        )
    except Conflict as error:
        return visit.refuse(back, error)
    return visit.leave(back, confirmed_words(marathon, done, now=visit.now))


def confirmed_words(marathon: Marathon, done: Sequence[Decision], *, now: datetime) -> str:
    """What was applied; and that nobody could read a revised material any more, if so."""
    told = f"Применено решений: {len(done)}. Письма авторам ждут в разделе «Письма»."
    revised = sum(decision.revise for decision in done)
    if not revised or now <= marathon.reviews_until:
        return told
    return (
        f"{told} На доработку отправлено работ: {revised}, но срок экспертизы прошёл: перенесите "
        "его в настройках марафона, иначе авторы не смогут прислать материал снова."
    )


def require_as_shown(visit: Visit, marathon: Marathon, listed: Sequence[tuple[str, ...]]) -> None:
    if not listed:
        raise Conflict("Нет решений, которые можно применить.", code="nothing_to_confirm")
    for identifier, version in listed:
        decision = visit.work.decisions.get(identifier)
        visit.require("decision.see", visit.work.submissions.get(decision.submission_id))
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
        return visit.refuse(back, error)
    return visit.leave(back, "Пороги сохранены, решения предлагаются заново.")


def points(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise BadInput("Порог — число от 0 до 100.", field="publication") from None
