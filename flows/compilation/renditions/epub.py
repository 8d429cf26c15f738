"""The collection as EPUB 3.3, written entry by entry so that the same volume gives the same bytes.

Accessible by EPUB Accessibility 1.1: landmarks, a list of the printed pages, footnotes that open
in a window, formulas in MathML, words for pictures. Conformity is stated only if every picture
has words of its author's.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.compilation.renditions import chapters, edition_facts, indexes
from flows.compilation.renditions.chapters import Chapter, Part
from flows.compilation.renditions.keeping import Keeper
from flows.compilation.renditions.zips import Entry, archive
from schemas.volume import Volume

IMAGES = "images/"
_CONTAINER = """<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/>
</rootfiles>
</container>
"""
_XHTML = "application/xhtml+xml"
_MEDIA = {".png": "image/png", ".jpg": "image/jpeg"}
_SHOWN = ("authors", "places")
"""Indexes that the book prints too."""
Context = Mapping[str, Any]


@dataclass(frozen=True)
class Item:
    """One file of the book. ``content`` is text, bytes or a picture's path."""

    id: str
    href: str
    media: str
    content: str | bytes | Path
    properties: str = ""
    in_spine: bool = False


def make(
    volume: Volume,
    parts: Sequence[Part],
    *,
    cover: bytes | None = None,
    keeper: Keeper | None = None,
) -> bytes:
    """Return the book; ``parts`` must address pictures below ``images/``, ``cover`` is a PNG."""
    keeper = keeper or Keeper()
    context = _context(volume, parts, has_cover=cover is not None)
    written = _articles(context, keeper)
    items = [
        *_cover(context, cover),
        *_pages(context, parts, written),
        *_navigation(context),
        *_images(parts),
    ]
    package = _rendered("epub_package.opf.j2", context, items=items)
    return archive(list(_entries(package, items)), keeper, "epub")


def _context(volume: Volume, parts: Sequence[Part], *, has_cover: bool) -> Context:
    every = [chapter for part in parts for chapter in part.chapters]
    found = {one.name: one for one in indexes.of(volume) if one.name in _SHOWN}
    return {
        "facts": edition_facts.facts(volume),
        "sections": parts,
        "chapters": every,
        "back": [found[name] for name in _SHOWN if name in found],
        "authors": edition_facts.authors_in_order(volume),
        "modified": _modified(volume),
        "has_cover": has_cover,
        "has_pictures": has_cover or any(chapter.images for chapter in every),
        "has_formulas": any(chapter.written.has_formulas for chapter in every),
        "conforms": all(chapter.written.is_described for chapter in every),
    }


def _modified(volume: Volume) -> str:
    """Return a moment that differs from edition to edition, as release identifiers must."""
    minutes, seconds = divmod(volume.edition - 1, 60)
    return f"{volume.year:04}-01-01T00:{minutes % 60:02}:{seconds:02}Z"


def _rendered(template: str, context: Context, **more: Any) -> str:  # noqa: ANN401
    return chapters.environment().get_template(template).render(**context, **more)


def _text(context: Context, heading: str, kind: str, **more: Any) -> str:  # noqa: ANN401
    return _rendered("epub_page.xhtml.j2", context, heading=heading, kind=kind, **more)


def _page(context: Context, name: str, heading: str, kind: str, **more: Any) -> Item:  # noqa: ANN401
    text = _text(context, heading, kind, **more)
    return Item(name, f"{name}.xhtml", _XHTML, text, in_spine=True)


def _articles(context: Context, keeper: Keeper) -> list[bytes]:
    """The pages of articles, kept by all that they show."""
    every: Sequence[Chapter] = context["chapters"]

    def make(places: list[int]) -> Iterator[bytes]:
        for chapter in (every[place] for place in places):
            yield _text(context, chapter.title, "article", chapter=chapter).encode()

    title = context["facts"].title
    of = [[title, one.written.identity, one.slug, one.pages, one.breaks] for one in every]
    return keeper.all("epub-page", of, make)


def _cover(context: Context, cover: bytes | None) -> Iterator[Item]:
    if cover is not None:
        yield _page(context, "cover", "Обложка", "cover")
        yield Item("cover-image", "cover.png", "image/png", cover, properties="cover-image")


def _pages(context: Context, parts: Sequence[Part], written: Sequence[bytes]) -> Iterator[Item]:
    yield _page(context, "title", context["facts"].title, "title")
    if context["facts"].note:
        yield _page(context, "changes", "Об этом издании", "changes")
    for part in parts:
        yield _page(context, part.slug, part.title, "section")
        for chapter in part.chapters:
            name = f"article-{chapter.slug}"
            formulas = "mathml" if chapter.written.has_formulas else ""
            page = written[chapter.number - 1]
            yield Item(name, f"{name}.xhtml", _XHTML, page, formulas, in_spine=True)
    for index in context["back"]:
        yield _page(context, index.name, index.heading, "index", index=index)


def _navigation(context: Context) -> Iterator[Item]:
    style = (chapters.TEMPLATES / "epub.css").read_text(encoding="utf-8")
    yield Item("css", "style.css", "text/css", style)
    ncx = _rendered("epub_toc.ncx.j2", context)
    yield Item("ncx", "toc.ncx", "application/x-dtbncx+xml", ncx)
    nav = _rendered("epub_nav.xhtml.j2", context)
    yield Item("nav", "nav.xhtml", _XHTML, nav, properties="nav", in_spine=True)


def _images(parts: Sequence[Part]) -> Iterator[Item]:
    for part in parts:
        for chapter in part.chapters:
            for name, path in chapter.images.items():
                yield Item(f"image-{name}", f"{IMAGES}{name}", _MEDIA[path.suffix], path)


def _entries(package: str, items: Sequence[Item]) -> Iterator[Entry]:
    """The kind of the file stands first and unpacked, so that programs see it (OCF 3.3, 4.2)."""
    yield Entry("mimetype", [b"application/epub+zip"], is_stored=True)
    yield Entry("META-INF/container.xml", [_CONTAINER.encode()])
    yield Entry("OEBPS/content.opf", [package.encode()])
    for item in items:
        is_picture = item.media.startswith("image/")
        yield Entry(f"OEBPS/{item.href}", [_bytes(item.content)], is_picture)


def _bytes(content: str | bytes | Path) -> bytes:
    if isinstance(content, Path):
        return content.read_bytes()
    return content.encode() if isinstance(content, str) else content
