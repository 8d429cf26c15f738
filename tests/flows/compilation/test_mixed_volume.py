"""Volumes in which some articles are set and others are their authors' own pages."""

import io
import json
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from validators import pdf_faults

from flows.compilation.compiling import assemble, compile_collection
from flows.compilation.sources import read_file
from flows.documents.printing.article import article_pdf
from flows.documents.reading import Reading
from schemas.document import Document, Paragraph, Span
from schemas.manifest import Manifest
from schemas.volume import Build, Volume

OWN = "Эти страницы сверстал сам автор."


@pytest.fixture(scope="module")
def archival() -> bytes:
    document = Document(blocks=tuple(Paragraph(inlines=(Span(text=OWN),)) for _ in range(70)))
    return article_pdf(document, {}, title="Авторская вёрстка")


def with_original(volume: Volume, path: Path) -> Volume:
    """The volume with the second article's pages as its author made them."""
    section = volume.sections[0]
    second = section.articles[1].model_copy(update={"original": path})
    changed = section.model_copy(update={"articles": (section.articles[0], second)})
    return volume.model_copy(update={"sections": (changed, *volume.sections[1:])})


def built(volume: Volume, content: bytes, folder: Path) -> tuple[Build, Path]:
    (folder / "own.pdf").write_bytes(content)
    return assemble(with_original(volume, folder / "own.pdf"), folder / "out"), folder / "out"


def texts(path: Path) -> list[str]:
    document = pypdfium2.PdfDocument(path)
    found = [page.get_textpage().get_text_range() for page in document]
    document.close()
    return found


def test_an_authors_pages_stand_among_the_others_with_heads_numbers_and_links(
    volume: Volume, archival: bytes, tmp_path: Path
) -> None:
    build, out = built(volume, archival, tmp_path)
    pages = texts(out / "collection.pdf")
    own = [number for number, text in enumerate(pages, start=1) if OWN in text]
    title = list(volume.articles())[1].title
    with pikepdf.open(out / "collection.pdf") as pdf, pdf.open_outline() as outline:
        marks = {mark.title: mark for section in outline.root for mark in section.children}
        places = {page.obj.objgen: number for number, page in enumerate(pdf.pages, start=1)}
        assert places[marks[title].destination[0].objgen] == own[0]
    assert [pages[page - 1].split()[-1] for page in own] == [str(page) for page in own]
    assert build.problems == ()
    alone = texts(out / "articles/002.pdf")
    assert len(alone) == len(own)
    assert "// Лучшие практики" in " ".join(alone[0].split())
    assert pdf_faults(out / "collection.pdf", out / "articles/002.pdf") == []


def test_a_volume_claims_no_more_than_its_poorest_pages(
    volume: Volume, archival: bytes, tmp_path: Path
) -> None:
    with pikepdf.open(io.BytesIO(archival)) as pdf:
        del pdf.Root.Metadata
        undeclared = io.BytesIO()
        pdf.save(undeclared)
    build, out = built(volume, undeclared.getvalue(), tmp_path)
    assert [problem.code for problem in build.problems] == ["original_not_archival"]
    assert "не объявлен" in build.problems[0].sentence
    claims = []
    for name in ("collection", "articles/002", "articles/001"):
        with pikepdf.open(out / f"{name}.pdf") as pdf, pdf.open_metadata() as meta:
            claims.append((meta.pdfa_status, "pdfuaid:part" in meta))
    assert claims == [("", False), ("", False), ("2A", True)]


def test_a_damaged_original_gives_way_to_the_set_text(volume: Volume, tmp_path: Path) -> None:
    build, out = built(volume, b"%PDF-1.4 broken", tmp_path)
    assert [problem.code for problem in build.problems] == ["original_refused"]
    assert any("Взлом" in text for text in texts(out / "articles/002.pdf"))


def test_manifest_asks_for_pages_as_they_are(archival: bytes, tmp_path: Path) -> None:
    (tmp_path / "own.pdf").write_bytes(archival)
    (tmp_path / "set.md").write_text("# Начало\n\nТекст о чтении.\n", encoding="utf-8")
    articles = [
        {"title": title, "authors": [{"name": "Лесных Анна"}], "file": file, "consent": True,
         "as_is": True}
        for title, file in (("Своя", "own.pdf"), ("Не PDF", "set.md"))
    ]  # fmt: skip
    data = {"title": "С", "year": 2024, "sections": [{"title": "Р", "articles": articles}]}
    build = compile_collection(
        Manifest.parse(json.dumps(data)), source=tmp_path, out=tmp_path / "out"
    )
    assert [(one.title, one.code) for one in build.problems] == [("Не PDF", "original_not_pdf")]
    assert OWN in texts(tmp_path / "out/articles/001.pdf")[0]
    assert OWN in (tmp_path / "out/site/articles/001.html").read_text(encoding="utf-8")


def test_a_second_build_reads_only_the_files_that_changed(archival: bytes, tmp_path: Path) -> None:
    read: list[str] = []

    def reader(path: Path, directory: Path) -> Reading:
        read.append(path.name)
        return read_file(path, directory)

    def build(out: str) -> dict[str, bytes]:
        folder = tmp_path / out
        compile_collection(
            manifest, source=tmp_path, out=folder, reader=reader, cache=tmp_path / "cache"
        )
        files = (path for path in folder.rglob("*") if path.is_file())
        return {str(path.relative_to(folder)): path.read_bytes() for path in files}

    (tmp_path / "own.pdf").write_bytes(archival)
    (tmp_path / "set.md").write_text("# Начало\n\nТекст о чтении.\n", encoding="utf-8")
    (tmp_path / "bad.docx").write_bytes(b"PK")
    articles = [
        {"title": file, "authors": [{"name": "Лесных Анна"}], "file": file, "consent": True}
        for file in ("own.pdf", "set.md", "bad.docx")
    ]
    data = {"title": "С", "year": 2024, "sections": [{"title": "Р", "articles": articles}]}
    manifest = Manifest.parse(json.dumps(data))
    first = build("one")
    assert sorted(read) == ["bad.docx", "own.pdf", "set.md"]
    assert build("two") == first
    assert read[3:] == ["bad.docx"]
    (tmp_path / "set.md").write_text("# Начало\n\nТекст о письме.\n", encoding="utf-8")
    assert build("two") != first
    assert sorted(read[4:]) == ["bad.docx", "set.md"]
