"""The cookie of a session: set, told apart from a guest's, taken away.

A guest's secret says so by its beginning, so that an expired one can still be explained.
"""

import secrets

from fastapi import Request
from starlette.responses import Response

from review_api.deps import COOKIE
from schemas.settings import Settings

DAY = 24 * 3600
GUEST = "guest."
WRITER = "last_writer"


def new_secret(*, guest: bool = False) -> str:
    return (GUEST if guest else "") + secrets.token_urlsafe(32)


def remember(
    response: Response, secret: str, *, days: int, settings: Settings, person_id: str = ""
) -> Response:
    """The answer with the session in a cookie that scripts cannot read.

    ``person_id`` stays longer than the session: a form sent after its end is kept for its writer
    alone, and not for whoever signs in next at the same computer.
    """
    if person_id:
        response.set_cookie(
            WRITER,
            person_id,
            max_age=2 * days * DAY,
            httponly=True,
            samesite="lax",
            secure=settings.secret_cookies,
        )
    response.set_cookie(
        COOKIE,
        secret,
        max_age=days * DAY,
        httponly=True,
        samesite="lax",
        secure=settings.secret_cookies,
        path="/",
    )
    return response


def forget(response: Response) -> Response:
    response.delete_cookie(COOKIE, path="/")
    return response


def was_guest(request: Request) -> bool:
    """Whether this browser once began a draft without signing in."""
    return request.cookies.get(COOKIE, "").startswith(GUEST)
