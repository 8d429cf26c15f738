"""Reloading the page of a refused form asks its address by GET: that leads back to the form's page.

Made for every page address that takes only POST: to the nearest address above it that has a page.
"""

import re
from collections.abc import Callable, Iterable

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match, Route

PARAMETER = re.compile(r"{\w+(?::\w+)?}")


def with_ways_back(routers: Iterable[APIRouter]) -> tuple[tuple[APIRouter, ...], APIRouter]:
    """The routers in their order behind those ways back that a page would hide; then the others."""
    listed = tuple(routers)
    routes = [one for router in listed for one in router.routes if isinstance(one, Route)]
    pages = [one for one in routes if "GET" in (one.methods or ())]
    own = {one.path for one in pages}
    first, last = APIRouter(), APIRouter()
    for path in dict.fromkeys(one.path for one in routes if one.path not in own):
        above = steps_up(path, pages)
        router = first if any(takes(page, path) for page in pages) else last
        router.add_api_route(path, way_back(above), methods=["GET"], include_in_schema=False)
    return (first, *listed), last


def takes(page: Route, path: str) -> bool:
    """Whether this page would be asked for the address instead."""
    example = PARAMETER.sub("x", path)
    return page.matches({"type": "http", "method": "GET", "path": example})[0] is Match.FULL


def steps_up(path: str, pages: list[Route]) -> int:
    """How many parts of the address to leave out to come to a page."""
    parts = path.strip("/").split("/")
    for count in range(1, len(parts)):
        if any(takes(page, "/" + "/".join(parts[:-count])) for page in pages):
            return count
    return len(parts)


def way_back(count: int) -> Callable[[Request], Response]:
    def lead_back(request: Request) -> Response:
        above = "/".join(request.url.path.split("/")[:-count]) or "/"
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(above + query, 303)

    return lead_back
