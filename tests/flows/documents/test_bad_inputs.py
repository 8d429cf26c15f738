"""Bad files one may be sent, each named once: an honest reading or a code with a Russian sentence.

The numbers are those of ``docs/reference/bad-inputs.md``, which says of the other cases (forms,
network, rights) where they are tested.
"""

import io
import os
import re
import subprocess
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pikepdf
import pypandoc
import pytest
from docx import Document as WordDocument
from pikepdf import Array, Dictionary, Name, Stream
from PIL import Image
from pptx import Presentation

from flows.documents.reading import Reading, read
from schemas.extraction import Limits, sentence

SECONDS = 5  # of a reading here; a busy machine adds some of its own
SLACK = 12
AUTHOR = "Зимородкова Анна Львовна"
WORD_SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TEXT = "Ученики сравнили два способа и записали, какой короче. "
CYRILLIC_SENTENCE = re.compile(r"[А-ЯЁ][^.!?]+[.!?]")

Build = Callable[[Path], Path]


class Case(NamedTuple):
    """``codes``: reasons of a refusal, or nothing where it must be read.

    ``told`` are warnings that must be among those of a reading; ``says`` stands in its text.
    """

    name: str
    build: Build
    codes: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    says: str = ""


# --- builders ---------------------------------------------------------------------------


def put(content: bytes, name: str) -> Build:
    def build(desk: Path) -> Path:
        path = desk / name
        path.write_bytes(content)
        return path

    return build


