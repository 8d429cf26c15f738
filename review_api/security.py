"""What every answer and every request must satisfy before any page is asked.

Host and origin checks, a limit on bodies, headers that keep content where it belongs. Pure ASGI,
so that uploads stream through untouched.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_SITES = frozenset({"same-origin", "none"})
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'self'; "
    "base-uri 'none'; object-src 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
PRIVATE = "private, no-store"
NUL = b"%00"
TOO_MUCH = 413
BEGAN = "marathon.began"
"""Where the moment stands at which a request began: its body may take minutes to come."""
TOO_LARGE = "Файл слишком большой. Уменьшите его и повторите."


class Guard:
    """Refuses foreign hosts and cross-site writes, and signs every answer with our headers.

    ``clock`` tells when a request began.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: Iterable[str],
        max_body: int,
        clock: Callable[[], datetime],
    ) -> None:
        self.app = app
        self.clock = clock
        self.hosts = frozenset(hosts)
        self.max_body = max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope[BEGAN] = self.clock()
        refusal = self.refusal(scope, Headers(scope=scope))
        if refusal is not None:
            await refusal(scope, receive, signed(send))
            return
        await self.app(scope, counted(receive, self.max_body), signed(send))

    def refusal(self, scope: Scope, headers: Headers) -> Response | None:
        tell = in_words if "text/html" in headers.get("accept", "") else problem
        if host_name(headers.get("host", "")) not in self.hosts:
            return tell(400, "bad_host", "Неизвестное имя сервера в запросе.")
        if "\0" in scope["path"] or NUL in scope["query_string"]:
            return tell(400, "bad_address", "В адресе есть символ, которого в нём быть не может.")
        if scope["method"] not in SAFE_METHODS and not is_own(headers):
            return tell(403, "cross_site", "Запрос пришёл с чужого сайта и отклонён.")
        if declared_length(headers) > self.max_body:
            return tell(413, "too_large", TOO_LARGE)
        return None


def host_name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def is_own(headers: Headers) -> bool:
    """Whether a write comes from our own page or from a program.

    Programs carry a bearer token or nothing at all; every browser says where a write comes from.
    """
    if headers.get("authorization", "").lower().startswith("bearer "):
        return True
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in OWN_SITES
    origin = headers.get("origin")
    if origin is not None:
        return origin.partition("://")[2] == headers.get("host")
    return "cookie" not in headers


def declared_length(headers: Headers) -> int:
    length = headers.get("content-length", "0")
    return int(length[:18]) if length.isdecimal() else 0


def counted(receive: Receive, most: int) -> Receive:
    """``receive`` that stops at ``most`` bytes, whatever length the request has declared."""
    taken = 0

    async def up_to_most() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise HTTPException(TOO_MUCH)
        return message

    return up_to_most


def problem(status: int, code: str, sentence: str) -> JSONResponse:
    body = {"type": f"/problems/{code}", "title": sentence, "status": status, "detail": sentence}
    return JSONResponse(body, status, media_type="application/problem+json")


def in_words(status: int, code: str, sentence: str) -> HTMLResponse:
    """The refusal for a person: no frame, because nothing of the request is trusted yet."""
    return HTMLResponse(
        f'<!doctype html><html lang="ru"><meta charset="utf-8"><title>{status} {code}</title>'
        f'<main><p>{sentence}</p><p><a href="/">На главную</a></p></main></html>',
        status,
    )


def signed(send: Send) -> Send:
    """``send`` that adds our headers where the answer has not set its own."""

    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("cache-control", PRIVATE)
        await send(message)

    return with_headers
