"""How good the reviews are: agreement, experts, criteria, municipalities, works to review again."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from flows.decision import operations, screening_operations
from flows.marathons.rules import STAGE_TITLES
from review_api import screening_view as view
from review_api import tables
from review_api.frame import Link
from review_api.pages.organise import desk
from review_api.pages.organise.assignment import newest_run
from review_api.pages.visit import Text, Visit, VisitDep
from review_api.plans.names import Names
from schemas.errors import Conflict, DeadlinePassed, NotFound
from schemas.marathon import Marathon
from schemas.outbox import RUN_STATE_NAMES
from schemas.screening import GRADE_NAMES, ScreeningReport
from storage.repositories.rows import MISSING

router = APIRouter()


def names_in(visit: Visit, report: ScreeningReport) -> Names:
    works = {one.submission for one in report.suggestions}
    works |= {key for one in report.repeats for key in one.submissions}
    return Names(visit.work, works, {one.id for one in report.experts})


@router.get("/organise/{marathon_id}/screening")
def screening(visit: VisitDep, marathon_id: str) -> Response:
    marathon = desk.marathon_of(visit, marathon_id, "screening.see")
    kept = screening_operations.latest(visit.work, marathon.id)
    if kept is None:
        return page(visit, marathon, {"report": None})
    report, made_at = kept
    names = names_in(visit, report)
    query = visit.request.query_params
    rows = view.flagged_first(view.named(report, names))
    shown = tables.table(query, view.COLUMNS, rows)
    if query.get("export"):
        return tables.download(
            "Качество экспертизы", view.DOWNLOADED, shown.everything, query["export"]
        )
    facts = {"report": report, "made_at": made_at, "table": shown, "names": names}
    return page(visit, marathon, facts | found(visit, marathon, report, names))


def found(
    visit: Visit, marathon: Marathon, report: ScreeningReport, names: Names
) -> dict[str, Any]:
    """What the page shows besides the table of experts."""
    rubric = visit.work.rubrics.of(marathon.id)
    decisions = {one.submission_id: one for one in visit.work.decisions.of_marathon(marathon.id)}
    return {
        "advice": [
            one
            for one in view.advice(report, names, decisions)
            if one.id not in visit.viewer.authored
        ],
        "alpha_span": view.span_of_alpha(report.panel.alpha_span),
        "criteria": view.criteria_rows(report, rubric),
        "titles_of_criteria": [one.title for one in rubric.criteria],
        "habits": view.severity_table(report, names, rubric),
        "matrix": view.matrix(report.pairs, names),
        "places": view.places(report.pairs, names),
        "remarkable": view.remarkable(report.pairs),
        "repeats": view.repeats(without_own(visit, report), names),
        "chart": view.severity_chart(report, names),
    }


def without_own(visit: Visit, report: ScreeningReport) -> ScreeningReport:
    """Without repeated words found in the reviews of a work of whoever looks."""
    own = visit.viewer.authored
    told = tuple(one for one in report.repeats if own.isdisjoint(one.submissions))
    return report.model_copy(update={"repeats": told})


def page(visit: Visit, marathon: Marathon, facts: dict[str, Any]) -> Response:
    return desk.show(
        visit,
        marathon,
        "organise/screening.html",
        Link(text="Решения", href=desk.address(marathon, "decisions")),
        run=newest_run(visit, marathon, screening_operations.DEPLOYMENT),
        titles=STAGE_TITLES,
        words=RUN_STATE_NAMES,
        grades=GRADE_NAMES,
        numeric=view.NUMERIC,
        signed=view.signed,
        **facts,
    )


@router.post("/organise/{marathon_id}/screening/extra")
def ask_extra_review(visit: VisitDep, marathon_id: str, decision: Text = "") -> Response:
    """One more review for one work, because something there deserves a second opinion."""
    marathon = desk.marathon_of(visit, marathon_id, "stage.run")
    found = visit.work.decisions.find(decision)
    if found is None or found.marathon_id != marathon.id:
        raise NotFound(MISSING)
    visit.require("submission.judge", found)
    back = desk.address(marathon, "screening")
    try:
        operations.ask_extra_review(visit.work, found.id, by=visit.actor, now=visit.now)
    except (Conflict, DeadlinePassed) as error:
        return visit.refuse(back, error)
    number = visit.work.submissions.get(found.submission_id).number
    return visit.leave(back, f"Запрошена ещё одна экспертиза работы № {number}. Ищем эксперта.")
