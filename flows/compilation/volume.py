"""The collection as a book: one Typst run over all articles, with a way round broken ones."""

import json
import textwrap
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pypdfium2  # type: ignore[import-untyped]

from flows.compilation import rules
from flows.documents import formulas as mathematics
from flows.documents import glyphs, layout
from flows.documents.layout import printed
from flows.documents.typesetting import ARCHIVAL, PLAIN_ARCHIVAL, Bench, Job, NotTypeset, bench
from schemas.document import Document
from schemas.volume import Problem, Volume, VolumeArticle

TEMPLATES = Path(__file__).parent / "templates"
ARTICLE_LEVEL = 1
_RUNNING_HEAD = 78
_MOST_NAMED = 4
Pictures = Sequence[Mapping[str, Path]]
"""For every article its picture names and the prepared files."""


class Book(NamedTuple):
    """``pages`` holds each article's first and last page; ``sheets`` counts them all."""

    pdf: bytes
    pages: tuple[tuple[int, int], ...]
    sheets: int
    problems: tuple[Problem, ...]


def make(volume: Volume, pictures: Pictures, *, formulas: Mapping[str, str] | None = None) -> Book:
    """Set ``volume``; an article that cannot be set is printed as its bare text."""
    known = mathematics.to_typst(tex_of(volume)) if formulas is None else formulas
    year_start = int(datetime(volume.year, 1, 1, tzinfo=UTC).timestamp())
    with bench(templates=TEMPLATES, timestamp=max(year_start, 0)) as table:
        _copy(pictures, table)
        known = glyphs.only_settable(known, table)
        items = [_article(a, n, pictures[n], known) for n, a in enumerate(volume.articles())]
        printable = glyphs.only_printable(items, table)
        pdf, broken = _set(volume, printable, table)
    pages, sheets = pages_of(pdf, len(items))
    poorer = {n for n, item in enumerate(items) if _squares(printable[n]) > _squares(item)}
    return Book(pdf, pages, sheets, _reports(volume, broken, poorer - broken))


def tex_of(volume: Volume) -> set[str]:
    """Every formula of the volume."""
    return {tex for article in volume.articles() for tex in layout.formulas_of(article.document)}


def _copy(pictures: Pictures, table: Bench) -> None:
    for number, prepared in enumerate(pictures):
        for path in prepared.values():
            table.add(_place(number, path), path)


def _place(number: int, path: Path) -> str:
    return f"pictures/{number}/{path.name}"


def _article(
    article: VolumeArticle, number: int, prepared: Mapping[str, Path], known: Mapping[str, str]
) -> dict[str, Any]:
    places = {name: _place(number, path) for name, path in prepared.items()}
    setting = layout.Setting(prepared, places, known)
    try:
        return {**head(article), "body": layout.nodes(article.document, setting)}
    except Exception as fault:  # noqa: BLE001 - one broken article never stops the volume
        return {**_bare(article), "fault": repr(fault)}


def _bare(article: VolumeArticle) -> dict[str, Any]:
    plain = Document(blocks=layout.plain_blocks(article.document))
    return {**head(article), "body": layout.nodes(plain, layout.Setting())}


def head(article: VolumeArticle) -> dict[str, Any]:
    """Return what stands above an article's text, ready for the templates."""
    people = [
        {"name": printed(author.name), "about": printed(rules.about(author))}
        for author in article.authors
    ]
    byline = rules.byline(article.authors)
    return {
        "title": printed(article.title),
        "authors": people,
        "byline": printed(byline).replace(" ", "\u00a0"),
        "running": printed(_shortened(f"{byline} {article.title}")),
        "abstract": printed(article.abstract),
        "keywords": printed(", ".join(article.keywords)),
    }


def _shortened(text: str) -> str:
    return textwrap.shorten(text, _RUNNING_HEAD, placeholder="…")


def _set(volume: Volume, items: list[dict[str, Any]], table: Bench) -> tuple[bytes, set[int]]:
    """Try the whole; if that fails, find the guilty articles and print their bare text."""
    front = glyphs.only_printable(_front(volume), table)
    broken = {number for number, item in enumerate(items) if "fault" in item}
    attempts: list[tuple[Callable[[], set[int]], Sequence[str]]] = [
        (set, ARCHIVAL),
        (lambda: _guilty(items, table), ARCHIVAL),
        (set, PLAIN_ARCHIVAL),
        (lambda: set(range(len(items))), PLAIN_ARCHIVAL),
    ]
    reason: str | None = None
    for more, standards in attempts:
        broken |= more()
        table.lay({**front, "articles": _with_bare(volume, items, broken, table)})
        job = Job("collection.typ", "collection.pdf", standards=standards)
        reason = table.run([job])[0]
        if reason is None:
            return (table.root / job.output).read_bytes(), broken
    raise NotTypeset(str(reason))


def _with_bare(
    volume: Volume, items: Sequence[dict[str, Any]], broken: set[int], table: Bench
) -> list[dict[str, Any]]:
    if not broken:
        return list(items)
    bare = [_bare(a) if n in broken else None for n, a in enumerate(volume.articles())]
    plain = glyphs.only_printable(bare, table)
    return [own or item for own, item in zip(plain, items, strict=True)]


