"""Whatever a file is, reading it ends with a code and leaves the reader able to go on."""

import os
import subprocess
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pikepdf
import pytest

from flows.documents.parsing.readers import quiet_environment
from flows.documents.reading import DEFAULT_LIMITS, extract, read
from schemas.extraction import Limits, RejectCode, WarningCode

QUICK = Limits(seconds=2)


def reason(path, limits=DEFAULT_LIMITS):
    return extract(path, limits=limits).reason


def test_zero_bytes_are_an_empty_file(write):
    assert reason(write("a.pdf", b"")) == RejectCode.EMPTY


def test_missing_file_is_not_found(tmp_path):
    assert reason(tmp_path / "nothing.docx") == RejectCode.NOT_FOUND


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.pdf", b"<html><body>hello</body></html>"),
        ("polyglot.pdf", b"<html><script>1</script>\n%PDF-1.4\n"),
        ("program.docx", b"MZ\x90\x00\x03" + b"\x00" * 400),
        ("drawing.pdf", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 2000),
        ("noise.md", bytes(range(256))),
        ("table.csv", b"a;b;c"),
    ],
)
def test_other_kinds_of_files_are_told_by_content(write, name, content):
    assert reason(write(name, content)) == RejectCode.UNSUPPORTED_TYPE


def test_plain_zip_named_docx_is_not_a_document(tmp_path):
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("tool.exe", b"MZ")
    assert reason(path) == RejectCode.UNSUPPORTED_TYPE


def test_locked_word_file_is_encrypted(write):
    streams = "EncryptedPackage".encode("utf-16-le")
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + streams
    assert reason(write("a.docx", content)) == RejectCode.ENCRYPTED


