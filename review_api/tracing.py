"""Every request gets a number, a line in the log, its place in the figures and an eye on misuse.

The number stands on the page of a fault and in every line that was logged on the way, so that
whoever reads it out on the telephone can be helped. Addresses are logged as the route's template
with ids alone: what people typed, searched for or signed in with stays out.
"""

import logging
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from flows.runtime.log_lines import new_number, request_number

log = logging.getLogger("marathon.web")

API = "/api/v1"
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER, FILES, UNKNOWN = "other", "files", "unmatched"
BROKEN = 500
NUMBER_HEADER = b"x-request-id"
NUMBER, PERSON = "number", "person_id"


@dataclass(frozen=True)
class Answered:
    """One request that is over; ``person_id`` is who was signed in, empty for nobody."""

    number: str
    method: str
    route: str
    status: int
    seconds: float
    person_id: str
    ids: tuple[str, ...]


Listener = Callable[[Answered], None]


class Traced:
    """The outermost layer: ``listeners`` are told of every request when its answer has left."""

    def __init__(self, app: ASGIApp, *, listeners: tuple[Listener, ...]) -> None:
        self.app = app
        self.listeners = listeners

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        number = new_number()
        request_number.set(number)
        scope.setdefault("state", {})[NUMBER] = number
        began, status = time.perf_counter(), BROKEN

        async def numbered(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                with_number(message, number)
            await send(message)

        try:
            await self.app(scope, receive, numbered)
        finally:
            seconds = time.perf_counter() - began
            self.tell(answered(scope, number=number, status=status, seconds=seconds))

    def tell(self, one: Answered) -> None:
        for listener in self.listeners:
            try:
                listener(one)
            except Exception:
                log.exception("A listener stumbled; the answer has left")


def with_number(message: Message, number: str) -> None:
    """Only on faults: elsewhere a header that differs would tell two refusals apart."""
    if message["status"] >= BROKEN:
        message["headers"] = [*message.get("headers", ()), (NUMBER_HEADER, number.encode())]


def answered(scope: Scope, *, number: str, status: int, seconds: float) -> Answered:
    method = scope["method"]
    return Answered(
        number=number,
        method=method if method in METHODS else OTHER,
        route=template_of(scope),
        status=status,
        seconds=seconds,
        person_id=str(scope["state"].get(PERSON, "")),
        ids=ids_of(scope.get("path_params") or {}),
    )


def template_of(scope: Scope) -> str:
    """``/my/{submission_id}``: there are as many as routes, whatever is asked for."""
    route = getattr(scope.get("route"), "path", None)
    if route is None:
        return FILES if "endpoint" in scope else UNKNOWN
    outside = scope["path"].startswith(f"{API}/") and not route.startswith(API)
    return f"{API}{route}" if outside else str(route)


def ids_of(parameters: Mapping[str, Any]) -> tuple[str, ...]:
    """Our own ids among the parts of an address; secrets of letters have another form."""
    return tuple(
        str(value)
        for name, value in parameters.items()
        if ID.fullmatch(str(value)) and not name.endswith(("token", "secret", "code"))
    )


def write_line(one: Answered) -> None:
    ids = ",".join(one.ids) or "-"
    log.info(
        "answered method=%s route=%s status=%d ms=%d ids=%s person=%s",
        *(one.method, one.route, one.status, one.seconds * 1000, ids, one.person_id or "-"),
    )
