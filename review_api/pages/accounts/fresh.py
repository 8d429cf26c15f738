"""Pages of one's own account that open only to somebody who has just shown who they are."""

from fastapi import APIRouter
from starlette.responses import Response

from flows.accounts import operations
from review_api.frame import Link
from review_api.pages.visit import Text, Visit, VisitDep
from schemas.errors import NotAllowed, NotFound
from storage.repositories.rows import MISSING

router = APIRouter()
ME = Link(text="Мои данные", href="/me")
PASSWORD = "/me/password"  # noqa: S105  (an address)
UNLOCK = "/me/unlock"
ADDRESS, ERASURE = "/me/address", "/me/erase"
# The page that opens, and what the button of the confirmation says.
ACTS = {
    PASSWORD: "Изменить пароль",
    ADDRESS: "Изменить адрес почты",
    ERASURE: "Удалить мои данные",
}


def is_fresh(visit: Visit) -> bool:
    """Signed in or confirmed within the last quarter of an hour."""
    if visit.session is None:
        return False
    try:
        operations.require_recent(visit.session, now=visit.now)
    except NotAllowed:
        return False
    return True


def locked(visit: Visit, address: str) -> Response:
    """Instead of the page: why it is closed and the button that opens it."""
    return visit.show("accounts/locked.html", back=ME, to=address, act=ACTS[address])


@router.post(UNLOCK)
def unlock(visit: VisitDep, to: Text = "") -> Response:
    _ = visit.account
    if to not in ACTS:
        raise NotFound(MISSING)
    visit.require_recent(ACTS[to])
    return visit.leave(to)
