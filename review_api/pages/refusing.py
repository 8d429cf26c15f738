"""Refusing reminders and digests from a letter: no signing in, and looking spends nothing.

Mail programs send the same POST by themselves (RFC 8058), so it asks for no form fields.
"""

from fastapi import APIRouter
from starlette.responses import Response

from flows.notices import refusing
from review_api.pages.visit import Text, VisitDep

router = APIRouter(prefix="/letters/refuse/{person_id}/{mark}")


@router.get("")
def page(visit: VisitDep, person_id: str, mark: str) -> Response:
    person = refusing.person_of(visit.work, person_id, mark, signer=visit.installation.signer)
    return visit.show("letters/refuse.html", person=person)


@router.post("")
def choose(visit: VisitDep, person_id: str, mark: str, again: Text = "") -> Response:
    """Refuse, or take such letters again; the same answer twice changes nothing."""
    person = refusing.person_of(visit.work, person_id, mark, signer=visit.installation.signer)
    refusing.choose(visit.work, person, digests=again == "yes")
    return visit.leave(visit.request.url.path)
