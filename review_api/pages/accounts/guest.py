"""A guest: somebody with a draft and no account yet; begins on POST, ends by a click."""

from fastapi import APIRouter
from starlette.responses import Response

from flows.accounts import guests, operations
from review_api import limits, session_cookie
from review_api.frame import Link
from review_api.pages.visit import Visit, VisitDep
from schemas.people import Person

router = APIRouter()
MY = Link(text="Мои материалы", href="/my")


def came(visit: Visit) -> tuple[Person, str]:
    """Whoever is here, and the secret of a session to remember; empty for those who have one.

    Raises ``NotAllowed`` when this network has begun too many drafts.
    """
    if visit.viewer.person is not None:
        return visit.viewer.person, ""
    limits.count_guest(network(visit))
    guest = guests.begin(visit.work, now=visit.now)
    secret = session_cookie.new_secret(guest=True)
    operations.open_session(
        visit.work,
        guest,
        signer=visit.installation.signer,
        secret=secret,
        days=guests.GUEST_SESSION_DAYS,
        user_agent=visit.request.headers.get("user-agent", ""),
        now=visit.now,
    )
    return guest, secret


def network(visit: Visit) -> str:
    return visit.request.client.host if visit.request.client else ""


def with_cookie(visit: Visit, response: Response, secret: str) -> Response:
    if not secret:
        return response
    days = guests.GUEST_SESSION_DAYS
    return session_cookie.remember(response, secret, days=days, settings=visit.settings)


@router.get("/guest/forget")
def ask_to_forget(visit: VisitDep) -> Response:
    if not visit.person.guest:
        return visit.leave("/me")
    drafts = visit.work.submissions.of_owner(visit.person.id)
    return visit.show("accounts/guest_forget.html", back=MY, drafts=drafts)


@router.post("/guest/forget")
def forget(visit: VisitDep) -> Response:
    """Nobody who sits down at this computer next will see the draft."""
    if not visit.person.guest:
        return visit.leave("/me")
    guests.leave(visit.work, visit.person, now=visit.now)
    response = visit.leave("/", "Черновик удалён. На этом устройстве от него ничего не осталось.")
    return session_cookie.forget(response)
