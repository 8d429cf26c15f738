"""Whatever people write in any field prints as text in every output, and every output stays sound."""

import io
import json
import zipfile
from collections.abc import Iterator

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree, html

from flows.compilation.descriptions import metadata
from flows.compilation.renditions import bodies, chapters, epub, manuscript, site
from flows.compilation.renditions.chapters import Look
from flows.compilation.renditions.characters import clean, one_line, web_address
from schemas.document import (
    BlockList,
    Cell,
    Document,
    Formula,
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

NASTY = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</script><script>alert(1)</script>",
    "]]><!--<x>&amp;&#60;&nbsp;",
    "{{ 7 * 7 }}{% raw %}",
    "\x00\x01\x08\x0b\x0c\x1f\x7f\x9f",
    "\ufffe\uffff\U0001fffe\U0010ffff\ufdd0",
    "\u202eabc\u2066d\u2069\u202c",
    "\ud800 и \udfff",
    "e\u0301 й и\u0306",
    "javascript:alert(1)",
    "\u2028\u2029",
    "' OR 1=1 --",
    "\\input{/etc/passwd} $x$ #read %",
    "w:p</w:t></w:r></w:p>",
    "TY  - CHAP\r\nER  - ",
)
WORDS = st.lists(st.sampled_from(NASTY) | st.text(max_size=12), min_size=1, max_size=4).map(
    " ".join
)


def volume_of(words: str) -> Volume:
    """A volume with ``words`` in every field; checks of the shapes are passed by."""
    line = Paragraph.model_construct(inlines=(Span.model_construct(text=words, link=words),))
    blocks = (
        Heading.model_construct(level=1, inlines=line.inlines),
        line,
        BlockList.model_construct(items=((line,),)),
        Table.model_construct(
            caption=line.inlines,
            columns=1,
            header=(),
            rows=((Cell.model_construct(blocks=(line,)),),),
        ),
        Quote.model_construct(blocks=(line,)),
        Preformatted.model_construct(text=words),
        Paragraph.model_construct(
            inlines=(
                Formula.model_construct(tex=words),
                Note.model_construct(blocks=(line,)),
                Picture.model_construct(name=words, description=words),
            )
        ),
    )
    author = ArticleAuthor.model_construct(
        name=words, position=words, organisation=words, municipality=words
    )
    article = VolumeArticle.model_construct(
        title=words,
        authors=(author,),
        abstract=words,
        keywords=(words,),
        file=words,
        document=Document.model_construct(blocks=blocks),
    )
    imprint = Imprint.model_construct(
        publisher=words, editors=(words,), udk=words, bbk=words, isbn=words, copyright=words,
        doi_prefix=words, url=words,
    )  # fmt: skip
    return Volume.model_construct(
        title=words,
        subtitle=words,
        year=2024,
        place=words,
        cluster=words,
        imprint=imprint,
        edition=2,
        changes=(words,),
        sections=(VolumeSection.model_construct(title=words, articles=(article,)),),
    )


def outputs(volume: Volume) -> Iterator[tuple[str, bytes]]:
    pages = [(5, 8)]
    for look in (Look(site.IMAGES), Look(epub.IMAGES, is_book=True)):
        parts = chapters.parts(volume, bodies.write(volume, [{}]), look, pages)
        if not look.is_book:
            for name, content in site.make(site.Source(volume, parts)).items():
                assert isinstance(content, bytes)
                yield name, content
            continue
        yield from unpacked(epub.make(volume, parts))
    yield from unpacked(manuscript.make(volume, [{}], pages))
    yield from metadata.make(volume, pages).items()


def unpacked(package: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(package)) as opened:
        yield from ((name, opened.read(name)) for name in opened.namelist())


@given(words=WORDS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_output_is_sound_and_holds_no_element_that_people_wrote(words: str) -> None:
    volume = volume_of(words)
    for name, content in outputs(volume):
        suffix = name.rpartition(".")[2]
        if suffix in {"xml", "xhtml", "opf", "ncx", "rels"}:
            root = etree.fromstring(content)
            assert not root.xpath("//*[local-name()='script' or local-name()='x']"), name
        elif suffix == "html":
            scripts = html.fromstring(content.decode()).xpath("//script[not(@src)] | //@onerror")
            assert [one.get("type") for one in scripts] in ([], ["application/ld+json"])
        elif suffix in {"json", "jsonld"}:
            json.loads(content)
        elif suffix == "ris":
            assert content.count(b"TY  - CHAP\r\n") == 1


@given(words=WORDS)
@settings(max_examples=30, deadline=None)
def test_a_title_is_read_back_as_it_was_written(words: str) -> None:
    title = f"Урок {words} дома"
    volume = volume_of("Слово")
    article = next(volume.articles()).model_copy(update={"title": title})
    section = volume.sections[0].model_copy(update={"articles": (article,)})
    records = metadata.make(volume.model_copy(update={"sections": (section,)}), [(1, 2)])
    found = etree.fromstring(records["dublin_core.xml"]).findtext(
        ".//{http://purl.org/dc/elements/1.1/}title"
    )
    assert " ".join(str(found).split()) == one_line(title)
    assert json.loads(records["collection.csl.json"])[0]["title"] == one_line(title)


def test_characters_that_no_format_holds_are_left_out() -> None:
    assert clean("а\x00\ud800б\u202eв\ufffe\U0001ffff") == "абв"
    assert clean("и\u0306") == "й"


def test_only_sound_addresses_become_links() -> None:
    assert web_address("https://пример.рф/а?б=в г") == (
        "https://xn--e1afmkfd.xn--p1ai/%D0%B0?%D0%B1=%D0%B2%20%D0%B3"
    )
    assert web_address("mailto:school@example.org") == "mailto:school@example.org"
    for wrong in ("javascript:alert(1)", "http://", "https://a b/", "http://x:y/", "//host", ""):
        assert web_address(wrong) == ""
