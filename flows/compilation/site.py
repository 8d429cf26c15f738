"""The collection as plain web pages: no scripts, relative links, readable from a folder."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flows.compilation import chapters
from flows.compilation.chapters import Chapter, Part
from flows.compilation.epub import cleaned_volume
from schemas.volume import Volume

IMAGES = "../images/"
_INDEXES = (("authors", "Авторы"), ("places", "Муниципалитеты"))


def make(volume: Volume, parts: Sequence[Part]) -> dict[str, bytes | Path]:
    """Return file names of the site with their contents (pictures as paths)."""
    template = chapters.environment().get_template("site_page.html.j2")
    found = {name: entries for name, entries in chapters.indexes(volume).items() if entries}
    every = [chapter for part in parts for chapter in part.chapters]
    shared: dict[str, Any] = {
        "volume": cleaned_volume(volume),
        "sections": parts,
        "back": [(name, words) for name, words in _INDEXES if name in found],
        "chapters": every,
    }

    def page(heading: str, kind: str, up: str = "", **more: Any) -> bytes:  # noqa: ANN401
        meta = more.pop("meta", ())
        text = template.render(**shared, heading=heading, kind=kind, up=up, meta=meta, **more)
        return text.encode()

    style = (chapters.TEMPLATES / "site.css").read_bytes()
    files: dict[str, bytes | Path] = {"style.css": style}
    files["index.html"] = page(shared["volume"].title, "contents")
    for name, words in shared["back"]:
        files[f"{name}.html"] = page(words, name, entries=found[name])
    for part in parts:
        for chapter in part.chapters:
            more: dict[str, Any] = {**_neighbours(every, chapter), "part": part, "chapter": chapter}
            more |= {"meta": _meta(volume, chapter), "citation": citation(volume, chapter)}
            files[f"articles/{chapter.slug}.html"] = page(chapter.title, "article", "../", **more)
            files |= {f"images/{name}": path for name, path in chapter.images.items()}
    return files


def citation(volume: Volume, chapter: Chapter) -> str:
    """Return the reference by GOST R 7.0.100 as readers copy it."""
    pages = f"{chapter.first_page}–{chapter.last_page}"
    if chapter.first_page == chapter.last_page:
        pages = str(chapter.first_page)
    issued = " : ".join(part for part in (volume.place, volume.imprint.publisher) if part)
    where = f"{issued}, {volume.year}" if issued else str(volume.year)
    return f"{chapter.byline} {chapter.title} // {volume.title}. — {where}. — С. {pages}.".strip()


def _neighbours(every: Sequence[Chapter], chapter: Chapter) -> dict[str, Chapter | None]:
    at = chapter.number - 1
    return {
        "before": every[at - 1] if at else None,
        "after": every[at + 1] if at + 1 < len(every) else None,
    }


def _meta(volume: Volume, chapter: Chapter) -> list[tuple[str, str]]:
    """Return the tags that Google Scholar and reference managers read."""
    imprint = volume.imprint
    tags = [
        ("citation_title", chapter.title),
        *(("citation_author", person.name) for person in chapter.people),
        ("citation_publication_date", str(volume.year)),
        ("citation_inbook_title", volume.title),
        ("citation_publisher", imprint.publisher),
        ("citation_isbn", imprint.isbn or ""),
        ("citation_firstpage", str(chapter.first_page)),
        ("citation_lastpage", str(chapter.last_page)),
        ("citation_language", "ru"),
        ("citation_keywords", chapter.keywords),
        ("description", chapter.abstract),
    ]
    if imprint.url:
        tags.append(("citation_pdf_url", f"{imprint.url.rstrip('/')}/collection.pdf"))
    return [(name, value) for name, value in tags if value]
