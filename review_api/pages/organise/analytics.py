"""The marathon in figures: participation, funnel, scores, load, points; downloads of the report."""

from fastapi import APIRouter
from starlette.responses import Response

from flows.analytics import operations
from flows.analytics.figures import Figures
from flows.marathons.rules import STAGE_TITLES
from review_api import charts
from review_api.access import can
from review_api.pages.organise import desk
from review_api.pages.organise.assignment import newest_run
from review_api.pages.visit import Visit, VisitDep
from schemas.ledger import INDICATOR_NAMES
from schemas.marathon import Marathon
from schemas.ordering import name_key
from schemas.outbox import RUN_STATE_NAMES
from schemas.papers import PaperKind

router = APIRouter()


def drawings(figures: Figures) -> list[tuple[str, charts.Chart]]:
    """(id, chart) of everything there is something to show about."""
    found = [("participation", participation(figures)), ("funnel", funnel(figures))]
    if figures.scores:
        found.append(("scores", scores(figures)))
    if figures.loads:
        found.append(("load", load(figures)))
    return found


def participation(figures: Figures) -> charts.Chart:
    return charts.bars(
        "Участие муниципалитетов",
        {
            row.name: (row.presenters, max(0, row.authors - row.presenters))
            for row in sorted(figures.places, key=lambda row: (-row.authors, name_key(row.name)))
        },
        ("выступают очно", "другие авторы"),
        row_name="Муниципалитет",
        total_name="Всего",
    )


def funnel(figures: Figures) -> charts.Chart:
    return charts.funnel(
        "От черновика до сборника",
        [(stage.name, stage.count) for stage in figures.funnel],
        head=("Этап", "Работ", "Доля"),
    )


def scores(figures: Figures) -> charts.Chart:
    return charts.histogram(
        "Распределение баллов",
        figures.scores,
        low=("публикация от", figures.publication_threshold),
        high=("очно от", figures.live_floor),
        words=("ниже порога публикации", "от порога публикации", "от порога очного выступления"),
        head=("Баллы", "Работ"),
    )


def load(figures: Figures) -> charts.Chart:
    return charts.bars(
        "Нагрузка: у скольких экспертов сколько работ",
        {f"работ: {stage.name}": (stage.count,) for stage in figures.loads},
        ("экспертов",),
        row_name="Работ у эксперта",
        total_name="Экспертов",
    )


def points_by_year(visit: Visit, marathon: Marathon) -> charts.Chart | None:
    """Of the cluster's marathons whose figures were counted and that this person may see."""
    years: dict[str, int] = {}
    for one in sorted(visit.work.marathons.all(), key=lambda one: one.year):
        if one.cluster_id == marathon.cluster_id and can(visit.viewer, "report.see", one):
            ledger = visit.work.ledger.of_marathon(one.id)
            earned = sum(entry.points for entry in ledger if entry.approved_at)
            years[str(one.year)] = years.get(str(one.year), 0) + earned
    if not any(years.values()):
        return None
    return charts.columns(
        "Баллы результативности кластера по годам",
        {year: (points,) for year, points in years.items()},
        ("баллов",),
        row_name="Год",
        total_name="Всего",
    )


@router.get("/organise/{marathon_id}/analytics")
def analytics(visit: VisitDep, marathon_id: str) -> Response:
    marathon = desk.marathon_of(visit, marathon_id, "report.see")
    report = visit.work.reports.of_marathon(marathon.id)
    figures = operations.figures(visit.work, marathon.id)
    return desk.show(
        visit,
        marathon,
        "organise/analytics.html",
        report=report,
        figures=figures,
        charts=drawings(figures) if figures else [],
        points=[(INDICATOR_NAMES[key], value) for key, value in figures.points.items()]
        if figures
        else [],
        by_year=points_by_year(visit, marathon),
        papers=visit.work.papers.of(PaperKind.REPORT, marathon.id),
        can_run=can(visit.viewer, "stage.run", marathon),
        run=newest_run(visit, marathon, "refresh_analytics"),
        titles=STAGE_TITLES,
        words=RUN_STATE_NAMES,
    )