def _guilty(items: Sequence[dict[str, Any]], table: Bench) -> set[int]:
    table.lay({"articles": list(items)})
    jobs = [
        Job("single.typ", "single.pdf", {"article": str(number)}) for number in range(len(items))
    ]
    return {number for number, reason in enumerate(table.run(jobs)) if reason is not None}


def _squares(item: Mapping[str, Any]) -> int:
    return json.dumps(item, ensure_ascii=False).count(glyphs.REPLACEMENT)


def _reports(volume: Volume, broken: set[int], poorer: set[int]) -> tuple[Problem, ...]:
    placed = [
        (section.title, article) for section in volume.sections for article in section.articles
    ]
    reports = {number: rules.simplified(*placed[number]) for number in broken}
    reports |= {number: rules.with_squares(*placed[number]) for number in poorer}
    return tuple(reports[number] for number in sorted(reports))


def _front(volume: Volume) -> dict[str, Any]:
    imprint = volume.imprint
    codes = {"УДК": imprint.udk, "ББК": imprint.bbk}
    return {
        "title": printed(volume.title),
        "short": printed(_shortened(volume.title)),
        "subtitle": printed(volume.subtitle or ""),
        "cluster": printed(volume.cluster),
        "place": printed(volume.place),
        "year": volume.year,
        "publisher": printed(imprint.publisher),
        "editors": [printed(name) for name in imprint.editors],
        "codes": {name: printed(value) for name, value in codes.items() if value},
        "isbn": printed(imprint.isbn or ""),
        "copyright": printed(_copyright(volume)),
        "heading": printed(volume.title),
        "description": printed(_description(volume)),
        "annotation": _annotation(volume),
        **_lists(volume),
    }


def _copyright(volume: Volume) -> str:
    return volume.imprint.copyright.lstrip("©Сс() ").removesuffix(f", {volume.year}")


def _description(volume: Volume) -> str:
    """Return the library description's middle: subtitle, editors, place, publisher, year."""
    editors = [
        rules.initials_first(rules.person_name(name)).replace(" ", "\u00a0")
        for name in volume.imprint.editors
    ]
    board = f" / редкол.: {_named(editors)}" if editors else ""
    subtitle = f" : {volume.subtitle}" if volume.subtitle else ""
    issued = " : ".join(part for part in (volume.place, volume.imprint.publisher) if part)
    return f"{subtitle}{board}. — {f'{issued}, ' if issued else ''}{volume.year}."


def _named(editors: Sequence[str]) -> str:
    """ГОСТ Р 7.0.100: up to four names are written, of more only the first three."""
    if len(editors) <= _MOST_NAMED:
        return ", ".join(editors)
    return f"{', '.join(editors[:3])} [и др.]"


def _annotation(volume: Volume) -> str:
    articles = sum(1 for _ in volume.articles())
    authors, places = len(rules.author_index(volume)), len(rules.municipality_index(volume))
    return (
        "Электронный сборник. Статьи публикуются по решению экспертной комиссии. "
        f"Статей — {articles}, авторов — {authors}, муниципальных образований — {places}."
    )


def _lists(volume: Volume) -> dict[str, Any]:
    sections, number = [], 0
    for rank, section in enumerate(volume.sections):
        count = len(section.articles)
        numbers = list(range(number, number + count))
        if count:
            anchor = f"section-{rank}"
            sections.append(
                {"title": printed(section.title), "anchor": anchor, "articles": numbers}
            )
        number += count
    places = [
        {"name": printed(entry.name), "articles": list(entry.articles)}
        for entry in rules.municipality_index(volume)
    ]
    people = _by_letter(volume)
    back = {
        "authors": "Указатель авторов" if people else "",
        "municipalities": "Указатель муниципальных образований" if places else "",
    }
    return {
        "sections": sections,
        "authors": people,
        "municipalities": places,
        "back": {name: words for name, words in back.items() if words},
    }


def _by_letter(volume: Volume) -> list[dict[str, Any]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for entry in rules.author_index(volume):
        name = rules.surname_first(entry.name)
        shown = {
            "name": printed(name),
            "note": printed(entry.note),
            "articles": list(entry.articles),
        }
        groups.setdefault(rules.letter_of(name), []).append(shown)
    return [{"letter": letter, "entries": entries} for letter, entries in groups.items()]


def pages_of(pdf: bytes, articles: int) -> tuple[tuple[tuple[int, int], ...], int]:
    """Return the articles' first and last pages, read from the finished file's bookmarks."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        marks = [(mark.level, _page(mark)) for mark in document.get_toc()]
        sheets = len(document)
    finally:
        document.close()
    ends = [page - 1 for _, page in marks[1:]] + [sheets]
    spans = [
        (page, max(page, end))
        for (level, page), end in zip(marks, ends, strict=True)
        if level == ARTICLE_LEVEL
    ]
    if len(spans) != articles:
        raise NotTypeset(f"{len(spans)} bookmarks for {articles} articles")
    return tuple(spans), sheets


def _page(mark: pypdfium2.PdfBookmark) -> int:
    target = mark.get_dest()
    return (target.get_index() or 0) + 1 if target else 1
