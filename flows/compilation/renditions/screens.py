"""Everything of a build but the printed book: cover, EPUB, web pages, DOCX, descriptions."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from flows.compilation.book import covers
from flows.compilation.book.article_data import Pictures
from flows.compilation.delivery import Files
from flows.compilation.descriptions import metadata
from flows.compilation.renditions import bodies, chapters, epub, manuscript, page_breaks, site
from flows.compilation.renditions.chapters import Look
from flows.compilation.renditions.keeping import Keeper, shelved
from flows.documents.printing.cache import Cache, digest
from schemas.volume import Volume

_COVER = ("cover.pdf", "cover.png")
_RECORDS = ("bib", "ris")
_OWN = ("collection.epub", "collection.docx")


def make(
    volume: Volume,
    prepared: Pictures,
    pages: tuple[chapters.Span, ...],
    *,
    printed: Sequence[bytes] = (),
    names: Sequence[str] = (),
    beside: Collection[str] = (),
    cache: Cache | None = None,
) -> Files:
    """Return the files by their paths in the build; ``beside`` names those that are made already.

    ``prepared`` holds for every article its pictures, ``pages`` its first and last printed page;
    ``printed`` are the articles' own PDFs, ``names`` their identities; ``cache`` keeps the work on each article for later builds.
    """
    keeper = shelved(volume, cache)
    cover = _cover(volume, keeper)
    written = bodies.write(volume, prepared, keeper, names)
    names = [one.identity for one in written]
    web = chapters.parts(volume, written, Look(site.IMAGES), pages)
    breaks = page_breaks.each(volume, written, printed, keeper) if printed else []
    book = chapters.parts(volume, written, Look(epub.IMAGES, is_book=True), pages, breaks)
    described = metadata.articles(volume, pages, names=names, keeper=keeper)
    records = [{suffix: one[suffix].encode() for suffix in _RECORDS} for one in described]
    source = site.Source(volume, web, {*beside, *_OWN}, records)
    return {
        **dict(zip(_COVER, cover, strict=True)),
        "collection.epub": epub.make(volume, book, cover=cover.png, keeper=keeper),
        "collection.docx": manuscript.make(volume, prepared, pages, names=names, keeper=keeper),
        **_below("site", site.make(source, keeper)),
        **_below("metadata", metadata.make(volume, pages, described)),
    }


def _cover(volume: Volume, keeper: Keeper) -> covers.Covers:
    logo = digest(volume.logo) if volume.logo else ""
    look = [volume.design.model_dump(mode="json"), logo]
    pdf = keeper.one("cover", [covers.words_of(volume), look], lambda: covers.make(volume).pdf)
    return covers.Covers(pdf, keeper.one("cover-picture", digest(pdf), lambda: covers.picture(pdf)))


def _below(folder: str, files: Files) -> Mapping[str, bytes | Path]:
    return {f"{folder}/{name}": content for name, content in files.items()}
