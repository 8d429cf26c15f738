"""Files made to harm: each ends with a code or is read harmlessly, and nothing leaves the walls."""

import io
import socket
import struct
import zipfile
import zlib

import pikepdf
import pytest
from docx import Document as WordDocument
from pikepdf import Array, Dictionary, Name, Stream
from PIL import Image
from pptx import Presentation

from flows.documents.reading import DEFAULT_LIMITS, extract, read
from schemas.extraction import Kind, Limits, RejectCode, WarningCode

ENDED = (None, RejectCode.EMPTY, RejectCode.TIMEOUT, RejectCode.MEMORY, RejectCode.DAMAGED)
ODT_PICTURE = (
    '<draw:frame xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0">'
    '<draw:image xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="%s"/></draw:frame>'
)
SHORT = Limits(seconds=2)


@pytest.fixture
def page(tmp_path):
    """Save a PDF of one page with the given content stream and resources."""

    def save(content: bytes, resources: Dictionary | None = None, name: str = "page.pdf"):
        pdf = pikepdf.new()
        pdf.add_blank_page()
        pdf.pages[0].Contents = Stream(pdf, content)
        pdf.pages[0].Resources = resources or Dictionary()
        pdf.save(tmp_path / name)
        return tmp_path / name

    return save


@pytest.fixture
def listener():
    """An address on this machine that counts who called."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        yield server


def called(server) -> bool:
    try:
        server.accept()[0].close()
    except BlockingIOError:
        return False
    return True


def png(width: int, height: int) -> bytes:
    """A picture that declares a size it does not have."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        whole = kind + content
        return struct.pack(">I", len(content)) + whole + struct.pack(">I", zlib.crc32(whole))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_million_operators_end_in_time(page):
    assert extract(page(b"0 0 m 1 1 l S\n" * 1_000_000), limits=SHORT).reason in ENDED


def test_form_that_draws_itself_ends(tmp_path):
    pdf = pikepdf.new()
    pdf.add_blank_page()
    form = pdf.make_indirect(Stream(pdf, b"/F Do"))
    form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 10, 10])
    form.Resources = Dictionary(XObject=Dictionary(F=form))
    pdf.pages[0].Resources = Dictionary(XObject=Dictionary(F=form))
    pdf.pages[0].Contents = Stream(pdf, b"/F Do")
    pdf.save(tmp_path / "loop.pdf")
    assert extract(tmp_path / "loop.pdf").reason == RejectCode.EMPTY


def test_picture_of_billions_of_pixels_in_a_pdf_ends(tmp_path):
    pdf = pikepdf.new()
    pdf.add_blank_page()
    image = Stream(pdf, b"\0" * 100)
    image.Type, image.Subtype, image.ColorSpace = Name.XObject, Name.Image, Name.DeviceGray
    image.Width, image.Height, image.BitsPerComponent = 60_000, 60_000, 8
    pdf.pages[0].Resources = Dictionary(XObject=Dictionary(I=pdf.make_indirect(image)))
    pdf.pages[0].Contents = Stream(pdf, b"600 0 0 800 0 0 cm /I Do")
    pdf.save(tmp_path / "image.pdf")
    reading = read(tmp_path / "image.pdf", directory=tmp_path / "out", limits=SHORT)
    assert reading.extraction.reason in ENDED
    assert not reading.images


def test_grid_of_many_cells_ends(page):
    lines = [f"{x} 0 m {x} 700 l S" for x in range(0, 600, 4)]
    lines += [f"0 {y} m 600 {y} l S" for y in range(0, 700, 4)]
    text = "BT /F 8 Tf 20 750 Td (Grid) Tj ET\n"
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    path = page((text + "\n".join(lines)).encode(), Dictionary(Font=Dictionary(F=font)))
    assert extract(path, limits=SHORT).reason in ENDED


def test_active_content_is_told_and_does_nothing(typeset, tmp_path, listener):
    address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    with pikepdf.open(typeset("Практика")) as pdf:
        pdf.Root.OpenAction = Dictionary(S=Name.URI, URI=address)
        script = Dictionary(S=Name.JavaScript, JS=f"app.launchURL('{address}')")
        pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array(["a", script])))
        note = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]))
        note.A = Dictionary(S=Name.Launch, F="cmd.exe")
        pdf.pages[0].Annots = Array([note])
        pdf.save(tmp_path / "active.pdf")
    verdict = extract(tmp_path / "active.pdf")
    assert WarningCode.ACTIVE_CONTENT in verdict.warnings
    assert not called(listener)


def test_page_of_a_site_after_the_mark_is_only_a_damaged_pdf(write):
    content = b"%PDF-1.4\n<html><script>alert(1)</script></html>"
    assert extract(write("both.pdf", content)).reason == RejectCode.DAMAGED


@pytest.mark.parametrize("name", ["a.docx", "a.odt"])
def test_pictures_and_parts_outside_are_never_fetched(convert, tmp_path, name, listener, repack):
    part = {"docx": "word/_rels/document.xml.rels", "odt": "content.xml"}[name[2:]]
    path = convert("# Опыт\n\nТекст практики.", name)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}/a.png"
    with zipfile.ZipFile(path) as archive:
        content = archive.read(part).decode()
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    relation = (
        f'<Relationship Id="rId%d" TargetMode="External" Target="{address}" Type="{kind}%s"/>'
    )
    outside = {
        "docx": (
            "</Relationships>",
            relation % (91, "image") + relation % (92, "attachedTemplate") + "</Relationships>",
        ),
        "odt": (
            "</office:text>",
            f"<text:p>{ODT_PICTURE % address}</text:p></office:text>",
        ),
    }[name[2:]]
    changed = repack(path, {part: content.replace(*outside).encode()}, f"b.{name[2:]}")
    reading = read(changed, directory=tmp_path / "out")
    assert "Текст практики." in reading.text
    assert WarningCode.EXTERNAL_LINKS in reading.extraction.warnings
    assert not called(listener)


