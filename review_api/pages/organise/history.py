"""The versions of one work for organisers, and what changed between two of them."""

from fastapi import APIRouter
from starlette.responses import Response

from review_api.frame import Link
from review_api.pages.organise import desk
from review_api.pages.version_view import NOW, compared, named_plainly, rows_of
from review_api.pages.visit import Visit, VisitDep
from schemas.errors import NotFound
from schemas.marathon import Marathon
from schemas.submission import Submission
from storage.repositories.rows import MISSING

router = APIRouter()
ONE = "/organise/{marathon_id}/works/{submission_id}/history"


def opened(visit: Visit, marathon_id: str, submission_id: str) -> tuple[Marathon, Submission]:
    marathon = desk.marathon_of(visit, marathon_id, "submission.list")
    one = desk.work_of(visit, marathon, submission_id)
    visit.require("submission.original", one)
    return marathon, one


def way(marathon: Marathon, one: Submission) -> tuple[Link, Link]:
    works = Link(text="Работы", href=desk.address(marathon, "works"))
    return works, Link(text=f"№ {one.number}", href=desk.address(marathon, f"works/{one.id}"))


@router.get(ONE)
def history_page(visit: VisitDep, marathon_id: str, submission_id: str) -> Response:
    marathon, one = opened(visit, marathon_id, submission_id)
    return desk.show(
        visit,
        marathon,
        "organise/work_history.html",
        *way(marathon, one),
        one=one,
        rows=rows_of(visit, one, named_plainly(visit)),
        base=desk.address(marathon, f"works/{one.id}/history"),
    )


@router.get(f"{ONE}/{{number}}")
def compare_page(
    visit: VisitDep, marathon_id: str, submission_id: str, number: str, since: str = ""
) -> Response:
    """What is not sent yet is the author's alone: ``NotFound``."""
    marathon, one = opened(visit, marathon_id, submission_id)
    if number == NOW:
        raise NotFound(MISSING)
    found = compared(visit, one, marathon, number, since)
    history = Link(text="История материала", href=desk.address(marathon, f"works/{one.id}/history"))
    response = next(
        version.content.response
        for version in visit.work.submission_versions.of(one.id)
        if version.number == found.after
    )
    return desk.show(
        visit,
        marathon,
        "organise/work_version.html",
        *way(marathon, one),
        history,
        one=one,
        found=found,
        response=response,
    )
