"""One source: authors stand in one order and texts in one sequence, whatever the output."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pikepdf
import pypdfium2
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from lxml import etree, html

from flows.compilation.book import volume as book
from flows.compilation.renditions import bodies, chapters, epub, manuscript, site
from flows.compilation.renditions.chapters import Look
from schemas.document import (
    BlockList,
    Cell,
    Document,
    Formula,
    Heading,
    Note,
    Paragraph,
    Quote,
    Span,
    Table,
)
from schemas.manifest import ArticleAuthor
from schemas.volume import Volume, VolumeArticle, VolumeSection

WORD = re.compile(r"слово\d+ж")  # what ends in a letter, a footnote's mark does not lengthen
LINK = "https://example.org/practice"
HYPHEN = re.compile(r"[-\u00ad\ufffe]\s*\n|[\u00ad\ufffe]")
MATH = "//*[local-name()='math' or local-name()='oMath']"


def test_authors_stand_in_the_order_of_the_volume_in_every_output(
    volume: Volume, screened: Path
) -> None:
    surnames = [a.name.split()[0] for article in volume.articles() for a in article.authors]
    texts = {
        name: (screened / "metadata" / name).read_text("utf-8")
        for name in (
            "crossref.xml", "dublin_core.xml", "journal3.xml", "collection.csl.json",
            "collection.bib", "collection.ris", "schema_org.jsonld",
        )
    }  # fmt: skip
    numbers = range(1, len(list(volume.articles())) + 1)
    for name, form in (("jats", "metadata/jats/{:03}.xml"), ("bib", "site/articles/{:03}.bib")):
        texts[name] = "".join((screened / form.format(n)).read_text("utf-8") for n in numbers)
    pages = [html.parse(screened / f"site/articles/{n:03}.html").getroot() for n in numbers]
    texts["meta"] = " ".join(
        value for page in pages for value in page.xpath("//meta[@name='citation_author']/@content")
    )
    texts["site"] = " ".join(one for page in pages for one in page.xpath("//header//strong/text()"))
    with zipfile.ZipFile(screened / "collection.epub") as book:
        texts["epub"] = "".join(
            book.read(f"OEBPS/article-{n:03}.xhtml").decode().split("</header>")[0] for n in numbers
        )
        package = etree.fromstring(book.read("OEBPS/content.opf"))
    with zipfile.ZipFile(screened / "collection.docx") as paper:
        root = etree.fromstring(paper.read("word/document.xml"))
    names = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}
    lines = root.xpath("//w:p[w:pPr/w:pStyle/@w:val='Author']", namespaces=names)
    texts["docx"] = " ".join("".join(one.itertext()) for one in lines)
    pattern = re.compile("|".join(sorted(set(surnames))))
    assert {name: pattern.findall(text) for name, text in texts.items()} == dict.fromkeys(
        texts, surnames
    )
    creators = package.xpath("//*[local-name()='creator']/text()")
    assert [one.split()[0] for one in creators] == list(dict.fromkeys(surnames))


def documents() -> st.SearchStrategy[Document]:
    text = st.just("слово")
    link = st.none() | st.just(LINK)
    marks = {name: st.booleans() for name in ("bold", "italic", "code")}
    spans = st.builds(Span, text=text, link=link, **marks)
    line = st.builds(Paragraph, inlines=st.tuples(spans))
    noted = st.builds(
        lambda span, note: Paragraph(inlines=(span, Note(blocks=(note,)))), spans, line
    )
    counted = spans.map(lambda span: Paragraph(inlines=(span, Formula(tex="x_{1} + 2"))))
    leaf = line | noted | counted
    cells = st.builds(
        Cell,
        blocks=st.tuples(line),
        columns=st.integers(1, 2),
        rows=st.integers(1, 2),
    )
    rows = st.lists(st.lists(cells, min_size=1, max_size=3).map(tuple), min_size=1, max_size=3)
    tables = st.builds(
        lambda head, body: Table(columns=4, header=tuple(head), rows=tuple(body)), rows, rows
    )
    lists = st.builds(
        BlockList,
        ordered=st.booleans(),
        start=st.integers(1, 9),
        items=st.lists(st.tuples(leaf), min_size=1, max_size=3).map(tuple),
    )
    headings = st.builds(Heading, level=st.integers(1, 6), inlines=st.tuples(spans))
    quotes = st.builds(Quote, blocks=st.tuples(line))
    blocks = st.lists(leaf | tables | lists | headings | quotes, min_size=1, max_size=6)
    return blocks.map(lambda found: Document(blocks=tuple(found)))


def numbered(document: Document) -> Document:
    """Every «слово» gets a number of its own, so that its place can be followed."""
    text, parts = document.model_dump_json(), []
    for number, part in enumerate(text.split("слово")):
        parts += [f"слово{number}ж" if number else "", part]
    return Document.model_validate_json("".join(parts))


def told(value: object, place: str = "body") -> Iterator[tuple[str, str]]:
    """Every word with where it stands, text or footnote, in reading order."""
    if isinstance(value, list | tuple):
        for one in value:
            yield from told(one, place)
    elif isinstance(value, dict) and value.get("kind") == "span":
        yield place, str(value["text"])
    elif isinstance(value, dict):
        inner = "note" if value.get("kind") == "note" else place
        yield from told(list(value.values()), inner)


@given(document=documents().map(numbered))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_goes_in_comes_out_in_the_same_order_in_epub_site_and_docx(
    document: Document,
) -> None:
    article = VolumeArticle(title="Т", authors=(ArticleAuthor(name="А"),), document=document)
    volume = Volume(title="С", year=2024, sections=(VolumeSection(title="Р", articles=(article,)),))
    pages = [(1, 2)]
    written = bodies.write(volume, [{}])
    web = chapters.parts(volume, written, Look(site.IMAGES), pages)
    book = chapters.parts(volume, written, Look(epub.IMAGES, is_book=True), pages)
    page = site.make(site.Source(volume, web))["articles/001.html"]
    assert isinstance(page, bytes)
    with zipfile.ZipFile(io.BytesIO(epub.make(volume, book))) as opened:
        chapter = etree.fromstring(opened.read("OEBPS/article-001.xhtml"))
    with zipfile.ZipFile(io.BytesIO(manuscript.make(volume, [{}], pages))) as opened:
        paper = etree.fromstring(opened.read("word/document.xml"))
        notes = etree.fromstring(opened.read("word/footnotes.xml"))
    root = html.fromstring(page.decode()).xpath("//article")[0]
    words = list(told(document.model_dump()))
    body = [text for place, text in words if place == "body"]
    noted = [text for place, text in words if place == "note"]
    together = body + noted
    assert WORD.findall(" ".join(root.itertext())) == together
    assert WORD.findall(" ".join(chapter.itertext())) == together
    assert WORD.findall(" ".join(paper.itertext())) == body
    assert WORD.findall(" ".join(notes.itertext())) == noted
    dumped = document.model_dump_json()
    formulas, links = dumped.count('"kind":"formula"'), dumped.count(LINK)
    for tree in (root, chapter, paper):
        assert len(tree.xpath(f".{MATH}")) == formulas
    for tree in (root, chapter):
        assert len(tree.xpath(f".//*[@href='{LINK}']")) == links
    used = len(root.xpath(".//h2 | .//h3 | .//h4 | .//h5"))
    assert used == sum(isinstance(block, Heading) for block in document.blocks)
    assert len(root.xpath(".//table")) == sum(isinstance(b, Table) for b in document.blocks)


@given(made=st.lists(documents().map(numbered), min_size=5, max_size=5))
@settings(
    max_examples=2,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
def test_what_goes_in_comes_out_in_the_same_order_on_paper(made: list[Document]) -> None:
    articles = tuple(
        VolumeArticle(title=f"Урок {n}", authors=(ArticleAuthor(name="А"),), document=one)
        for n, one in enumerate(made)
    )
    volume = Volume(title="С", year=2024, sections=(VolumeSection(title="Р", articles=articles),))
    printed = book.make(volume, [{} for _ in made])
    for document, pdf in zip(made, printed.articles, strict=True):
        words = list(told(document.model_dump()))
        noted = [text for place, text in words if place == "note"]
        found = WORD.findall(HYPHEN.sub("", text_of(pdf)))
        assert [word for word in found if word not in noted] == [
            text for place, text in words if place == "body"
        ]
        assert [word for word in found if word in noted] == noted
        assert bool(LINK.encode() in uncompressed(pdf)) == (LINK in document.model_dump_json())


def text_of(pdf: bytes) -> str:
    with closing(pypdfium2.PdfDocument(pdf)) as opened:
        return "\n".join(page.get_textpage().get_text_range() for page in opened)


def uncompressed(pdf: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return out.getvalue()


def test_files_name_their_articles_alike(screened: Path) -> None:
    items = json.loads((screened / "metadata/collection.csl.json").read_text("utf-8"))
    titles = [item["title"] for item in items]
    records = json.loads((screened / "metadata/schema_org.jsonld").read_text("utf-8"))
    assert [one["name"] for one in records["hasPart"]] == titles
