"""The bound volume: judged by veraPDF, read in its order, pointing where it says."""

import io
from pathlib import Path

import pikepdf
import pytest
from validators import pdf_faults

from flows.compilation.book import binding, piece
from flows.compilation.book.binding import Article
from flows.compilation.book.heads import Heads
from flows.compilation.book.piece import kids_of
from flows.compilation.book.volume import TEMPLATES
from flows.compilation.book.xmp import Claim, Facts, packet
from flows.documents.printing.typesetting import PLAIN_ARCHIVAL, Job, bench
from schemas.volume import Volume

SHEET = {"width": 481.9, "height": 680.3, "number": 7, "head": "", "citation": "Кто? Что."}


@pytest.fixture(scope="module")
def drawn() -> tuple[bytes, bytes]:
    """An article as Typst sets it, and its head."""
    body = [{"k": "par", "c": [{"k": "t", "s": "Текст."}]}]
    item = {"title": "Имя", "authors": [], "abstract": "", "keywords": "", "body": body}
    with bench(templates=TEMPLATES) as table:
        table.lay({"article": item})
        article = table.pdf(Job("alone.typ", "a.pdf"))
        table.lay({"sheets": [SHEET]})
        return article, table.pdf(Job("heads.typ", "h.pdf", standards=PLAIN_ARCHIVAL, tags=False))


def elements(root: pikepdf.Object, kind: str) -> list[pikepdf.Object]:
    found, waiting = [], [root]
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, pikepdf.Dictionary) and "/S" in one:
            found += [one] if kind == one.S else []
            waiting = kids_of(one) + waiting
    return found


def test_volume_and_articles_are_archival_and_accessible(collection: Path) -> None:
    articles = sorted((collection / "articles").glob("*.pdf"))
    assert len(articles) == 4
    assert pdf_faults(collection / "collection.pdf", articles[0]) == []


def test_every_article_is_one_branch_below_its_section(volume: Volume, collection: Path) -> None:
    with pikepdf.open(collection / "collection.pdf") as pdf:
        document = pdf.Root.StructTreeRoot.K[0]
        parts = elements(document, "/Part")
        articles = [elements(part, "/Art") for part in parts]
        heads = [str(elements(art, "/H2")[0].T) for part in articles for art in part]
    assert [len(part) for part in articles] == [2, 2]
    titles = [article.title for article in volume.articles()]
    assert [" ".join(head.split()) for head in heads] == titles


def test_links_of_the_contents_lead_to_the_pages_they_name(
    volume: Volume, collection: Path
) -> None:
    with pikepdf.open(collection / "collection.pdf") as pdf:
        places = {page.obj.objgen: number for number, page in enumerate(pdf.pages, start=1)}
        links = [link for page in pdf.pages[2:4] for link in page.obj.get("/Annots", [])]
        told = {
            str(link.Contents): places[link.Dest[0].objgen] for link in links if "/Dest" in link
        }
        addresses = [str(link.A.URI) for link in links if "/A" in link]
    assert {f"{article.title}, с. {told[words]}" for article in volume.articles() for words in told
            if words.startswith(article.title)} <= set(told)  # fmt: skip
    assert all(words.endswith(f", с. {page}") for words, page in told.items())
    assert not [address for address in addresses if address.startswith("article:")]


def test_an_article_alone_keeps_its_numbers_and_says_where_it_is_from(
    volume: Volume, collection: Path
) -> None:
    import pypdfium2

    path = collection / "articles/002.pdf"
    with pikepdf.open(path) as pdf:
        first = int(pdf.Root.PageLabels.Nums[1].St)
        with pdf.open_metadata() as meta:
            source, title = meta["dc:source"], meta["dc:title"]
    document = pypdfium2.PdfDocument(path)
    text = document[0].get_textpage().get_text_range()
    document.close()
    assert f"// {volume.title}" in source
    assert "Методический центр, 2024" in " ".join(text.split())
    assert text.split()[-1] == str(first)
    assert title == list(volume.articles())[1].title


def test_twins_of_one_text_keep_their_identifiers_apart(drawn: tuple[bytes, bytes]) -> None:
    article, heads = drawn
    pieces = [piece.prepared(article, salt=salt) for salt in "ab"]
    assert pieces[0] == piece.prepared(article, salt="a")
    bound = [
        binding.bind_article(Article("Имя", one), Heads(heads), {0: 0}, Facts("Имя"), start=7)
        for one in (pieces[0], pieces[0])
    ]
    assert bound[0] == bound[1]


@pytest.mark.parametrize("claim", list(Claim))
def test_a_file_claims_only_what_it_is_told_to(drawn: tuple[bytes, bytes], claim: Claim) -> None:
    made = piece.prepared(drawn[0], salt="a")
    facts = Facts("<Имя> & «Ко»", ("А & Б",), claim=claim)
    pdf = binding.bind_article(Article("И", made), Heads(drawn[1]), {0: 0}, facts, start=1)
    with pikepdf.open(io.BytesIO(pdf)) as opened, opened.open_metadata() as meta:
        assert meta["dc:title"] == "<Имя> & «Ко»"
        assert meta.pdfa_status == {Claim.NONE: "", Claim.ARCHIVAL: "2B"}.get(claim, "2A")
        assert ("pdfuaid:part" in meta) is (claim is Claim.ACCESSIBLE)


def test_what_is_said_of_a_file_is_data_not_markup() -> None:
    said = packet(Facts("]]>&<rdf:li>", ("</dc:creator>",)), producer="x").decode()
    assert "<rdf:li>&lt;/dc:creator&gt;</rdf:li>" in said
    assert "]]&gt;&amp;&lt;rdf:li&gt;" in said
