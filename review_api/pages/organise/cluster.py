"""The cluster itself: the name that certificates, reports and minutes carry."""

from fastapi import APIRouter
from starlette.responses import Response

from flows.registry import operations
from review_api.pages.organise import desk
from review_api.pages.organise.desk import ORGANISE, FormDep
from review_api.pages.organise.importing import cluster_of
from review_api.pages.visit import Visit, VisitDep
from review_api.typed import echoed
from schemas.errors import BadInput

router = APIRouter()


@router.get("/organise/cluster")
def cluster(visit: VisitDep) -> Response:
    visit.require("registry.edit")
    one = visit.work.clusters.only()
    typed = {"name": one.name, "region": one.region} if one and one.named else {}
    return show(visit, typed, {})


def show(visit: Visit, typed: dict[str, str], errors: dict[str, str]) -> Response:
    return visit.show(
        "organise/cluster.html",
        status=422 if errors else 200,
        breadcrumbs=(ORGANISE,),
        typed=typed,
        errors=errors,
    )


@router.post("/organise/cluster")
def name_cluster(visit: VisitDep, form: FormDep) -> Response:
    visit.require("registry.edit")
    typed = {field: desk.text(form, field) for field in ("name", "region")}
    try:
        named = operations.name_cluster(
            visit.work, cluster_of(visit.work), **typed, by=visit.actor, now=visit.now
        )
    except BadInput as error:
        visit.work.forget()
        shown = {field: echoed(text) for field, text in typed.items()}
        return show(visit, shown, {error.field or "name": error.sentence})
    return visit.leave("/organise", f"Кластер называется так: {named.name}.")