def test_truncated_pdf_is_damaged(typeset, write):
    whole = typeset("= Заголовок\n#lorem(500)").read_bytes()
    assert reason(write("half.pdf", whole[: len(whole) // 3])) == RejectCode.DAMAGED


def test_truncated_docx_is_damaged(word, write):
    whole = word.read_bytes()
    assert reason(write("half.docx", whole[: len(whole) // 2])) == RejectCode.DAMAGED


def test_random_bytes_after_the_mark_are_damaged(write):
    assert reason(write("a.pdf", b"%PDF-1.7\n" + os.urandom(400))) == RejectCode.DAMAGED


def test_pdf_without_pages_is_damaged(tmp_path):
    path = tmp_path / "none.pdf"
    pikepdf.new().save(path)
    assert reason(path) == RejectCode.DAMAGED


def test_pdf_with_a_password_is_encrypted(typeset, tmp_path):
    path = tmp_path / "locked.pdf"
    with pikepdf.open(typeset("Текст")) as pdf:
        pdf.save(path, encryption=pikepdf.Encryption(user="secret", owner="other"))
    assert reason(path) == RejectCode.ENCRYPTED


def test_pdf_with_owner_password_only_is_read(typeset, tmp_path):
    path = tmp_path / "restricted.pdf"
    with pikepdf.open(typeset("Текст практики")) as pdf:
        pdf.save(path, encryption=pikepdf.Encryption(user="", owner="other"))
    extraction = extract(path)
    assert extraction.status == "ok"
    assert extraction.characters == len("Текст практики")
    assert WarningCode.RESTRICTED in extraction.warnings


def test_pdf_that_lost_its_cross_references_is_repaired(typeset, tmp_path, write):
    whole = typeset("= Заголовок\nТекст практики").read_bytes()
    cut = whole[: whole.rindex(b"startxref")]
    reading = read(write("cut.pdf", cut), directory=tmp_path / "out")
    assert reading.text == "Заголовок\nТекст практики"


def test_pdf_after_five_hundred_newlines_is_read(typeset, write):
    path = write("late.pdf", b"\n" * 500 + typeset("Текст практики").read_bytes())
    assert extract(path).characters == len("Текст практики")


def test_pdf_over_the_page_cap_is_refused_quickly(tmp_path):
    path = tmp_path / "long.pdf"
    pdf = pikepdf.new()
    for _ in range(600):
        pdf.add_blank_page()
    pdf.save(path)
    assert reason(path) == RejectCode.TOO_MANY_PAGES


def test_blank_pdf_is_empty(tmp_path):
    path = tmp_path / "blank.pdf"
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.save(path)
    assert reason(path) == RejectCode.EMPTY


def test_file_over_the_size_cap_is_too_large(word):
    assert reason(word, Limits(size=1000)) == RejectCode.TOO_LARGE


def test_nested_flate_bomb_ends_with_a_code_and_neighbours_are_read(flate_bomb, word):
    verdict = extract(flate_bomb)
    assert verdict.reason in (RejectCode.MEMORY, RejectCode.TIMEOUT)
    assert extract(word).status == "ok"


def test_zip_bomb_is_refused_before_unpacking(word, repack):
    path = repack(word, {"word/media/image1.png": b"\0" * (120 << 20)})
    verdict = extract(path)
    assert verdict.reason == RejectCode.TOO_LARGE


def test_large_xml_in_a_small_archive_is_refused(word, repack):
    path = repack(word, {"word/document.xml": b"<a>" + b" " * (40 << 20) + b"</a>"})
    assert reason(path) == RejectCode.TOO_LARGE


def test_too_many_parts_are_refused(word, repack):
    parts = {f"word/media/{number}.png": b"" for number in range(5100)}
    assert reason(repack(word, parts)) == RejectCode.TOO_LARGE


@pytest.mark.parametrize("name", ["../evil.xml", "/etc/passwd", "word\\..\\..\\x.xml", "C:/x"])
def test_parts_that_lead_out_of_the_archive_are_refused(word, repack, name):
    assert reason(repack(word, {name: b"x"})) == RejectCode.UNSAFE_ARCHIVE


def test_archive_that_lies_about_sizes_is_survived(word, write):
    content = bytearray(word.read_bytes())
    place = content.rindex(b"PK\x01\x02")
    content[place + 24 : place + 28] = (10).to_bytes(4, "little")
    assert extract(write("lie.docx", bytes(content))).reason in (None, RejectCode.DAMAGED)


@pytest.mark.parametrize("part", ["word/vbaProject.bin", "word/activeX/activeX1.xml"])
def test_macros_are_refused(word, repack, part):
    assert reason(repack(word, {part: b"x"})) == RejectCode.MACROS


def test_macro_document_type_is_refused_whatever_the_extension(word, repack):
    with zipfile.ZipFile(word) as archive:
        types = archive.read("[Content_Types].xml")
    changed = types.replace(
        b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        b"application/vnd.ms-word.document.macroEnabled.main+xml",
    )
    assert reason(repack(word, {"[Content_Types].xml": changed})) == RejectCode.MACROS


def test_odt_with_basic_scripts_is_refused(convert, repack):
    path = repack(convert("Текст", "a.odt"), {"Basic/Standard/Module1.xml": b"<a/>"}, "b.odt")
    assert reason(path) == RejectCode.MACROS


def test_encrypted_odt_is_told(convert, repack):
    manifest = b'<m><file-entry path="content.xml"><encryption-data/></file-entry></m>'
    path = repack(convert("Текст", "a.odt"), {"META-INF/manifest.xml": manifest}, "b.odt")
    assert reason(path) == RejectCode.ENCRYPTED


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_external_entities_are_refused_and_never_read(word, repack, tmp_path, encoding):
    secret = tmp_path / "secret.txt"
    secret.write_text("СЕКРЕТ")
    body = (
        f'<?xml version="1.0" encoding="{encoding}"?>'
        f'<!DOCTYPE d [<!ENTITY x SYSTEM "file://{secret}">]>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        "<w:body><w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:body></w:document>"
    )
    path = repack(word, {"word/document.xml": body.encode(encoding)})
    assert reason(path) == RejectCode.UNSAFE_MARKUP


def test_broken_xml_is_damaged(word, repack):
    assert reason(repack(word, {"word/document.xml": b"<w:document><w:"})) == RejectCode.DAMAGED


def test_outside_pictures_are_told_and_not_fetched(word, repack):
    with zipfile.ZipFile(word) as archive:
        relations = archive.read("word/_rels/document.xml.rels")
    outside = (
        b'<Relationship Id="rId99" TargetMode="External" Target="http://example.org/a.png" Type='
        b'"http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"/>'
    )
    changed = relations.replace(b"</Relationships>", outside + b"</Relationships>")
    verdict = extract(repack(word, {"word/_rels/document.xml.rels": changed}))
    assert WarningCode.EXTERNAL_LINKS in verdict.warnings


def test_page_that_never_ends_is_stopped_in_time_and_neighbours_are_read(tmp_path, word):
    pdf = pikepdf.new()
    pdf.add_blank_page()
    form = None
    for _ in range(28):
        content = b"/F Do /F Do" if form is not None else b"BT ET"
        new = pikepdf.Stream(pdf, content)
        new.Type, new.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
        new.BBox = [0, 0, 10, 10]
        if form is not None:
            new.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=form))
        form = pdf.make_indirect(new)
    page = pdf.pages[0]
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=form))
    page.Contents = pikepdf.Stream(pdf, b"/F Do")
    path = tmp_path / "forms.pdf"
    pdf.save(path)
    assert reason(path, QUICK) in (RejectCode.TIMEOUT, RejectCode.MEMORY)
    assert extract(word).status == "ok"


def test_named_pipe_is_not_waited_for(tmp_path):
    fifo = tmp_path / "pipe.pdf"
    os.mkfifo(fifo)
    assert reason(fifo, QUICK) == RejectCode.NOT_FOUND


def test_thirty_thousand_lines_are_read(typeset, convert):
    text = "\n\n".join(f"Строка номер {number}." for number in range(10_000))
    assert extract(convert(text, "long.docx")).characters > 180_000
    drawn = typeset("#for n in range(8000) [Строка номер #n. #linebreak()]")
    assert extract(drawn).pages > 150


def test_nothing_is_left_running(word, readers):
    extract(word)
    with readers.borrow() as reader:
        leader = reader.process.pid
    shown = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(leader)], capture_output=True, check=False
    )
    assert shown.stdout.strip() == b""


def test_lost_reading_process_is_replaced(word, readers):
    extract(word)
    with readers.borrow() as reader:
        reader.process.kill()
        reader.process.wait()
    assert extract(word).status == "ok"


def test_reading_process_gets_no_secrets(monkeypatch):
    monkeypatch.setenv("MARATHON_SECRET_KEY", "secret")
    assert "MARATHON_SECRET_KEY" not in quiet_environment()


def test_files_read_by_many_threads_keep_to_themselves(tmp_path, convert):
    paths = [convert(f"Текст номер {n} " * (n + 1), f"{n}.docx") for n in range(8)]
    with ThreadPoolExecutor(8) as threads:
        lengths = [e.characters for e in threads.map(extract, paths)]
    assert lengths == sorted(lengths)
    assert len(set(lengths)) == len(paths)
