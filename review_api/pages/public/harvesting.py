"""``/oai``: libraries and indexes collect the records of published articles (OAI-PMH 2.0)."""

from collections.abc import Callable, Iterable
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from flows.compilation import operations
from flows.compilation.descriptions import oai_dc
from flows.compilation.descriptions.records import Element
from review_api.access import NOBODY, can
from review_api.oai import Record, Repository, admin_email, answer
from review_api.pages.public.collection import printed, volume_of
from review_api.pages.public.shelf import Shelf, shelf_of
from review_api.pages.visit import Visit, VisitDep
from schemas.marathon import Marathon
from schemas.submission import Submission

router = APIRouter()
ADDRESS = "/oai"
XML = "text/xml; charset=utf-8"
MOST_ARGUMENTS = 20
NAME = "Сборники педагогических практик"


async def arguments_of(request: Request) -> list[tuple[str, str]]:
    """What is asked, from the address or, as the protocol also allows, from a form."""
    if request.method != "POST":
        return request.query_params.multi_items()
    async with request.form(max_files=0, max_fields=MOST_ARGUMENTS) as form:
        return [(name, value) for name, value in form.multi_items() if isinstance(value, str)]


Arguments = Annotated[list[tuple[str, str]], Depends(arguments_of)]


@router.get(ADDRESS)
@router.post(ADDRESS)
def harvest(visit: VisitDep, arguments: Arguments) -> Response:
    """Everybody gets what anybody may read, whoever is signed in."""
    return Response(answer(repository(visit), arguments, now=visit.now), media_type=XML)


def repository(visit: Visit) -> Repository:
    site = visit.settings.base_url.rstrip("/")
    shelves = list(open_shelves(visit))
    records = [record for shelf in shelves for record in records_of(shelf, site)]
    return Repository(
        name=NAME,
        address=f"{site}{ADDRESS}",
        email=admin_email(visit.settings.mail_from, visit.settings.contact),
        sets={set_of(shelf.marathon): title_of(shelf.marathon) for shelf in shelves},
        records=sorted(records, key=lambda one: (one.stamp, one.identifier)),
    )


def open_shelves(visit: Visit) -> Iterable[Shelf]:
    """Published collections, oldest marathons first."""
    for marathon in visit.work.marathons.all():
        edition = visit.work.editions.published(marathon.id)
        if edition is not None and can(NOBODY, "marathon.see", marathon):
            yield shelf_of(visit.work, marathon, edition, NOBODY)


def set_of(marathon: Marathon) -> str:
    return f"marathon-{marathon.id}"


def title_of(marathon: Marathon) -> str:
    return operations.titles(marathon)[0]


def records_of(shelf: Shelf, site: str) -> Iterable[Record]:
    stamp = shelf.edition.published_at
    if stamp is None:
        return
    host = urlsplit(site).hostname or "localhost"
    for article in shelf.articles:
        yield Record(
            identifier=f"oai:{host}:{shelf.marathon.id}/{article.number}",
            stamp=stamp.replace(microsecond=0),
            set_spec=set_of(shelf.marathon),
            content=content_of(shelf, article, site),
        )


def content_of(shelf: Shelf, article: Submission, site: str) -> Callable[[], Element]:
    """Written only for the records of the page that is asked for."""

    def content() -> Element:
        volume = volume_of(shelf)
        place = f"{site}{shelf.address}/articles/{article.number}"
        return oai_dc.element(volume, printed(shelf, article), [place], volume.title)

    return content
