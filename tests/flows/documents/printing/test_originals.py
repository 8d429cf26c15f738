"""Authors' PDFs printed as they are: what is drawn gets over, nothing else does."""

import io
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, String

from flows.documents.parsing.refusal import Refused
from flows.documents.printing.article import article_pdf
from flows.documents.printing.original_faults import NOT_DECLARED
from flows.documents.printing.originals import Sheet, printable
from schemas.document import Document, Paragraph, Span

SHEET = Sheet(482.0, 680.0, (27.0, 65.0, 455.0, 618.0))
TEXT = "Слова автора, как они стоят в его файле."
HOSTILE = (
    "JavaScript", "OpenAction", "EmbeddedFile", "Launch", "GoToR", "SubmitForm", "AcroForm",
    "RichMedia", "FileAttachment", "app.alert", "hidden note",
)  # fmt: skip


@pytest.fixture(scope="module")
def archival() -> bytes:
    document = Document(blocks=tuple(Paragraph(inlines=(Span(text=TEXT),)) for _ in range(60)))
    return article_pdf(document, {}, title="Работа автора")


@pytest.fixture
def hostile(archival: bytes, tmp_path: Path) -> Path:
    """The same with scripts, a form, attachments, comments, and a link to a page on the web."""
    with pikepdf.open(io.BytesIO(archival)) as pdf:
        script = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
        pdf.Root.OpenAction = script
        pdf.Root.AA = Dictionary(WC=script)
        pdf.attachments["virus.exe"] = b"MZ"
        page = pdf.pages[0]
        page.obj.AA = Dictionary(O=script)
        field = pdf.make_indirect(
            Dictionary(
                Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("f"),
                V=String("FIELD"),
                AP=Dictionary(N=_drawn_field(pdf)), Rect=Array([100, 500, 300, 520]), F=4,
                DA=String("/Helv 12 Tf 0 g"), AA=Dictionary(K=script),
            )
        )  # fmt: skip
        annotations = [
            field,
            _annotation("Launch", Dictionary(S=Name.Launch, F=String("cmd.exe"))),
            _annotation("web", Dictionary(S=Name.URI, URI=String("https://example.org/a"))),
            _annotation("js", Dictionary(S=Name.URI, URI=String("javascript:app.alert(1)"))),
            Dictionary(
                Type=Name.Annot, Subtype=Name.Text, Contents=String("hidden note"),
                Rect=Array([0, 0, 20, 20]),
            ),
        ]  # fmt: skip
        page.obj.Annots = pdf.make_indirect(Array(annotations))
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        pdf.Root.AcroForm = Dictionary(
            Fields=Array([field]), DR=Dictionary(Font=Dictionary(Helv=font))
        )
        pdf.save(tmp_path / "hostile.pdf")
    return tmp_path / "hostile.pdf"


def _drawn_field(pdf: pikepdf.Pdf) -> pikepdf.Object:
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    return pdf.make_stream(
        b"BT /F 12 Tf 2 4 Td (FIELD) Tj ET",
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=Array([0, 0, 200, 20]),
        Resources=Dictionary(Font=Dictionary(F=font)),
    )


def _annotation(words: str, action: pikepdf.Object) -> pikepdf.Object:
    return Dictionary(
        Type=Name.Annot, Subtype=Name.Link, Rect=Array([60, 600, 90, 610]), A=action,
        Contents=String(words),
    )  # fmt: skip


def written(content: bytes, tmp_path: Path) -> Path:
    path = tmp_path / "original.pdf"
    path.write_bytes(content)
    return path


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    text = " ".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return " ".join(text.split())


