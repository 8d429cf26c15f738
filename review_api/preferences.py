"""Language and the version for people with weak sight: read from the address, kept in cookies.

``?lang=en`` and ``?view=large`` work without a script; the cookies hold nothing about the person.
"""

from typing import Literal, cast

from starlette.requests import Request
from starlette.responses import Response

from schemas.base import Schema

YEAR = 365 * 24 * 60 * 60
Language = Literal["ru", "en"]


class Preferences(Schema):
    language: Language = "ru"
    low_vision: bool = False


def read(request: Request, language: Language = "ru") -> Preferences:
    """What the address asks for, else what cookies remember, else ``language`` in plain view."""
    language = cast("Language", _chosen(request, "lang", ("ru", "en")) or language)
    view = _chosen(request, "view", ("plain", "large"))
    return Preferences(
        language=language,
        low_vision=view == "large",
    )


def remember(request: Request, response: Response) -> None:
    """Keep for a year what this address asked for; answers without a request stay untouched."""
    chosen = read(request)
    if "lang" in request.query_params:
        _keep(response, "lang", chosen.language)
    if "view" in request.query_params:
        _keep(response, "view", "large" if chosen.low_vision else "plain")


def _chosen(request: Request, name: str, allowed: tuple[str, ...]) -> str:
    for source in (request.query_params, request.cookies):
        if source.get(name) in allowed:
            return str(source[name])
    return ""


def _keep(response: Response, name: str, value: str) -> None:
    # Readable by the script: it switches the view without losing what is typed.
    response.set_cookie(name, value, max_age=YEAR, samesite="lax", path="/")
