"""The published collection for readers: catalogue with search, articles, files of the edition."""

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from markupsafe import Markup
from starlette.responses import PlainTextResponse, Response

from flows.compilation import operations, rules
from flows.compilation.descriptions.citation import reference
from review_api import edition_files
from review_api.citations import Corrections, Records, read_corrections, records_of
from review_api.frame import Link
from review_api.material_html import Shown, material_html
from review_api.pages.expert.material import PICTURE_TYPES, chosen, image_size
from review_api.pages.public.home import way_to
from review_api.pages.public.shelf import Shelf, open_shelf
from review_api.pages.visit import Visit, VisitDep
from review_api.serving import UNKNOWN, attachment, picture
from schemas.base import Schema
from schemas.document import Document
from schemas.errors import NotFound
from schemas.manifest import Imprint
from schemas.ordering import name_key
from schemas.submission import Derivative, DerivativeKind, Submission
from schemas.volume import Volume, VolumeArticle
from storage.repositories.people import fold
from storage.repositories.rows import MISSING

router = APIRouter(prefix="/marathons/{marathon_id}/collection")
RIS = "application/x-research-info-systems; charset=utf-8"
BIBTEX = "application/x-bibtex; charset=utf-8"
DESCRIPTION = "metadata/schema_org.jsonld"
BEING_RENEWED = (
    "Выпуск обновляется: одну из работ отозвали. Статьи можно читать на странице сборника, "
    "файлы появятся с новым выпуском."
)


class Filters(Schema):
    """What a reader looks for; empty means anything."""

    q: str = ""
    track: str = ""
    place: str = ""
    subject: str = ""
    level: str = ""

    def fits(self, article: Submission, shelf: Shelf) -> bool:
        checks = (
            not self.track or str(article.track) == self.track,
            not self.place or self.place in shelf.municipalities(article),
            not self.subject or article.subject == self.subject,
            not self.level or article.level == self.level,
        )
        return all(checks) and self.is_found(article, shelf)

    def is_found(self, article: Submission, shelf: Shelf) -> bool:
        authors = " ".join(f"{one.name} {one.organisation}" for one in article.authors)
        places = " ".join(shelf.municipalities(article))
        keywords = " ".join(article.keywords)
        text = fold(f"{article.title} {article.abstract} {keywords} {authors} {places}")
        return all(word in text for word in fold(self.q).split())

    @property
    def pills(self) -> list[tuple[str, str]]:
        shown = {"place": self.place, "subject": self.subject, "level": self.level}
        words = [(name, value) for name, value in shown.items() if value]
        return words + ([("track", f"Направление {self.track}")] if self.track else [])


def filters_asked(
    q: str = "", track: str = "", place: str = "", subject: str = "", level: str = ""
) -> Filters:
    """From the query of the address."""
    return Filters(q=q, track=track, place=place, subject=subject, level=level)


@router.get("")
def catalogue(
    visit: VisitDep, marathon_id: str, filters: Annotated[Filters, Depends(filters_asked)]
) -> Response:
    shelf = open_shelf(visit, marathon_id)
    return visit.show(
        "public/catalogue.html",
        marathon=shelf.marathon,
        breadcrumbs=way_to(shelf.marathon),
        shelf=shelf,
        filters=filters,
        articles=[one for one in shelf.articles if filters.fits(one, shelf)],
        choices=choices(shelf),
        corrections=corrections_of(visit, shelf),
        embedding=frame_for_others(visit, shelf, filters),
    )


def frame_for_others(visit: Visit, shelf: Shelf, filters: Filters) -> str:
    """The lines another site puts into its page to show what is chosen now."""
    query = urlencode({name: value for name, value in filters if value})
    address = f"{visit.settings.base_url.rstrip('/')}{shelf.address}/embedded"
    source = escape(f"{address}?{query}" if query else address)
    title = escape(shelf.marathon.title)
    return f'<iframe src="{source}" title="{title}" width="100%" height="600"></iframe>'


def choices(shelf: Shelf) -> dict[str, Sequence[str]]:
    """Values that occur in this collection, for the lists of filters."""
    places = {name for one in shelf.articles for name in shelf.municipalities(one) if name}
    return {
        "place": sorted(places, key=name_key),
        "subject": sorted({one.subject for one in shelf.articles if one.subject}),
        "level": sorted({one.level for one in shelf.articles if one.level}),
    }


def article_at(visit: Visit, marathon_id: str, number: int) -> tuple[Shelf, Submission]:
    shelf = open_shelf(visit, marathon_id)
    for article in shelf.articles:
        if article.number == number:
            return shelf, article
    raise NotFound(MISSING)


@router.get("/articles/{number}")
def article_page(visit: VisitDep, marathon_id: str, number: int) -> Response:
    shelf, article = article_at(visit, marathon_id, number)
    records = records_for(visit, shelf, article)
    corrections = corrections_of(visit, shelf)
    return visit.show(
        "public/article.html",
        marathon=shelf.marathon,
        breadcrumbs=way_to(shelf.marathon, Link(text="Сборник", href=shelf.address)),
        shelf=shelf,
        article=article,
        text=text_of(visit, shelf, article),
        citation=citation(shelf, article, records, corrections),
        records=records,
        pdf=shelf.holds(records.pdf),
    )


