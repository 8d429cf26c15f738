"""Every run of a marathon's stages: when, by whom, how it ended, in words."""

from fastapi import APIRouter
from starlette.responses import Response

from flows.marathons.rules import STAGE_TITLES
from review_api import tables
from review_api.pages.organise import desk
from review_api.pages.visit import Visit, VisitDep
from review_api.prefect_pages import page_of
from schemas.marathon import Marathon
from schemas.outbox import RUN_STATE_NAMES

router = APIRouter()
MOST = 1000
COLUMNS = {
    "title": "Этап",
    "state": "Состояние",
    "message": "Что получилось",
    "who": "Кто запустил",
    "requested_at": "Запрошен",
    "finished_at": "Закончен",
}
TONES = {"completed": "good", "failed": "danger"}


def rows_of(visit: Visit, marathon: Marathon) -> list[dict[str, object]]:
    """The newest thousand."""
    runs = visit.work.runs.latest(marathon.id, limit=MOST)
    people = visit.work.people.many(one.requested_by for one in runs if one.requested_by)
    return [
        {
            "title": STAGE_TITLES.get(one.deployment, one.deployment),
            "code": one.state.value,
            "state": RUN_STATE_NAMES[one.state],
            "message": one.message,
            "who": people[one.requested_by].initials if one.requested_by in people else "",
            "requested_at": one.requested_at,
            "finished_at": one.finished_at,
            "deployment": one.deployment,
            "prefect": page_of(one, visit.settings, host=visit.request.url.hostname or ""),
        }
        for one in runs
    ]


@router.get("/organise/{marathon_id}/runs")
def runs(visit: VisitDep, marathon_id: str) -> Response:
    marathon = desk.marathon_of(visit, marathon_id, "run.see")
    query = visit.request.query_params
    rows = rows_of(visit, marathon)
    stages = dict(sorted({(str(row["deployment"]), str(row["title"])) for row in rows}))
    states = {state.value: words for state, words in RUN_STATE_NAMES.items()}
    stage, state = query.get("stage", ""), query.get("state", "")
    kept = [row for row in rows if stage in {"", row["deployment"]} and state in {"", row["code"]}]
    shown = tables.table(query, COLUMNS, kept, sort="-requested_at")
    if query.get("export"):
        return tables.download(
            "Запуски", COLUMNS, shown.everything, query["export"], zone=marathon.zone
        )
    return desk.show(
        visit,
        marathon,
        "organise/runs.html",
        table=shown,
        run_tones=TONES,
        is_cut=len(rows) == MOST,
        most=MOST,
        filters=[
            ("stage", "Этап", list(stages.items()), stage, stages.get(stage, stage)),
            ("state", "Состояние", list(states.items()), state, states.get(state, state)),
        ],
    )
