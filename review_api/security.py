"""What every answer and every request must satisfy before any page is asked.

Host and origin checks, a limit on bodies, headers that keep content where it belongs. Pure ASGI,
so that uploads stream through untouched.
"""

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
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


class Guard:
    """Refuses foreign hosts and cross-site writes, and signs every answer with our headers."""

    def __init__(self, app: ASGIApp, *, hosts: Iterable[str], max_body: int) -> None:
        self.app = app
        self.hosts = frozenset(hosts)
        self.max_body = max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refusal = self.refusal(scope["method"], Headers(scope=scope))
        if refusal is not None:
            await refusal(scope, receive, signed(send))
            return
        await self.app(scope, receive, signed(send))

    def refusal(self, method: str, headers: Headers) -> JSONResponse | None:
        if host_name(headers.get("host", "")) not in self.hosts:
            return problem(400, "bad_host", "Неизвестное имя сервера в запросе.")
        if method not in SAFE_METHODS and not is_own(headers):
            return problem(403, "cross_site", "Запрос пришёл с чужого сайта и отклонён.")
        if declared_length(headers) > self.max_body:
            return problem(413, "too_large", "Файл слишком большой. Уменьшите его и повторите.")
        return None


def host_name(host: str) -> str:
    return urlsplit(f"//{host}").hostname or ""


def is_own(headers: Headers) -> bool:
    """Whether a write comes from our own page; programs with a bearer token carry no cookie."""
    if headers.get("authorization", "").lower().startswith("bearer "):
        return True
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in OWN_SITES
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == headers.get("host")


def declared_length(headers: Headers) -> int:
    length = headers.get("content-length", "0")
    return int(length) if length.isdecimal() else 0


def problem(status: int, code: str, sentence: str) -> JSONResponse:
    body = {"type": f"/problems/{code}", "title": sentence, "status": status, "detail": sentence}
    return JSONResponse(body, status, media_type="application/problem+json")


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