def plain(pdf: bytes) -> str:
    """Every object of the file, written out."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        out = io.BytesIO()
        opened.save(
            out,
            qdf=True,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            stream_decode_level=pikepdf.StreamDecodeLevel.all,
        )
    return out.getvalue().decode("latin-1")


def test_pages_come_over_with_their_words_on_sheets_of_ours(
    archival: bytes, tmp_path: Path
) -> None:
    made = printable(written(archival, tmp_path), title="Урок", sheet=SHEET)
    document = pypdfium2.PdfDocument(made.pdf)
    assert [page.get_size() for page in document] == [(482.0, 680.0)] * len(document)
    document.close()
    assert text_of(made.pdf).count(TEXT) == 60
    assert (made.faults, made.unread) == ((), ())


def test_only_what_is_drawn_gets_over(hostile: Path) -> None:
    made = printable(hostile, title="Урок", sheet=SHEET)
    inside = plain(made.pdf)
    assert [word for word in HOSTILE if word in inside] == []
    assert "FIELD" in text_of(made.pdf)
    with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
        links = [link for page in pdf.pages for link in page.obj.get("/Annots", Array())]
        assert [str(link.A.URI) for link in links] == ["https://example.org/a"]


def test_every_page_is_a_figure_below_a_heading(archival: bytes, tmp_path: Path) -> None:
    made = printable(written(archival, tmp_path), title="Урок «Чтение»", sheet=SHEET)
    with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
        kids = list(pdf.Root.StructTreeRoot.K[0].K)
        assert [str(kid.S) for kid in kids] == ["/H1"] + ["/Figure"] * len(pdf.pages)
        assert str(kids[0].ActualText) == "Урок «Чтение»"
        assert "Страница 1 статьи" in str(kids[1].Alt)


def test_a_page_turned_round_is_printed_as_it_is_shown(archival: bytes, tmp_path: Path) -> None:
    with pikepdf.open(io.BytesIO(archival)) as pdf:
        for page in pdf.pages:
            page.rotate(90, relative=False)
        pdf.save(tmp_path / "turned.pdf")
    made = printable(tmp_path / "turned.pdf", title="Урок", sheet=SHEET)
    document = pypdfium2.PdfDocument(made.pdf)
    picture = document[0].render(scale=0.3, grayscale=True).to_pil()
    document.close()
    left, top, right, bottom = picture.point(lambda tone: 255 if tone < 200 else 0).getbbox()
    assert right - left > bottom - top
    assert left >= SHEET.room[0] * 0.3 - 2
    assert right <= SHEET.room[2] * 0.3 + 2


def test_an_undeclared_file_is_not_called_archival(archival: bytes, tmp_path: Path) -> None:
    with pikepdf.open(io.BytesIO(archival)) as pdf:
        del pdf.Root.Metadata
        font = pdf.pages[0].resources.Font
        own = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        font[Name.Bare] = pdf.make_indirect(own)
        content = pdf.pages[0].Contents.read_bytes()
        pdf.pages[0].Contents = pdf.make_stream(content + b" 0 0 0 1 k BT /Bare 9 Tf (x) Tj ET")
        pdf.save(tmp_path / "bare.pdf")
    made = printable(tmp_path / "bare.pdf", title="Урок", sheet=SHEET)
    assert set(made.faults) == {NOT_DECLARED, "не внедрён шрифт Helvetica", "цвета CMYK"}
    assert made.unread == ("Helvetica",)


def test_hidden_layers_are_refused_since_print_would_show_them(
    archival: bytes, tmp_path: Path
) -> None:
    with pikepdf.open(io.BytesIO(archival)) as pdf:
        layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("Ответы")))
        off = Dictionary(OFF=Array([layer]))
        pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=off)
        pdf.save(tmp_path / "layers.pdf")
    with pytest.raises(Refused):
        printable(tmp_path / "layers.pdf", title="Урок", sheet=SHEET)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 nothing", b"<html>"])
def test_what_is_no_pdf_is_refused(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(Refused):
        printable(written(content, tmp_path), title="Урок", sheet=SHEET)


def test_a_filled_field_that_nobody_drew_is_refused(hostile: Path, tmp_path: Path) -> None:
    with pikepdf.open(hostile) as pdf:
        del pdf.pages[0].Annots[0].AP
        pdf.save(tmp_path / "undrawn.pdf")
    with pytest.raises(Refused):
        printable(tmp_path / "undrawn.pdf", title="Урок", sheet=SHEET)


def test_the_same_file_gives_the_same_bytes(hostile: Path) -> None:
    made = [printable(hostile, title="Урок", sheet=SHEET).pdf for _ in range(2)]
    assert made[0] == made[1]
