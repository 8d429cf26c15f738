"""«Как принято решение»: the author's one page about a final decision, to read, print or save."""

from fastapi import APIRouter
from starlette.responses import Response

from flows.decision.account import Account
from flows.decision.telling import account_of, account_pdf
from review_api import tables
from review_api.pages.teacher.desk import Desk, open_desk
from review_api.pages.visit import Visit, VisitDep
from review_api.released import released_decision
from schemas.decision import Decision
from schemas.errors import NotFound
from storage.repositories.rows import MISSING

router = APIRouter()


def released(visit: Visit, desk: Desk) -> Decision:
    """Raises ``NotFound`` for whoever may not know the decision, and until it is final."""
    decision = released_decision(visit.work, visit.viewer, desk.submission)
    if decision is None:
        raise NotFound(MISSING)
    return decision


def account_for(visit: Visit, desk: Desk) -> Account:
    return account_of(visit.work, released(visit, desk), contact=desk.contact, now=visit.now)


@router.get("/my/{submission_id}/decision")
def decision_page(visit: VisitDep, submission_id: str) -> Response:
    desk = open_desk(visit, submission_id)
    decision = released(visit, desk)
    return visit.show(
        "submission/decision.html",
        marathon=desk.marathon,
        back=desk.link,
        desk=desk,
        told=account_for(visit, desk),
        decided=decision.confirmed_at or decision.proposed_at,
    )


@router.get("/my/{submission_id}/decision.pdf")
def decision_pdf(visit: VisitDep, submission_id: str) -> Response:
    told = account_for(visit, open_desk(visit, submission_id))
    pdf = account_pdf(told, base_url=visit.settings.base_url, made_at=visit.now)
    return tables.attachment(pdf, f"Решение по материалу {told.number}.pdf", "application/pdf")
