"""Documents that call home or ask for foreign files, put through every conversion we have.

A socket on this machine counts who calls: nobody. A file outside holds a word: it appears nowhere.
"""

import os
import stat
import zipfile
from pathlib import Path

import pikepdf
import pytest
import xlsxwriter
from pikepdf import Array, Dictionary, Name, Stream

from flows.documents.pages import render_pages
from flows.documents.parsing.refusal import Refused
from flows.documents.printing import formulas
from flows.documents.printing.originals import Sheet, printable
from flows.documents.printing.typesetting import PLAIN_ARCHIVAL, Job, bench
from flows.documents.reading import read
from flows.documents.sandbox import census
from flows.documents.tables import read_tables
from schemas.extraction import RejectCode

SHEET = Sheet(482.0, 680.0, (27.0, 65.0, 455.0, 618.0))
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
ACTIONS = ("Launch", "GoToR", "URI", "SubmitForm", "ImportData")
LINK = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
ENTITY = '<!DOCTYPE x [<!ENTITY got SYSTEM "{target}">]>'
RELATIONS = (
    "image",
    "attachedTemplate",
    "aFChunk",
    "oleObject",
    "hyperlink",
    "subDocument",
    "frame",
)


class Hostile:
    """Makes files that lead to ``target``, an address or the path of the canary."""

    def __init__(self, target, convert, repack, slides, tmp_path):
        self.target, self.convert, self.repack = target, convert, repack
        self.slides, self.folder = slides, tmp_path

    def with_relations(self, source, part, name):
        with zipfile.ZipFile(source) as archive:
            content = archive.read(part).decode()
        extra = "".join(
            f'<Relationship Id="hostile{number}" TargetMode="External" Target="{self.target}" '
            f'Type="{OFFICE}{kind}"/>'
            for number, kind in enumerate(RELATIONS)
        )
        closed = content.replace("</Relationships>", f"{extra}</Relationships>")
        return self.repack(source, {part: closed.encode()}, name)

    def docx(self):
        body = f"Текст ![рисунок]({self.picture()}) и [ссылка]({self.target})."
        plain = self.convert(body, "plain.docx")
        return self.with_relations(plain, "word/_rels/document.xml.rels", "outside.docx")

    def picture(self):
        """A drawing that names the target, as word processors embed them."""
        path = self.folder / "drawing.svg"
        path.write_text(
            f'<svg xmlns="http://www.w3.org/2000/svg" {LINK} width="40" height="40">'
            f'<image href="{self.target}" xlink:href="{self.target}" width="40" height="40"/>'
            f'<use href="{self.target}#a"/><style>@import url("{self.target}");</style></svg>'
        )
        return path

    def docx_entity(self):
        plain = self.convert("Текст.", "plain.docx")
        return self.with_entity(plain, "word/document.xml", "<w:t", "entity.docx")

    def odt_entity(self):
        return self.with_entity(self.convert("Т.", "a.odt"), "content.xml", "<text:p", "entity.odt")

    def pptx_entity(self):
        return self.with_entity(self.slides, "ppt/slides/slide1.xml", "<a:t", "entity.pptx")

    def xlsx_entity(self):
        plain = self.xlsx()
        return self.with_entity(plain, "xl/sharedStrings.xml", "<t", "entity.xlsx")

    def with_entity(self, source, part, before, name):
        with zipfile.ZipFile(source) as archive:
            content = archive.read(part).decode()
        head, _, rest = content.partition("?>")
        named = ENTITY.format(target=self.target)
        opened = rest.index(">", rest.index(before)) + 1
        changed = f"{head}?>{named}{rest[:opened]}&got;{rest[opened:]}"
        return self.repack(source, {part: changed.encode()}, name)

    def odt(self):
        plain = self.convert("Текст.", "plain.odt")
        with zipfile.ZipFile(plain) as archive:
            content = archive.read("content.xml").decode()
        drawn = "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
        outside = (
            f'<text:p><draw:frame xmlns:draw="{drawn}"><draw:image {LINK} '
            f'xlink:href="{self.target}" xlink:actuate="onLoad"/></draw:frame></text:p>'
            f'<text:section text:name="s"><text:section-source {LINK} '
            f'xlink:href="{self.target}"/></text:section></office:text>'
        )
        changed = content.replace("</office:text>", outside).encode()
        return self.repack(plain, {"content.xml": changed}, "outside.odt")

    def pptx(self):
        return self.with_relations(self.slides, "ppt/slides/_rels/slide1.xml.rels", "outside.pptx")

    def xlsx(self):
        path = self.folder / "outside.xlsx"
        with xlsxwriter.Workbook(str(path)) as book:
            sheet = book.add_worksheet()
            sheet.write_string(0, 0, "Ф. И. О.")
            sheet.write_formula(1, 0, f"='{self.target}'!A1", value="0")
            sheet.write_formula(1, 1, f'=WEBSERVICE("{self.target}")', value="0")
        return path

    def md(self):
        path = self.folder / "outside.md"
        path.write_text(
            f"---\nbibliography: {self.target}\ntemplate: {self.target}\n---\n\n# Текст\n\n"
            f"![a]({self.target}) <img src='{self.target}'> \\input{{{self.target}}}\n\n"
            f"```{{include={self.target}}}\n{{{{< include {self.target} >}}}}\n```\n"
        )
        return path

    def pdf(self):
        path = self.folder / "active.pdf"
        with pikepdf.new() as pdf:
            pdf.add_blank_page(page_size=(200, 200))
            font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
            outer = Stream(pdf, b"")
            outer.Type, outer.Subtype = Name.XObject, Name.Image
            outer.Width, outer.Height, outer.BitsPerComponent = 10, 10, 8
            outer.ColorSpace, outer.F = Name.DeviceGray, self.place()
            page = pdf.pages[0]
            page.Resources = Dictionary(Font=Dictionary(F=font), XObject=Dictionary(I=outer))
            words = b"BT /F 12 Tf 20 100 Td (Practice) Tj ET 9 0 0 9 9 9 cm /I Do"
            page.Contents = Stream(pdf, words)
            page.AA = Dictionary(O=Dictionary(S=Name.URI, URI=self.target))
            page.Annots = Array(map(self.action, ACTIONS))
            script = f"app.launchURL('{self.target}'); this.submitForm('{self.target}')"
            pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=script)
            pdf.attachments["a.bin"] = b"MZ"
            pdf.save(path)
        return path

    def place(self):
        kind = Name.URL if self.target.startswith("http") else Name.Unix
        return Dictionary(Type=Name.Filespec, FS=kind, F=self.target, UF=self.target)

    def action(self, kind):
        act = Dictionary(S=Name("/" + kind), URI=self.target, F=self.place())
        return Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=act)

    def svg(self):
        return self.picture()

    def archive_link(self):
        """An entry that says it is a link to the target, and one that climbs out."""
        path = self.folder / "link.docx"
        with zipfile.ZipFile(self.convert("Текст.", "plain.docx")) as old:
            parts = {entry.filename: old.read(entry) for entry in old.infolist()}
        with zipfile.ZipFile(path, "w") as new:
            for name, content in parts.items():
                new.writestr(name, content)
            link = zipfile.ZipInfo("word/media/image1.png")
            link.external_attr = (stat.S_IFLNK | 0o777) << 16
            new.writestr(link, self.target)
        return path

    def archive_climbing(self):
        plain = self.convert("Текст.", "plain.docx")
        return self.repack(plain, {f"../../..{self.target}": b"changed"}, "climbing.docx")


