"""«История материала»: every version that was sent, and what changed between two of them."""

from fastapi import APIRouter
from starlette.responses import Response

from review_api.frame import Link
from review_api.pages.teacher.desk import Desk, open_desk
from review_api.pages.version_view import NOW, compared, named_to_authors, rows_of
from review_api.pages.visit import VisitDep
from schemas.submission import SubmissionStatus

router = APIRouter()


@router.get("/my/{submission_id}/history")
def history_page(visit: VisitDep, submission_id: str) -> Response:
    desk = open_desk(visit, submission_id, to="original")
    return visit.show(
        "submission/history.html",
        marathon=desk.marathon,
        back=desk.link,
        desk=desk,
        rows=rows_of(visit, desk.submission, named_to_authors(visit, desk.submission)),
        base=f"{desk.address}/history",
        pending=has_something_pending(desk),
    )


def has_something_pending(desk: Desk) -> bool:
    """Whether there is a next version being written beside a sent one."""
    sent = desk.visit.work.submission_versions.of(desk.submission.id)
    return desk.submission.status is SubmissionStatus.REVISING and bool(sent)


@router.get("/my/{submission_id}/history/{number}")
def compare_page(visit: VisitDep, submission_id: str, number: str, since: str = "") -> Response:
    """Version ``number`` beside the one before it, or beside ``since``."""
    desk = open_desk(visit, submission_id, to="original")
    history = Link(text="К истории материала", href=f"{desk.address}/history")
    return visit.show(
        "submission/version.html",
        marathon=desk.marathon,
        back=history,
        found=compared(visit, desk.submission, desk.marathon, number, since),
        pending=number == NOW,
        base=f"{desk.address}/history",
    )
