"""The collection as EPUB 3, written entry by entry so that the same volume gives the same bytes."""

import io
import uuid
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2

from flows.compilation import chapters
from flows.compilation.chapters import Chapter, Part
from flows.documents.layout import clean
from schemas.volume import Volume

IMAGES = "images/"
_BIRTH_OF_ZIP = (1980, 1, 1, 0, 0, 0)
_CONTAINER = """<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/>
</rootfiles>
</container>
"""
_XHTML = "application/xhtml+xml"
_MEDIA = {".png": "image/png", ".jpg": "image/jpeg"}
_INDEXES = (
    ("authors", "Указатель авторов"),
    ("places", "Указатель муниципальных образований"),
)


@dataclass(frozen=True)
class Item:
    """One file of the book. ``content`` is text, bytes or a picture's path."""

    id: str
    href: str
    media: str
    content: str | bytes | Path
    properties: str = ""
    in_spine: bool = False


def make(volume: Volume, parts: Sequence[Part]) -> bytes:
    """Return the book; ``parts`` must address pictures below ``images/``."""
    environment = chapters.environment()
    cleaned = cleaned_volume(volume)
    found = {name: entries for name, entries in chapters.indexes(volume).items() if entries}
    context = {
        "volume": cleaned,
        "identifier": identifier(volume),
        "sections": parts,
        "back": [(name, heading) for name, heading in _INDEXES if name in found],
        "authors": found.get("authors", []),
    }
    items = [
        *_pages(environment, context, parts, found),
        *_navigation(environment, context),
        *_images(parts),
    ]
    package = environment.get_template("epub_package.opf.j2").render(**context, items=items)
    return _zipped(
        [("OEBPS/content.opf", package), *((f"OEBPS/{i.href}", i.content) for i in items)]
    )


def identifier(volume: Volume) -> str:
    """Return the ISBN, or a name that stays the same for the same volume."""
    if volume.imprint.isbn:
        return f"urn:isbn:{clean(volume.imprint.isbn)}"
    titles = "\n".join(article.title for article in volume.articles())
    name = f"{volume.title}\n{volume.year}\n{volume.place}\n{titles}"
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, name)}"


def cleaned_volume(volume: Volume) -> Volume:
    """Return the front matter without characters that XML does not admit."""
    imprint = {
        name: tuple(map(clean, value)) if isinstance(value, tuple) else value and clean(value)
        for name, value in volume.imprint
    }
    words = {
        name: value and clean(value)
        for name, value in volume
        if isinstance(value, str) or value is None
    }
    return volume.model_copy(update={**words, "imprint": volume.imprint.model_copy(update=imprint)})


def _navigation(environment: jinja2.Environment, context: dict[str, Any]) -> list[Item]:
    nav = environment.get_template("epub_nav.xhtml.j2").render(**context)
    ncx = environment.get_template("epub_toc.ncx.j2").render(**context)
    style = (chapters.TEMPLATES / "epub.css").read_text(encoding="utf-8")
    return [
        Item("css", "style.css", "text/css", style),
        Item("ncx", "toc.ncx", "application/x-dtbncx+xml", ncx),
        Item("nav", "nav.xhtml", _XHTML, nav, properties="nav", in_spine=True),
    ]


def _pages(
    environment: jinja2.Environment,
    context: dict[str, Any],
    parts: Sequence[Part],
    found: dict[str, Any],
) -> Iterator[Item]:
    def page(name: str, heading: str, kind: str, matter: str, **more: Any) -> Item:  # noqa: ANN401
        template = environment.get_template("epub_page.xhtml.j2")
        text = template.render(**context, heading=heading, kind=kind, matter=matter, **more)
        chapter: Chapter | None = more.get("chapter")
        formulas = "mathml" if chapter is not None and chapter.has_formulas else ""
        return Item(name, f"{name}.xhtml", _XHTML, text, formulas, in_spine=True)

    yield page("title", context["volume"].title, "title", "frontmatter")
    for part in parts:
        yield page(part.slug, part.title, "section", "bodymatter")
        for chapter in part.chapters:
            name = f"article-{chapter.slug}"
            yield page(name, chapter.title, "article", "bodymatter", chapter=chapter)
    every = [chapter for part in parts for chapter in part.chapters]
    for name, heading in context["back"]:
        yield page(name, heading, "index", "backmatter", entries=found[name], chapters=every)


def _images(parts: Sequence[Part]) -> Iterator[Item]:
    for part in parts:
        for chapter in part.chapters:
            for name, path in chapter.images.items():
                yield Item(f"image-{name}", f"{IMAGES}{name}", _MEDIA[path.suffix], path)


def _zipped(entries: Sequence[tuple[str, str | bytes | Path]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as book:
        _put(book, "mimetype", b"application/epub+zip", zipfile.ZIP_STORED)
        _put(book, "META-INF/container.xml", _CONTAINER.encode(), zipfile.ZIP_DEFLATED)
        for name, content in entries:
            is_picture = isinstance(content, Path)
            method = zipfile.ZIP_STORED if is_picture else zipfile.ZIP_DEFLATED
            _put(book, name, _bytes(content), method)
    return buffer.getvalue()


def _put(book: zipfile.ZipFile, name: str, content: bytes, method: int) -> None:
    entry = zipfile.ZipInfo(name, date_time=_BIRTH_OF_ZIP)
    entry.compress_type = method
    entry.external_attr = 0o644 << 16
    book.writestr(entry, content, compresslevel=6)


def _bytes(content: str | bytes | Path) -> bytes:
    if isinstance(content, Path):
        return content.read_bytes()
    return content.encode() if isinstance(content, str) else content
