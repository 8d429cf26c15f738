"""The list of articles for the pages of schools and municipalities: one frame, no script, no cookie.

Only this page may stand inside others; its links open outside the frame.
"""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import HTMLResponse, Response

from review_api import templating
from review_api.access import NOBODY
from review_api.pages.public.collection import Filters, filters_asked
from review_api.pages.public.shelf import open_shelf
from review_api.pages.visit import VisitDep, frame_of

router = APIRouter()
POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors *"
)


@router.get("/marathons/{marathon_id}/collection/embedded")
def embedded(
    visit: VisitDep, marathon_id: str, filters: Annotated[Filters, Depends(filters_asked)]
) -> Response:
    """As anybody sees it, whoever is signed in; the same filters as the catalogue."""
    shelf = open_shelf(visit, marathon_id)
    html = templating.render(
        "public/embedded.html",
        frame_of(visit.request, NOBODY, marathon=shelf.marathon),
        shelf=shelf,
        articles=[one for one in shelf.articles if filters.fits(one, shelf)],
        site=visit.settings.base_url.rstrip("/"),
    )
    return HTMLResponse(html, headers={"content-security-policy": POLICY})