KINDS = (
    "docx", "docx_entity", "odt", "odt_entity", "pptx", "pptx_entity", "xlsx", "xlsx_entity",
    "md", "pdf", "svg", "archive_link", "archive_climbing",
)  # fmt: skip


@pytest.fixture(params=["address", "file"])
def hostile(request, listeners, canary, convert, repack, slides, tmp_path):
    """Files that lead to the listener, then files that lead to the canary."""
    address = f"http://127.0.0.1:{listeners.port}/a.png"
    target = address if request.param == "address" else str(canary)
    return Hostile(target, convert, repack, slides, tmp_path)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_called_and_nothing_foreign_is_read(hostile, kind, listeners, canary, tmp_path):
    path = getattr(hostile, kind)()
    out = tmp_path / "out"
    said = "".join(map(repr, every_conversion(path, out)))
    assert listeners.calls == 0
    word = canary.read_text()
    assert word not in said
    left = [file for file in out.rglob("*") if file.is_file()]
    assert [file for file in left if word.encode() in file.read_bytes()] == []


def every_conversion(path, out):
    """Whatever is done with files of this kind; yields what came of it."""
    if path.suffix == ".xlsx":
        yield refused_or(lambda: read_tables(path, most=5))
        return
    yield read(path, directory=out)
    if path.suffix == ".pdf":
        yield refused_or(lambda: render_pages(path, out / "pages"))
        yield refused_or(lambda: printable(path, title="Опыт", sheet=SHEET))


def refused_or(convert):
    try:
        return convert()
    except Refused as refusal:
        return refusal.reason


def test_pictures_that_are_programs_are_refused(hostile, tmp_path):
    reading = read(hostile.svg(), directory=tmp_path / "out")
    assert reading.extraction.reason == RejectCode.UNSUPPORTED_TYPE


@pytest.mark.parametrize("tex", [r"\input{%s}", r"\include{%s}", r"\href{%s}{a}", r"\openin5=%s"])
def test_formulas_read_and_call_nothing(tex, listeners, canary):
    targets = (str(canary), f"http://127.0.0.1:{listeners.port}/")
    asked = [tex % target for target in targets]
    said = repr((formulas.to_typst(asked), formulas.to_mathml(asked)))
    assert canary.read_text() not in said
    assert listeners.calls == 0


FOREIGN = {
    "path": '#read("{canary}")',
    "climbing": '#read("../../../../../../../../../../../..{canary}")',
    "link": '#read("link.txt")',
    "picture": '#image("link.txt")',
    "module": '#import "link.txt": *',
    "package": '#import "@preview/cetz:0.3.0": *',
}


@pytest.mark.parametrize("name", FOREIGN)
def test_a_template_that_is_taken_over_reads_nothing_foreign(name, canary):
    """Data never becomes markup; if it did, the walls would be there."""
    with bench() as table:
        (table.root / "link.txt").symlink_to(canary)
        markup = FOREIGN[name].replace("{canary}", str(canary))
        (table.root / "bad.typ").write_text(markup, "utf-8")
        [reason] = table.run([Job("bad.typ", "bad.pdf", standards=PLAIN_ARCHIVAL, tags=False)])
        assert reason
        assert canary.read_text() not in reason
        assert not (table.root / "bad.pdf").exists()


def test_no_process_that_opens_files_is_told_our_secrets(monkeypatch, canary):
    monkeypatch.setenv("MARATHON_SECRET_KEY", canary.read_text())
    told = []

    def look(_place, _reason):
        mine = census.descendants(os.getpid())
        told.extend(Path(f"/proc/{pid}/environ").read_bytes() for pid in mine)

    with bench() as table:
        (table.root / "page.typ").write_text("Текст", "utf-8")
        table.run([Job("page.typ", "page.pdf", standards=PLAIN_ARCHIVAL, tags=False)], told=look)
    assert told
    assert not [one for one in told if b"MARATHON" in one]