def page(content: bytes = b"BT /F 14 Tf 60 700 Td (Practice of the lesson) Tj ET") -> pikepdf.Pdf:
    """A PDF of one page with a line of text or other content."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    pdf.pages[0].Contents = Stream(pdf, content)
    pdf.pages[0].Resources = Dictionary(Font=Dictionary(F=font))
    return pdf


def saved(pdf: pikepdf.Pdf, **how: object) -> bytes:
    out = io.BytesIO()
    pdf.save(out, **how)
    return out.getvalue()


def pdf_of(change: Callable[[pikepdf.Pdf], object], **how: object) -> Build:
    def build(desk: Path) -> Path:
        pdf = page()
        change(pdf)
        return put(saved(pdf, **how), "work.pdf")(desk)

    return build


def protected(user: str) -> Build:
    lock = pikepdf.Encryption(user=user, owner="владелец", allow=pikepdf.Permissions(extract=False))
    return pdf_of(lambda _pdf: None, encryption=lock)


def shortened(share: float) -> Build:
    def build(desk: Path) -> Path:
        pdf = page(b"BT ET " * 4000)
        whole = saved(pdf, compress_streams=False)
        return put(whole[: int(len(whole) * share)], "work.pdf")(desk)

    return build


def many_pages(pdf: pikepdf.Pdf) -> None:
    for _ in range(10_000):
        pdf.add_blank_page()


def deflate_bomb(desk: Path) -> Path:
    """Some kilobytes that unpack to a gibibyte and more of spaces."""
    packer, block = zlib.compressobj(1), b" " * (1 << 24)
    inner = b"".join([*(packer.compress(block) for _ in range(80)), packer.flush()])
    pdf = page()
    stream = Stream(pdf, zlib.compress(inner, 9))
    stream.stream_dict["/Filter"] = Array([Name.FlateDecode, Name.FlateDecode])
    pdf.pages[0].Contents = pdf.make_indirect(stream)
    return put(saved(pdf, compress_streams=False), "work.pdf")(desk)


def active(pdf: pikepdf.Pdf) -> None:
    script = Dictionary(S=Name.JavaScript, JS="app.alert(1)")
    pdf.Root.OpenAction = script
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array(["a", script])))
    launch = Dictionary(S=Name.Launch, F="cmd.exe")
    note = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=launch)
    pdf.pages[0].Annots = Array([note])
    pdf.attachments["a.exe"] = b"MZ"


def scan(desk: Path) -> Path:
    Image.effect_noise((600, 850), 40).save(desk / "work.pdf", "PDF", resolution=72)
    return desk / "work.pdf"


def word(change: Callable[[WordDocument], object] = lambda _document: None) -> Build:
    """A Word file with a heading and some paragraphs, changed as it is told."""

    def build(desk: Path) -> Path:
        document = WordDocument()
        document.add_heading("Практика", level=1)
        document.add_paragraph(TEXT * 12)
        change(document)
        document.save(desk / "work.docx")
        return desk / "work.docx"

    return build


def packed(parts: dict[str, bytes], source: Build, name: str = "work.docx") -> Build:
    """A copy of an office file with parts replaced, added or, where they name a mark, patched."""

    def build(desk: Path) -> Path:
        path = desk / f"packed-{name}"
        with zipfile.ZipFile(source(desk)) as old, zipfile.ZipFile(path, "w") as new:
            for entry in old.infolist():
                if entry.filename not in parts:
                    new.writestr(entry, old.read(entry))
            for part, content in parts.items():
                new.writestr(part, content, zipfile.ZIP_DEFLATED)
        return path

    return build


def patched(part: str, mark: bytes, instead: bytes, source: Build, name: str) -> Build:
    def build(desk: Path) -> Path:
        with zipfile.ZipFile(source(desk)) as old:
            content = old.read(part)
        assert mark in content
        return packed({part: content.replace(mark, instead, 1)}, source, name)(desk)

    return build


def outside(kind: str, target: str) -> Build:
    relation = (
        f'<Relationship Id="rId99" TargetMode="External" Type="{RELATIONS}/{kind}" '
        f'Target="{target}"/></Relationships>'
    )
    part = "word/_rels/document.xml.rels"
    return patched(part, b"</Relationships>", relation.encode(), word(), "work.docx")


def words(body: str) -> Build:
    """A Word file whose body is the given markup."""
    xml = f"<w:document {WORD_SPACE}><w:body>{body}</w:body></w:document>"
    return packed({"word/document.xml": xml.encode()}, word())


def paragraph(text: str) -> Build:
    return words(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")


def entity(target: str) -> Build:
    xml = (
        f'<!DOCTYPE d [<!ENTITY x SYSTEM "{target}">]><w:document {WORD_SPACE}>'
        "<w:body><w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:body></w:document>"
    )
    return packed({"word/document.xml": xml.encode()}, word())


def laughs(_desk: Path) -> Path:
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    xml = (
        f'<!DOCTYPE d [<!ENTITY a0 "ха">{levels}]><w:document {WORD_SPACE}>'
        "<w:body><w:p><w:r><w:t>&a9;</w:t></w:r></w:p></w:body></w:document>"
    )
    return packed({"word/document.xml": xml.encode()}, word())(_desk)


def remarks(document: WordDocument) -> None:
    line = document.add_paragraph("Итог урока.")
    document.add_comment(line.runs[0], text="Проверить", author="Рецензент")


def tracked() -> Build:
    body = (
        f"<w:p><w:r><w:t>{TEXT}</w:t></w:r>"
        '<w:ins w:id="1" w:author="Иванова"><w:r><w:t> добавлено</w:t></w:r></w:ins>'
        '<w:del w:id="2" w:author="Иванова"><w:r><w:delText> удалено</w:delText></w:r></w:del></w:p>'
    )
    return words(body)


def headed(document: WordDocument) -> None:
    document.sections[0].header.paragraphs[0].text = f"{AUTHOR}, школа № 5"
    document.core_properties.author = AUTHOR


def plain_zip(desk: Path) -> Path:
    with zipfile.ZipFile(desk / "work.docx", "w") as archive:
        archive.writestr("tool.exe", b"MZ")
    return desk / "work.docx"


def open_document(desk: Path) -> Path:
    command = [pypandoc.get_pandoc_path(), "-f", "markdown", "-s", "-o", str(desk / "source.odt")]
    subprocess.run(command, input=TEXT.encode(), check=True)
    return desk / "source.odt"


def linked_section(desk: Path) -> Path:
    (desk / "secret.txt").write_text("СЕКРЕТНЫЕ СЛОВА", "utf-8")
    section = (
        '<text:section text:name="s"><text:section-source xlink:href="file://{}/secret.txt" '
        'xmlns:xlink="http://www.w3.org/1999/xlink"/></text:section></office:text>'
    )
    added, end = section.format(desk).encode(), b"</office:text>"
    return patched("content.xml", end, added, open_document, "work.odt")(desk)


def heavy_slides(desk: Path) -> Path:
    """A hundred slides whose media unpack to more than three hundred megabytes."""
    deck = Presentation()
    for _ in range(100):
        deck.slides.add_slide(deck.slide_layouts[6])
    deck.save(desk / "source.pptx")
    media = {f"ppt/media/film{n}.bin": b"\0" * (52 << 20) for n in range(6)}
    return packed(media, lambda _desk: desk / "source.pptx", "work.pptx")(desk)


def renamed(name: str, build: Build) -> Build:
    def moved(desk: Path) -> Path:
        return build(desk).rename(desk / name)

    return moved


def plain(change: str = "") -> Build:
    return put(f"# Практика\n\n{TEXT}{change}\n".encode(), "work.md")


# --- the cases --------------------------------------------------------------------------

NOT_OURS = ("unsupported_type",)
ENDED = ("memory", "timeout", "damaged", "too_large")
CASES = (
    Case("1 zero bytes", put(b"", "work.pdf"), ("empty",)),
    Case("2 program named .pdf", put(b"MZ\x90\0" + b"\0" * 400, "work.pdf"), NOT_OURS),
    Case("3 web page named .pdf", put(b"<!doctype html><p>a", "work.pdf"), NOT_OURS),
    Case("4 svg named .png", put(b"<svg onload='x()'/>", "work.png"), NOT_OURS),
    Case("5 web page before a pdf", put(b"<script>1</script>\n%PDF-1.4\n", "work.pdf"), NOT_OURS),
    Case(
        "5 web page behind a pdf",
        put(saved(page()) + b"<script>1</script>", "work.pdf"),
        says="Practice",
    ),
    Case("6 pdf with a password", protected("секрет"), ("encrypted",)),
    Case("6 Word file with a password", put(
        LOCKED + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "work.docx"
    ), ("encrypted",)),
    Case("7 pdf with restrictions", protected(""), told=("restricted",), says="Practice"),
    Case("8 half of a pdf", shortened(0.4), ("damaged", "empty")),
    Case("9 ten thousand pages", pdf_of(many_pages), ("too_many_pages",)),
    Case("10 deflate bomb", deflate_bomb, ENDED),
    Case(
        "11 five hundred empty lines first",
        put(b"\n" * 500 + saved(page()), "work.pdf"),
        says="Practice",
    ),
    Case("12 scripts, launches, files inside", pdf_of(active), told=("active_content",)),
    Case("13 scan without text", scan, told=("scanned_no_text",)),
    Case(
        "14 bomb in a Word file",
        packed({"word/document.xml": b"<a>" + b" " * (60 << 20) + b"</a>"}, word()),
        ("too_large",),
    ),
    Case("15 external entity", entity("file:///etc/passwd"), ("unsafe_markup",)),
    Case("15 entities within entities", laughs, ("unsafe_markup",)),
    Case(
        "16 template from outside",
        outside("attachedTemplate", "http://127.0.0.1:9/a.dotm"),
        told=("external_links",),
        says="Ученики",
    ),
    Case(
        "16 picture from outside",
        outside("image", "http://127.0.0.1:9/a.png"),
        told=("external_links",),
        says="Ученики",
    ),
    Case("17 macros", packed({"word/vbaProject.bin": b"x"}, word()), ("macros",)),
    Case("18 comments", word(remarks), told=("comments",), says="Итог урока"),
    Case("18 tracked changes", tracked(), told=("tracked_changes",), says="добавлено"),
    Case(
        "19 author in the running head",
        word(headed),
        told=("author_named_in_text", "metadata_author"),
        says="Ученики",
    ),
    Case("20 plain archive named .docx", plain_zip, NOT_OURS),
    Case("21 section linked to a file", linked_section, told=("external_links",), says="Ученики"),
    Case("22 old .doc", put(LOCKED + b"\0" * 2000, "work.doc"), NOT_OURS),
    Case("23 heavy slides", heavy_slides, ("too_large",)),
    Case("31 name that is a path", renamed("..\\..\\C:\\CON.md", plain()), says="Ученики"),
    Case("31 name of dots", renamed("....md", plain()), says="Ученики"),
    Case("31 long name", renamed("ж" * 120 + ".md", plain()), says="Ученики"),
    Case("32 name that turns letters", renamed("\u202efdp.exe\u200b.md", plain()), says="Ученики"),
    Case("33 name with line ends and quotes", renamed('a\r\nb";c.md', plain()), says="Ученики"),
    Case("33 name that is no text", renamed(os.fsdecode(b"\xff\xfe.md"), plain()), says="Ученики"),
    Case("37 half of a character", paragraph("&#xD800;"), ("damaged",)),
    Case("37 broken utf-8", put(TEXT.encode() * 9 + b"\xd0\n\xff\xfe", "work.md"), says=TEXT * 9),
    Case("38 zero character", paragraph("а&#0;б"), ("damaged",)),
    Case("38 zero character in text", put(f"{TEXT}\0{TEXT}".encode(), "work.md"), NOT_OURS),
    Case("39 megabyte in a heading", put(f"# {'ж' * 500_000}\n\n{TEXT}".encode(), "work.md"), says="Ученики"),
    Case("40 only spaces", paragraph(" \u200b\u00a0 "), ("empty",)),
    Case("40 Markdown of line ends", put(b"\n \n\n", "work.md"), ("empty",)),
    Case("41 emoji and joined marks", plain(" 👩🏽‍🏫 ё а\u0301"), says="👩🏽‍🏫 ё а\u0301"),
    Case("42 letters in two parts", plain(" и\u0306 е\u0308"), says=" й ё"),
    Case("43 capitals", plain(" ПЁТР"), says="ПЁТР"),
    Case("44 markup and templates", plain(" \\<script> {{7*7}} ${x} %s"), says="<script> {{7*7}} ${x} %s"),
    Case("45 quotes of a query", plain(" '; drop table works; \\--"), says="; drop table works; --"),
    Case("46 letters turned over", paragraph("До \u202eпосле\u202c"), says="После".lower()),
)  # fmt: skip


def examined(case: Case, desk: Path) -> tuple[Reading, float]:
    path = case.build(desk)
    started = time.monotonic()
    reading = read(path, directory=desk / "out", limits=Limits(seconds=SECONDS), names=(AUTHOR,))
    return reading, time.monotonic() - started


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_bad_file_ends_in_words_or_is_read(case, tmp_path):
    before = set(tmp_path.parent.iterdir())
    reading, seconds = examined(case, tmp_path)
    found = reading.extraction
    assert seconds < SECONDS + SLACK
    assert set(tmp_path.parent.iterdir()) == before
    if case.codes:
        assert found.reason in case.codes, found
        assert CYRILLIC_SENTENCE.match(sentence(found.reason))
        assert not reading.images
        assert not [one for one in (tmp_path / "out").rglob("*") if one.suffix in {".png", ".jpg"}]
        return
    assert found.status == "ok", found
    assert set(case.told) <= set(found.warnings)
    assert all(CYRILLIC_SENTENCE.match(sentence(code)) for code in found.warnings)
    assert case.says in reading.text
    assert "СЕКРЕТ" not in reading.text
    assert found.model_dump_json().encode()