def records_for(visit: Visit, shelf: Shelf, article: Submission) -> Records:
    names = ("metadata/collection.bib", "metadata/collection.ris")
    if not all(shelf.holds(name) for name in names):
        return Records()
    bibtex, ris = (operations.content(shelf.edition, visit.files, name).decode() for name in names)
    return records_of(shelf.edition.articles.index(article.id) + 1, bibtex, ris)


def citation(shelf: Shelf, article: Submission, records: Records, corrections: Corrections) -> str:
    """The reference by ГОСТ Р 7.0.5, as readers copy it and as the edition itself has it."""
    volume = volume_of(shelf).model_copy(update={"edition": corrections.edition})
    return reference(volume, printed(shelf, article), article.number, records.span)


def volume_of(shelf: Shelf) -> Volume:
    """The front of the collection in the words of the marathon, without its articles."""
    marathon, imprint = shelf.marathon, shelf.marathon.imprint
    title, subtitle = operations.titles(marathon)
    return Volume(
        title=title,
        subtitle=subtitle,
        year=marathon.year,
        place=imprint.place,
        imprint=Imprint(publisher=imprint.publisher, copyright=imprint.copyright),
        sections=(),
    )


def printed(shelf: Shelf, article: Submission) -> VolumeArticle:
    """What stands above the article's text."""
    return VolumeArticle(
        title=article.title,
        authors=tuple(shelf.authors(article)),
        abstract=article.abstract,
        keywords=article.keywords,
        document=Document(blocks=()),
    )


def corrections_of(visit: Visit, shelf: Shelf) -> Corrections:
    """What the edition's own description says of earlier ones."""
    if not shelf.holds(DESCRIPTION):
        return Corrections()
    return read_corrections(operations.content(shelf.edition, visit.files, DESCRIPTION))


def parts_of(visit: Visit, article: Submission, kind: DerivativeKind) -> list[Derivative]:
    file = operations.accepted_file(visit.work, article)
    return visit.work.derivatives.of(file.id, kind) if file else []


def text_of(visit: Visit, shelf: Shelf, article: Submission) -> Markup | str:
    structures = parts_of(visit, article, DerivativeKind.DOCUMENT)
    images = {one.name: one for one in parts_of(visit, article, DerivativeKind.IMAGE)}

    def shown(name: str) -> Shown | None:
        if name not in images:
            return None
        width, height = image_size(visit.files.existing(images[name].sha256))
        href = f"{shelf.address}/articles/{article.number}/pictures/{images[name].number}"
        return Shown(href=href, width=width, height=height)

    if not structures:
        return ""
    document = Document.model_validate_json(visit.files.read(structures[0].sha256))
    whole = printed(shelf, article).model_copy(update={"document": document})
    body = rules.without_repeated_head(whole)
    return material_html(body.document, pictures=shown, links=True, heading=2)


@router.get("/articles/{number}/pictures/{place}")
def article_picture(visit: VisitDep, marathon_id: str, number: int, place: int) -> Response:
    _, article = article_at(visit, marathon_id, number)
    image = chosen(parts_of(visit, article, DerivativeKind.IMAGE), place)
    kind = PICTURE_TYPES.get(Path(image.name).suffix, UNKNOWN)
    return picture(visit.files.existing(image.sha256), media_type=kind)


@router.get("/articles/{number}/citation.{form}")
def article_record(visit: VisitDep, marathon_id: str, number: int, form: str) -> Response:
    """The article's own record for a reference manager: bib or ris."""
    shelf, article = article_at(visit, marathon_id, number)
    records = records_for(visit, shelf, article)
    kinds = {"bib": (records.bibtex, BIBTEX), "ris": (records.ris, RIS)}
    text, media_type = kinds.get(form, ("", ""))
    if not text:
        raise NotFound(MISSING)
    name = {"content-disposition": f'attachment; filename="article-{number}.{form}"'}
    return PlainTextResponse(text, media_type=media_type, headers=name)


@router.get("/articles/{number}/article.pdf")
def article_pdf(visit: VisitDep, marathon_id: str, number: int) -> Response:
    """The article alone with the page numbers of the book; it stays when another is withdrawn."""
    shelf, article = article_at(visit, marathon_id, number)
    found = operations.artefact(shelf.edition, records_for(visit, shelf, article).pdf)
    return attachment(
        visit.files.existing(found.sha256), f"article-{number}.pdf", media_type="application/pdf"
    )


@router.get("/files/{path:path}")
def edition_file(visit: VisitDep, marathon_id: str, path: str) -> Response:
    """A file of the edition: its own static pages to read, everything else to keep."""
    shelf = open_shelf(visit, marathon_id)
    if not shelf.is_whole:
        raise NotFound(BEING_RENEWED)
    if path in operations.FOR_ORGANISERS:
        raise NotFound(MISSING)
    return edition_files.sent(shelf.edition, path, visit.files)