def test_linked_section_of_an_odt_reads_no_file(convert, tmp_path, repack):
    (tmp_path / "secret.txt").write_text("СЕКРЕТНЫЕ СЛОВА")
    path = convert("Текст практики.", "a.odt")
    with zipfile.ZipFile(path) as archive:
        content = archive.read("content.xml").decode()
    section = (
        '<text:section text:name="s"><text:section-source xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' xlink:href="file://{tmp_path}/secret.txt"/></text:section></office:text>'
    )
    changed = repack(path, {"content.xml": content.replace("</office:text>", section).encode()})
    reading = read(changed, directory=tmp_path / "out")
    assert "СЕКРЕТ" not in reading.text
    assert WarningCode.EXTERNAL_LINKS in reading.extraction.warnings


def test_embedded_object_is_told(word, repack):
    path = repack(word, {"word/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0" + b"\0" * 600})
    assert WarningCode.ACTIVE_CONTENT in extract(path).warnings


def test_tables_nested_very_deep_end(word, repack):
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    deep = 3000
    body = "<w:tbl><w:tr><w:tc>" * deep + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * deep
    xml = f"<w:document {space}><w:body>{body}</w:body></w:document>"
    verdict = extract(repack(word, {"word/document.xml": xml.encode()}), limits=SHORT)
    assert verdict.reason in ENDED


@pytest.mark.parametrize("kind", ["odt", "pptx"])
def test_bombs_in_other_archives_are_refused(convert, slides, repack, kind):
    source = slides if kind == "pptx" else convert("Текст", "a.odt")
    path = repack(source, {"media/big.xml": b" " * (60 << 20)}, f"bomb.{kind}")
    assert extract(path).reason == RejectCode.TOO_LARGE


def test_many_slides_are_refused(tmp_path):
    deck = Presentation()
    for _ in range(12):
        deck.slides.add_slide(deck.slide_layouts[6])
    deck.save(tmp_path / "many.pptx")
    verdict = extract(tmp_path / "many.pptx", limits=Limits(pages=10))
    assert verdict.reason == RejectCode.TOO_MANY_PAGES


def test_author_in_the_running_head_and_comments_are_told(tmp_path):
    document = WordDocument()
    document.sections[0].header.paragraphs[0].text = "Зимородкова А. Л., СОШ № 5"
    line = document.add_paragraph("Текст практики.")
    document.add_comment(line.runs[0], text="Проверить", author="Рецензент")
    document.save(tmp_path / "a.docx")
    names = ("Зимородкова Анна Львовна",)
    reading = read(tmp_path / "a.docx", directory=tmp_path / "out", names=names)
    told = reading.extraction.warnings
    assert {WarningCode.AUTHOR_NAMED_IN_TEXT, WarningCode.COMMENTS} <= set(told)


@pytest.mark.parametrize("side", [20_000, 60_000])
def test_picture_that_declares_a_huge_size_is_refused(write, side):
    verdict = extract(write("huge.png", png(side, side)))
    assert verdict.reason == RejectCode.TOO_LARGE


def test_huge_picture_inside_a_document_costs_only_itself(word, tmp_path):
    document = WordDocument(word)
    small = io.BytesIO()
    Image.new("RGB", (40, 40), "green").save(small, "PNG")
    document.add_picture(small)
    document.save(word)
    bomb = tmp_path / "bomb.docx"
    with zipfile.ZipFile(word) as old, zipfile.ZipFile(bomb, "w") as new:
        for entry in old.infolist():
            is_picture = entry.filename.startswith("word/media/")
            new.writestr(entry, png(30_000, 30_000) if is_picture else old.read(entry))
    reading = read(bomb, directory=tmp_path / "out")
    assert reading.extraction.status == "ok"
    assert WarningCode.PICTURES_DROPPED in reading.extraction.warnings


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "unsupported_type"),
        ("a.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 200, "heic"),
        ("a.jpg", b"\0\0\0\x1cftypmif1\0\0\0\0mif1avif" + b"\0" * 200, "heic"),
        ("a.gif", b"GIF89a" + b"\0" * 60, "unsupported_type"),
        ("a.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 300, "damaged"),
        ("a.webp", b"RIFF\x10\0\0\0WEBPVP8 " + b"\0" * 8, "damaged"),
    ],
)
def test_pictures_that_are_none_are_refused_with_their_reason(write, name, content, expected):
    assert extract(write(name, content)).reason == expected


def test_picture_with_a_program_behind_it_is_only_a_picture(write, tmp_path):
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(out, "JPEG", comment=b"Zimorodkova")
    path = write("both.jpg", out.getvalue() + b"PK\x03\x04<html><script>1</script>")
    reading = read(path, directory=tmp_path / "out")
    assert reading.extraction.kind == Kind.IMAGE
    [kept] = reading.images.values()
    assert b"script" not in kept.read_bytes()
    assert b"Zimorodkova" not in kept.read_bytes()


def test_reading_leaves_the_file_and_everything_around_it_alone(word, tmp_path):
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    extract(word)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_every_limit_has_a_default_of_the_contract():
    assert (DEFAULT_LIMITS.seconds, DEFAULT_LIMITS.memory) == (20, 1 << 30)
