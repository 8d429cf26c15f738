"""For acts that matter most: whether this person has just shown who they are, and the way to."""

from urllib.parse import quote

from starlette.responses import Response

from flows.accounts import operations
from review_api.deps import COOKIE
from review_api.pages.visit import Visit
from schemas.errors import NotAllowed

AGAIN = "Это важное действие: подтвердите, что это вы. Мы пришлём код на ваш адрес."


def is_fresh(visit: Visit) -> bool:
    """Signed in within the last quarter of an hour."""
    secret = visit.request.cookies.get(COOKIE, "")
    session = operations.session_of(
        visit.work, secret, signer=visit.installation.signer, now=visit.now
    )
    if session is None:
        return False
    try:
        operations.require_recent(session, now=visit.now)
    except NotAllowed:
        return False
    return True


def fresh_sign_in(visit: Visit, address: str) -> Response:
    """To the sign-in page and back to ``address``."""
    return visit.leave(f"/login?next={quote(address, safe='/')}", AGAIN, kind="info")
