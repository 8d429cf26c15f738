"""The collection as a whole: the same bytes again, the same order everywhere, honest pages."""

import json
import os
import re
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from flows.compilation import sources
from flows.compilation.book import volume as book
from flows.compilation.compiling import assemble, compile_collection
from schemas.document import Document, Paragraph, Span
from schemas.errors import BadInput
from schemas.manifest import Manifest
from schemas.volume import Volume, VolumeSection

HOSTILE = '#read("/etc/passwd") $x$ <a> \\ #eval("1") @preview <lbl> *x* _y_'


def pages_of(pdf: Path | bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    texts = [page.get_textpage().get_text_range() for page in document]
    document.close()
    return [" ".join(text.replace("\u200b", "").split()) for text in texts]


def bytes_of(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def manifest(**changes: object) -> dict[str, object]:
    author = {"name": "Иванова Мария Петровна", "municipality": "Киренский район"}
    article = {
        "title": "Практика",
        "authors": [author],
        "abstract": "",
        "keywords": [],
        "file": "one.md",
        "consent": True,
    }
    section = {"title": "Раздел", "articles": [{**article, **changes}, article]}
    return {"title": "Сборник", "year": 2024, "sections": [section]}


def compiled(folder: Path, data: dict[str, object]) -> tuple[Path, list[dict[str, str]]]:
    (folder / "one.md").write_text("# Начало\n\nТекст практики о чтении.\n", encoding="utf-8")
    out = folder / "out"
    parsed = Manifest.parse(json.dumps(data))
    compile_collection(parsed, source=folder, out=out)
    return out, json.loads((out / "problems.json").read_bytes())


def test_the_same_volume_gives_the_same_bytes(
    volume: Volume, collection: Path, tmp_path: Path
) -> None:
    assemble(volume, tmp_path / "again")
    assert bytes_of(tmp_path / "again") == bytes_of(collection)


def test_contents_and_indexes_name_the_pages_where_articles_really_start(
    volume: Volume, collection: Path
) -> None:
    pages = pages_of(collection / "collection.pdf")
    contents = next(text for text in pages if text.startswith("Содержание"))
    authors = next(text for text in pages if text.startswith("Указатель авторов"))
    for article in volume.articles():
        title = article.title[:40]
        real = 1 + next(
            number
            for number, text in enumerate(pages)
            if text.startswith(title) and not text.startswith("Содержание")
        )
        told = re.search(re.escape(title) + r"[^А-Я]*?(?:\. )+(\d+)", contents)
        assert told is not None
        assert int(told[1]) == real
        assert re.search(rf"\b{real}\b", authors)
        assert pages[real - 1].endswith(str(real))


def test_all_outputs_keep_the_order_of_articles_and_authors(
    volume: Volume, collection: Path
) -> None:
    names = [author.name for article in volume.articles() for author in article.authors]
    pdf = " ".join(pages_of(collection / "collection.pdf"))
    with zipfile.ZipFile(collection / "collection.epub") as epub:
        chapters = [epub.read(f"OEBPS/article-00{n}.xhtml").decode() for n in (1, 2, 3, 4)]
    site = [(collection / f"site/articles/00{n}.html").read_text() for n in (1, 2, 3, 4)]
    jats = [(collection / f"metadata/jats/00{n}.xml").read_text() for n in (1, 2, 3, 4)]
    schema = (collection / "metadata/schema_org.jsonld").read_text()
    found = [re.findall("|".join(names), text) for text in ("".join(chapters), schema)]
    assert found == [names, names]
    assert [
        m for m in re.findall(r"<strong>([^<]+)</strong>", "".join(site)) if m in names
    ] == names
    surnames = [name.split()[0] for name in names]
    assert re.findall(r"<surname>(\w+)</surname>", "".join(jats)) == surnames
    assert re.findall("|".join(names), pdf)[: len(names)] == names


def test_pdf_is_archival_tagged_and_easy_to_move_about_in(volume: Volume, collection: Path) -> None:
    with pikepdf.open(collection / "collection.pdf") as pdf:
        assert pdf.Root.Lang in {"ru-RU", "ru"}
        assert pdf.Root.MarkInfo.Marked
        assert "/PageLabels" in pdf.Root
        with pdf.open_metadata() as meta:
            assert (meta.pdfa_status, meta["pdfuaid:part"]) == ("2A", "1")
        with pdf.open_outline() as outline:
            sections = [mark for mark in outline.root if mark.children]
            titles = [" ".join(m.title.split()) for mark in sections for m in mark.children]
    assert titles == [article.title for article in volume.articles()]


def test_what_people_write_is_printed_and_never_run(collection: Path) -> None:
    pages = " ".join(pages_of(collection / "collection.pdf"))
    assert pages.count(HOSTILE) >= 2
    assert "root:" not in pages
    page = (collection / "site/articles/002.html").read_text(encoding="utf-8")
    assert "&lt;a&gt;" in page
    assert "\U0001f600" in page
    assert "<script>" not in page


def test_an_article_that_cannot_be_set_is_printed_as_its_text(
    volume: Volume, tmp_path: Path
) -> None:
    chart = next(volume.articles()).images["chart.png"]
    cut = tmp_path / "cut.png"
    cut.write_bytes(chart.read_bytes()[:60])
    made = book.make(volume, [{"chart.png": cut}, {}, {}, {}])
    assert [(p.title, p.outcome) for p in made.problems] == [
        (next(volume.articles()).title, "simplified")
    ]
    text = " ".join(pages_of(made.pdf))
    assert "межпредметной основе" in text
    assert "Лаборатория у реки" in text


def test_signs_that_no_font_has_are_told_of_and_do_not_stop_the_volume(
    volume: Volume, tmp_path: Path
) -> None:
    odd = Document(
        blocks=(Paragraph(inlines=(Span(text="\x00\x07日本 \U0001f9d1‍\uf0b7 ﷺ\u202e"),)),)
    )
    article = next(volume.articles()).model_copy(update={"document": odd, "title": "\x01Имя"})
    section = VolumeSection(title="Р", articles=(article,))
    build = assemble(volume.model_copy(update={"sections": (section,)}), tmp_path)
    assert build.articles == 1
    assert [problem.code for problem in build.problems] == ["no_glyph"]


def test_article_without_consent_is_left_out_and_told_of(tmp_path: Path) -> None:
    out, problems = compiled(tmp_path, manifest(consent=False, title="Тайная"))
    assert [(p["code"], p["title"]) for p in problems] == [("no_consent", "Тайная")]
    assert not any("Тайная" in text for text in pages_of(out / "collection.pdf"))


def test_missing_and_linked_files_are_left_out_and_told_of(tmp_path: Path) -> None:
    _, problems = compiled(tmp_path, manifest(file="absent.docx"))
    assert [p["code"] for p in problems] == ["not_found"]
    (tmp_path / "link.md").symlink_to("/etc/hostname")
    _, problems = compiled(tmp_path, manifest(file="link.md"))
    assert [p["code"] for p in problems] == ["symlink"]


def test_file_whose_name_is_longer_than_the_disk_allows_is_left_out(tmp_path: Path) -> None:
    _, problems = compiled(tmp_path, manifest(file="я" * 200 + ".docx"))
    assert [p["code"] for p in problems] == ["not_found"]


def test_file_that_may_not_be_read_is_told_of(tmp_path: Path) -> None:
    closed = tmp_path / "closed.md"
    closed.write_text("Текст", encoding="utf-8")
    closed.chmod(0)
    tmp_path.chmod(0o755)
    with ordinary_person(tmp_path):
        refused = sources.refusal(tmp_path, "closed.md")
    assert refused is not None
    assert (refused.code, "закрыт для чтения" in refused.sentence) == ("not_found", True)


@contextmanager
def ordinary_person(folder: Path) -> Iterator[None]:
    """Root may read everything, so for a moment it is somebody else who looks."""
    if os.geteuid():
        yield
        return
    for parent in folder.parents[:-2]:
        parent.chmod(0o755)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_article_file_called_manifest_does_not_hide_the_manifest(tmp_path: Path) -> None:
    (tmp_path / "manifest").write_text("no document", encoding="utf-8")
    data = manifest(file="manifest")
    compiled(tmp_path, data)
    out, _ = compiled(tmp_path, {**data, "title": "Другое имя"})
    assert "Другое имя" in (out / "site/index.html").read_text(encoding="utf-8")
    assert {"manifest", "one.md"} < set(json.loads((out / "build.json").read_bytes())["inputs"])


def test_damaged_file_is_left_out_with_a_russian_sentence(tmp_path: Path) -> None:
    (tmp_path / "bad.docx").write_bytes(b"PK\x03\x04 broken")
    _, problems = compiled(tmp_path, manifest(file="bad.docx"))
    assert problems[0]["outcome"] == "left_out"
    assert re.search("[а-я]{5}", problems[0]["sentence"])


def test_nothing_to_compile_is_bad_input(tmp_path: Path) -> None:
    data = manifest(consent=False)
    data["sections"][0]["articles"].pop()  # type: ignore[index]
    with pytest.raises(BadInput, match="ни одна статья"):
        compiled(tmp_path, data)


def test_unchanged_collection_is_left_as_it_is_and_a_touched_one_is_rebuilt(
    tmp_path: Path,
) -> None:
    out, _ = compiled(tmp_path, manifest())
    first = bytes_of(out)
    stamp = (out / "collection.pdf").stat().st_mtime_ns
    compiled(tmp_path, manifest())
    assert (out / "collection.pdf").stat().st_mtime_ns == stamp
    (out / "collection.pdf").write_bytes(b"spoilt")
    compiled(tmp_path, manifest())
    assert bytes_of(out) == first


def test_files_of_an_earlier_build_are_removed_and_others_are_kept(tmp_path: Path) -> None:
    out, _ = compiled(tmp_path, manifest())
    (out / "site" / "mine.txt").write_text("моё")
    compiled(tmp_path, manifest(consent=False))
    assert not (out / "site/articles/002.html").exists()
    assert (out / "site" / "mine.txt").read_text() == "моё"
    shutil.rmtree(out)


def with_look(**design: str) -> dict[str, object]:
    return {**manifest(), "design": design}


@pytest.mark.parametrize("template", ["classic", "modern", "compact"])
def test_manifest_chooses_the_look_of_the_volume(tmp_path: Path, template: str) -> None:
    Image.new("RGB", (400, 200), "navy").save(tmp_path / "logo.png")

    out, problems = compiled(tmp_path, with_look(template=template, logo="logo.png"))

    assert problems == []
    with pikepdf.open(out / "collection.pdf") as pdf:
        width = float(pdf.pages[0].mediabox[2]) / 72 * 25.4
        assert round(width) == {"classic": 170, "modern": 170, "compact": 148}[template]
        assert pdf.pages[0].resources.XObject


@pytest.mark.parametrize("logo", ["absent.png", "broken.png", "logo.svg"])
def test_volume_is_made_without_a_logo_that_cannot_be_used(tmp_path: Path, logo: str) -> None:
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nrubbish")
    (tmp_path / "logo.svg").write_text("<svg/>")

    out, problems = compiled(tmp_path, with_look(logo=logo))

    assert [(one["code"], one["file"]) for one in problems] == [("logo_unusable", logo)]
    assert pages_of(out / "collection.pdf")


@pytest.mark.parametrize(
    ("isbn", "codes"), [("978-5-17-118366-0", []), ("978-5-17-118366-4", ["wrong_isbn"])]
)
def test_an_isbn_with_a_wrong_digit_is_told(tmp_path, isbn, codes):
    _, problems = compiled(tmp_path, {**manifest(), "imprint": {"isbn": isbn}})
    assert [one["code"] for one in problems] == codes
    assert all(isbn in one["sentence"] for one in problems)
