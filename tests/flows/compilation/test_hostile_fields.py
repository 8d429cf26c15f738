"""Every field of a volume filled with markup of Typst, HTML, XML and TeX is printed as text."""

import json
import zipfile
from contextlib import closing
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from lxml import etree, html
from marked_up import bare, field, missing
from PIL import Image

from flows.compilation.compiling import assemble
from schemas.document import (
    BlockList,
    Cell,
    Document,
    Figure,
    Heading,
    Note,
    Paragraph,
    Picture,
    Preformatted,
    Quote,
    Span,
    Table,
)
from schemas.manifest import ArticleAuthor, Imprint
from schemas.volume import Volume, VolumeArticle, VolumeSection

PRINTED = (
    "title", "section", "author", "position", "organisation", "municipality", "abstract",
    "keyword", "heading", "text", "link", "item", "cell", "caption", "note", "quote", "program",
)  # fmt: skip
FRONT = ("volume", "subtitle", "publisher", "editor")
DATA = ("title", "author")


def line(name: str, *more: object, **span: object) -> Paragraph:
    return Paragraph(inlines=(Span(text=field(name), **span), *more))


def article() -> Document:
    table = Table(columns=1, rows=((Cell(blocks=(line("cell"),)),),))
    picture = Picture(name="a.png", description=field("alt"))
    return Document(
        blocks=(
            Heading(level=1, inlines=(Span(text=field("heading")),)),
            line("text", Note(blocks=(line("note"),))),
            line("link", link="https://example.org/?a=%3Cb%3E&c=%22"),
            BlockList(items=((line("item"),),)),
            table,
            Figure(picture=picture, caption=(Span(text=field("caption")),)),
            Quote(blocks=(line("quote"),)),
            Preformatted(text=field("program")),
        )
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    desk = tmp_path_factory.mktemp("hostile")
    Image.new("RGB", (600, 300), "navy").save(desk / "a.png")
    author = ArticleAuthor(
        name=field("author"),
        position=field("position"),
        organisation=field("organisation"),
        municipality=field("municipality"),
    )
    one = VolumeArticle(
        title=field("title"),
        authors=(author,),
        abstract=field("abstract"),
        keywords=(field("keyword"),),
        file=f"<b>{'&'}.docx",
        document=article(),
        images={"a.png": desk / "a.png"},
    )
    volume = Volume(
        title=field("volume"),
        subtitle=field("subtitle"),
        year=2024,
        place=field("place"),
        cluster=field("cluster"),
        imprint=Imprint(publisher=field("publisher"), editors=(field("editor"),)),
        sections=(VolumeSection(title=field("section"), articles=(one,)),),
    )
    assemble(volume, desk / "out")
    return desk / "out"


def unpacked(path: Path, suffix: str) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as opened:
        return {name: opened.read(name) for name in opened.namelist() if name.endswith(suffix)}


def test_paper_prints_every_field_as_it_was_written(made: Path) -> None:
    with closing(pypdfium2.PdfDocument(made / "collection.pdf")) as pdf:
        text = "\n".join(page.get_textpage().get_text_range() for page in pdf)
    assert missing(text, (*PRINTED, *FRONT)) == []
    with pikepdf.open(made / "collection.pdf") as pdf:
        assert bare(field("volume")) in bare(str(pdf.docinfo["/Title"]))
        assert bare(field("volume")) in bare(str(pdf.open_metadata()["dc:title"]))
        with pdf.open_outline() as outline:
            marks = [one.title for entry in outline.root for one in (entry, *entry.children)]
    assert missing("\n".join(marks), ("section", "title")) == []
    with closing(pypdfium2.PdfDocument(made / "articles" / "001.pdf")) as pdf:
        alone = "\n".join(page.get_textpage().get_text_range() for page in pdf)
    assert missing(alone, PRINTED[:1]) == []


def test_screens_show_every_field_as_it_was_written(made: Path) -> None:
    chapters = unpacked(made / "collection.epub", "article-001.xhtml").values()
    [chapter] = [etree.fromstring(content) for content in chapters]
    shown = tuple(name for name in PRINTED if name != "section")
    assert missing("".join(chapter.itertext()), shown) == []
    page = html.parse(made / "site" / "articles" / "001.html").getroot()
    assert missing("".join(page.itertext()), shown) == []
    assert [one.tag for one in (*page.iter("b"), *chapter.iter("{*}b"))] == []
    alternatives = [*page.xpath("//img/@alt"), *chapter.xpath("//@alt")]
    assert any(bare(field("alt")) in bare(str(one)) for one in alternatives)
    front = html.parse(made / "site" / "index.html").getroot()
    assert missing("".join(front.itertext()), ("volume", "section", "title")) == []
    for content in unpacked(made / "collection.epub", ".opf").values():
        assert missing("".join(etree.fromstring(content).itertext()), ("volume", "author")) == []


def test_word_file_holds_every_field_as_it_was_written(made: Path) -> None:
    parts = unpacked(made / "collection.docx", ".xml")
    text = "".join("".join(etree.fromstring(content).itertext()) for content in parts.values())
    assert missing(text, PRINTED) == []


def test_records_hold_every_field_as_it_was_written(made: Path) -> None:
    for path in sorted((made / "metadata").rglob("*.xml")):
        text = "".join(etree.parse(path).getroot().itertext())
        assert missing(text, DATA[:1]) == [], path.name
    [item] = json.loads((made / "metadata" / "collection.csl.json").read_text("utf-8"))
    assert bare(item["title"]) == bare(field("title"))
    ris = (made / "metadata" / "collection.ris").read_text("utf-8")
    assert missing(ris, DATA[:1]) == []
    schema = json.loads((made / "metadata" / "schema_org.jsonld").read_text("utf-8"))
    assert missing(json.dumps(schema, ensure_ascii=False).replace("\\\\", "\\"), DATA[:1]) == []
