"""The collection as plain web pages: relative links, readable from a folder and without scripts.

Scripts only add what a page cannot do itself: search by word forms, filters, copying a reference.
They are files beside the pages, so a strict content security policy and ``file://`` both admit
them. Nothing is fetched.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from flows.compilation.descriptions.naming import identifier
from flows.compilation.renditions import chapters, edition_facts, indexes, palette, searching
from flows.compilation.renditions.chapters import Chapter, Part
from flows.compilation.renditions.keeping import Keeper
from flows.compilation.renditions.page_metadata import json_ld, tags
from flows.documents.printing.cache import digest
from schemas.volume import Volume

IMAGES = "../images/"
Pages = dict[str, bytes | Path]
_WHOLE = (
    ("collection.pdf", "PDF", "книга для печати и чтения"),
    ("collection.epub", "EPUB", "для телефона и электронной книги"),
    ("collection.docx", "DOCX", "для редактора"),
)
_SCRIPTS = ("search.js", "page.js")


@dataclass(frozen=True)
class Source:
    """What pages are made of.

    ``beside`` names the files of the build next to the site's folder; ``records`` are each
    article's records for reference managers, by the suffix of their files.
    """

    volume: Volume
    parts: Sequence[Part]
    beside: Collection[str] = ()
    records: Sequence[Mapping[str, bytes]] = ()

    @cached_property
    def chapters(self) -> list[Chapter]:
        return [chapter for part in self.parts for chapter in part.chapters]


def make(source: Source, keeper: Keeper | None = None) -> Pages:
    """Return file names of the site with their contents (pictures as paths).

    ``keeper`` keeps the articles' pages by all that they show.
    """
    shared = _shared(source)
    return {
        **_static(source),
        **dict(_general(source, shared)),
        **dict(_articles(source, shared, keeper or Keeper())),
        **{f"images/{n}": path for one in source.chapters for n, path in one.images.items()},
    }


def _shared(source: Source) -> dict[str, Any]:
    found = indexes.of(source.volume)
    return {
        "facts": edition_facts.facts(source.volume),
        "identifier": identifier(source.volume),
        "sections": source.parts,
        "chapters": source.chapters,
        "indexes": found,
        "anchors": _anchors(found),
        "files": [one for one in _WHOLE if one[0] in source.beside],
        "beside": frozenset(source.beside),
    }


def _static(source: Source) -> Pages:
    style = (chapters.TEMPLATES / "site.css").read_text(encoding="utf-8")
    scripts = {name: (chapters.TEMPLATES / f"site_{name}").read_bytes() for name in _SCRIPTS}
    return {
        "style.css": f"{palette.variables(source.volume.design.accent)}{style}".encode(),
        **scripts,
        "search-index.js": searching.script(
            source.volume, [one.written.stems for one in source.chapters]
        ),
    }


def _general(source: Source, shared: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    title = shared["facts"].title
    head = {"meta": tags(source.volume), "ld": json_ld(source.volume)}
    yield "index.html", _page(shared, title, "contents", **head)
    yield "about.html", _page(shared, "О сборнике", "about")
    for index in shared["indexes"]:
        yield f"{index.name}.html", _page(shared, index.heading, "index", index=index)


def _articles(
    source: Source, shared: dict[str, Any], keeper: Keeper
) -> Iterator[tuple[str, bytes]]:
    placed = [(part, chapter) for part in source.parts for chapter in part.chapters]
    articles = list(source.volume.articles())
    everywhere = digest(_on_every_page(source, shared)) if keeper.cache else ""
    of = [[everywhere, _shown(source, shared, *one)] for one in placed]

    def make(places: list[int]) -> Iterator[bytes]:
        for part, chapter in (placed[place] for place in places):
            at = chapter.number - 1
            head = {
                "meta": tags(source.volume, articles[at], chapter),
                "ld": json_ld(source.volume, articles[at], chapter),
            }
            more = {"part": part, "chapter": chapter, "up": "../"}
            more |= {**_neighbours(source.chapters, at), "records": _records(source, at), **head}
            yield _page(shared, chapter.title, "article", **more)

    for (_, chapter), page in zip(placed, keeper.all("page", of, make), strict=True):
        yield f"articles/{chapter.slug}.html", page
        records = source.records[chapter.number - 1] if source.records else {}
        for suffix, record in records.items():
            yield f"articles/{chapter.slug}.{suffix}", record


def _on_every_page(source: Source, shared: dict[str, Any]) -> dict[str, Any]:
    """What pages of articles show of the volume, for JSON."""
    own = {"sections", "problems", "design", "logo"}
    return {
        "volume": source.volume.model_dump(mode="json", exclude=own),
        "identifier": shared["identifier"],
        "menu": [[one.name, one.words, one.heading] for one in shared["indexes"]],
    }


def _shown(source: Source, shared: dict[str, Any], part: Part, chapter: Chapter) -> dict[str, Any]:
    """What the page of one article shows beside the volume's words, for JSON."""
    at = chapter.number - 1
    beside = [one and [one.slug, one.title] for one in _neighbours(source.chapters, at).values()]
    found = [shared["anchors"].get((name, at), []) for name in ("authors", "places", "keywords")]
    return {
        "article": [chapter.written.identity, chapter.number, chapter.pages, chapter.citation],
        "part": [part.slug, part.title],
        "beside": beside,
        "entries": [[[one.anchor, one.name] for one in entries] for entries in found],
        "files": [_records(source, at), f"articles/{chapter.slug}.pdf" in source.beside],
    }


def _records(source: Source, at: int) -> list[str]:
    return sorted(source.records[at]) if source.records else []


def _neighbours(every: Sequence[Chapter], at: int) -> dict[str, Any]:
    return {
        "before": every[at - 1] if at else None,
        "after": every[at + 1] if at + 1 < len(every) else None,
    }


def _anchors(found: Sequence[indexes.Index]) -> dict[tuple[str, int], list[indexes.Entry]]:
    """Return an article's entries in each index, by the index's name and the article's place."""
    entries: dict[tuple[str, int], list[indexes.Entry]] = {}
    for index in found:
        for entry in index.entries:
            for number in entry.articles:
                entries.setdefault((index.name, number), []).append(entry)
    return entries


def _page(shared: dict[str, Any], heading: str, kind: str, **more: Any) -> bytes:  # noqa: ANN401
    template = chapters.environment().get_template("site_page.html.j2")
    empty = {"up": "", "meta": (), "ld": ""}
    text: str = template.render(**shared, heading=heading, kind=kind, **{**empty, **more})
    return text.encode()
