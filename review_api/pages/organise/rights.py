"""The table of roles, scopes and actions, to read."""

from fastapi import APIRouter
from starlette.responses import Response

from review_api import rights
from review_api.pages.organise.desk import ORGANISE
from review_api.pages.organise.people import PEOPLE
from review_api.pages.visit import VisitDep

router = APIRouter()


@router.get("/organise/people/rights")
def rights_page(visit: VisitDep) -> Response:
    visit.require("organise.enter")
    return visit.show(
        "organise/rights.html",
        breadcrumbs=(ORGANISE, PEOPLE),
        columns=rights.COLUMNS,
        areas=rights.table(),
    )
