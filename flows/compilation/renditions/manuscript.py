"""The whole volume as one DOCX for editors: the same words in the same order, in real styles."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

from flows.compilation import rules
from flows.compilation.book.article_data import Pictures
from flows.compilation.renditions import chapters, docx_package, edition_facts, indexes
from flows.compilation.renditions.docx_package import Package, Relations, Written
from flows.compilation.renditions.docx_runs import (
    bookmarked,
    field,
    line,
    paragraph,
    run,
    to_bookmark,
)
from flows.compilation.renditions.edition_facts import Facts
from flows.compilation.renditions.keeping import Keeper
from flows.compilation.renditions.phrasing import polished
from flows.compilation.renditions.zips import Entry, archive
from schemas.volume import Volume, VolumeArticle

STATIC = chapters.TEMPLATES / "docx"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    f'xmlns:r="{_OFFICE}/relationships" xmlns:m="{_OFFICE}/math" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_BOLD = "<w:b/><w:bCs/>"
_PARTS = (
    ("styles", "styles.xml"),
    ("settings", "settings.xml"),
    ("numbering", "numbering.xml"),
    ("footnotes", "footnotes.xml"),
    ("header", "header1.xml"),
    ("footer", "footer1.xml"),
)
_SECTION = (
    '<w:sectPr><w:headerReference w:type="default" r:id="rIdheader"/>'
    '<w:footerReference w:type="default" r:id="rIdfooter"/><w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1134" w:right="851" w:bottom="1134" w:left="1701" w:header="567" '
    'w:footer="567" w:gutter="0"/><w:titlePg/></w:sectPr>'
)
_SEPARATORS = (
    '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/>'
    "</w:r></w:p></w:footnote>"
)
_SHOWN = ("authors", "places")
_SECTION_MARKS, _ARTICLE_MARKS = 100_000, 200_000
"""Where the numbers of bookmarks begin; those of headings begin at 1."""
_WHOSE_PAGES = (
    "Номера страниц — по книге в PDF. Чтобы увидеть страницы этого файла, выделите всё (Ctrl+A) "
    "и обновите поля (F9)."
)


def make(
    volume: Volume,
    prepared: Pictures,
    pages: Sequence[chapters.Span],
    *,
    names: Sequence[str] = (),
    keeper: Keeper | None = None,
) -> bytes:
    """Return the file; ``pages`` are those of the book: shown until fields are renewed.

    ``keeper`` keeps the articles by ``names``, their identities.
    """
    keeper = keeper or Keeper()
    articles = list(volume.articles())
    written = docx_package.write(articles, prepared, names or [""] * len(articles), keeper)
    package = Package()
    facts = edition_facts.facts(volume)
    pieces = [
        f"{_XML}<w:document {_SPACES}><w:body>{''.join([*_front(facts), *_contents(volume, pages)])}",
        *_articles(volume, written, prepared, package),
        f"{''.join(_indexes(volume, pages))}{_SECTION}</w:body></w:document>",
    ]
    parts = {name: [text] for name, text in _rest(facts, package).items()}
    entries = _entries({"word/document.xml": pieces, **parts}, package.files)
    return archive(list(entries), keeper, "docx")


def _front(facts: Facts) -> Iterator[str]:
    if facts.cluster:
        yield line("Imprint", facts.cluster)
    yield line("Title", facts.title)
    for text in (facts.subtitle, facts.note):
        if text:
            yield line("Subtitle", text)
    for name, value in facts.codes:
        yield line("Imprint", f"{name} {value}")
    if facts.editors:
        yield line("Imprint", f"Редакционная коллегия: {', '.join(facts.editors)}")
    yield line("Imprint", facts.issued)
    if facts.copyright:
        yield line("Imprint", facts.copyright)
    if facts.changes:
        yield line("FrontHeading", "Об этом издании")
        yield from (line("BodyText", text) for text in facts.changes)


def _contents(volume: Volume, pages: Sequence[chapters.Span]) -> Iterator[str]:
    """A field that Word renews; its entries lead to the headings already."""
    yield line("FrontHeading", "Содержание")
    yield line("Imprint", _WHOSE_PAGES)
    entries, number = [], 0
    for rank, section in enumerate(volume.sections, start=1):
        if section.articles:
            name = f"_Toc2{rank:05}"
            first = str(pages[number][0])
            entries.append(("TOC1", name, polished(section.title), first))
        for article in section.articles:
            number += 1
            byline = polished(rules.byline(article.authors))
            title = f"{byline} {polished(article.title)}".strip()
            entries.append(("TOC2", _heading_mark(number), title, str(pages[number - 1][0])))
    begin = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve">'
        ' TOC \\o "1-2" \\h \\z \\u </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    for place, (style, name, text, page) in enumerate(entries):
        at = field(f"PAGEREF {name} \\h", page)
        link = to_bookmark(name, f"{run(text)}<w:r><w:tab/></w:r>{at}")
        yield paragraph(style, link if place else begin + link)
    if entries:
        yield '<w:p><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'


def _heading_mark(number: int) -> str:
    return f"_Toc1{number:05}"


def _article_mark(number: int) -> str:
    """A mark of our own: word processors throw marks of headings away when they renew contents."""
    return f"article_{number:05}"


def _articles(
    volume: Volume, written: Sequence[Written], prepared: Pictures, package: Package
) -> Iterator[str]:
    """Every article as one piece, led by the title of its section if it is the first there."""
    number = 0
    for rank, section in enumerate(volume.sections, start=1):
        title = bookmarked(f"_Toc2{rank:05}", _SECTION_MARKS + rank, run(polished(section.title)))
        for place, article in enumerate(section.articles):
            number += 1
            above = "" if place else paragraph("Heading1", title)
            head = "".join(_head(article, number, on_new_page=place > 0))
            yield above + head + package.text(written[number - 1], prepared[number - 1], number)


def _head(article: VolumeArticle, number: int, *, on_new_page: bool) -> Iterator[str]:
    inner = bookmarked(_heading_mark(number), number, run(polished(article.title)))
    title = bookmarked(_article_mark(number), _ARTICLE_MARKS + number, inner)
    yield paragraph("Heading2", title, "<w:pageBreakBefore/>" if on_new_page else "")
    for author in article.authors:
        about = polished(rules.about(author))
        name = run(polished(author.name), _BOLD)
        yield paragraph("Author", name + (run(f", {about}") if about else ""))
    if article.abstract:
        yield paragraph("Abstract", run("Аннотация. ", _BOLD) + run(polished(article.abstract)))
    if article.keywords:
        words = ", ".join(polished(word) for word in article.keywords)
        yield paragraph("Abstract", run("Ключевые слова: ", _BOLD) + run(words))


def _indexes(volume: Volume, pages: Sequence[chapters.Span]) -> Iterator[str]:
    for index in indexes.of(volume):
        if index.name not in _SHOWN:
            continue
        yield line("FrontHeading", index.heading)
        for entry in index.entries:
            name = f"{entry.name} ({entry.note})" if entry.note else entry.name
            numbers = run(", ").join(
                _page_of(_article_mark(n + 1), str(pages[n][0])) for n in entry.articles
            )
            yield paragraph("Index1", f"{run(name)}<w:r><w:tab/></w:r>{numbers}")


def _page_of(bookmark: str, page: str) -> str:
    return to_bookmark(bookmark, field(f"PAGEREF {bookmark} \\h", page))


def _rest(facts: Facts, package: Package) -> dict[str, str]:
    """Every other part, by its name in the package."""
    static = {
        "[Content_Types].xml": "content_types.xml",
        "_rels/.rels": "rels.xml",
        "docProps/app.xml": "app.xml",
        "word/styles.xml": "styles.xml",
        "word/settings.xml": "settings.xml",
    }
    templates = chapters.environment()
    notes = "".join(
        f'<w:footnote w:id="{number}">{note}</w:footnote>'
        for number, note in enumerate(package.footnotes, start=1)
    )
    numbering = templates.get_template("docx/numbering.xml.j2").render(lists=package.lists)
    return {
        **{name: (STATIC / file).read_text("utf-8") for name, file in static.items()},
        "docProps/core.xml": templates.get_template("docx/core.xml.j2").render(facts=facts),
        "word/numbering.xml": numbering,
        "word/footnotes.xml": f"{_XML}<w:footnotes {_SPACES}>{_SEPARATORS}{notes}</w:footnotes>",
        "word/header1.xml": f"{_XML}<w:hdr {_SPACES}>{line('Header', facts.title)}</w:hdr>",
        "word/footer1.xml": f"{_XML}<w:ftr {_SPACES}>{_page_number()}</w:ftr>",
        "word/_rels/document.xml.rels": _relations(package.body, _PARTS),
        "word/_rels/footnotes.xml.rels": _relations(package.notes),
    }


def _page_number() -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr><w:fldSimple w:instr=" PAGE ">{run("2")}</w:fldSimple></w:p>'


def _relations(relations: Relations, parts: Sequence[tuple[str, str]] = ()) -> str:
    kind = f"{_OFFICE}/relationships"
    own = [
        f'<Relationship Id="rId{name}" Type="{kind}/{name}" Target="{file}"/>'
        for name, file in parts
    ]
    images = [
        f'<Relationship Id="{rel}" Type="{kind}/image" Target="media/{file}"/>'
        for file, rel in relations.images.items()
    ]
    links = [
        f'<Relationship Id="{rel}" Type="{kind}/hyperlink" Target={quoteattr(address)} '
        'TargetMode="External"/>'
        for address, rel in relations.links.items()
    ]
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return (
        f'{_XML}<Relationships xmlns="{space}">{"".join([*own, *images, *links])}</Relationships>'
    )


def _entries(parts: Mapping[str, Sequence[str]], media: Mapping[str, Path]) -> Iterator[Entry]:
    """The types come first, as Office writes them."""
    first = "[Content_Types].xml"
    for name in (first, *(name for name in parts if name != first)):
        yield Entry(name, [piece.encode() for piece in parts[name]])
    for file, path in media.items():
        yield Entry(f"word/media/{file}", [path.read_bytes()], is_stored=True)
