"""Covers are made of the volume's words alone, the same ones every time, cut where they must be."""

import io
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from flows.compilation.book import covers
from schemas.design import Look, Template
from schemas.document import Document
from schemas.manifest import ArticleAuthor, Imprint
from schemas.volume import Volume, VolumeArticle, VolumeSection

LONG = "Материалы марафона педагогических практик образовательных организаций округа " * 5
HOSTILE = 'Взлом #read("/etc/passwd") $x$ <a>'


def volume(template: Template, **changes: object) -> Volume:
    author = ArticleAuthor(name="Ёлкина Мария Петровна", municipality="Киренский район")
    article = VolumeArticle(title="Практика", authors=(author,), document=Document(blocks=()))
    facts: dict[str, object] = {
        "title": "Лучшие практики",
        "subtitle": "Сборник материалов",
        "year": 2026,
        "place": "Усть-Илимск",
        "cluster": "Кластер «Илим»",
        "imprint": Imprint(publisher="Методический центр", isbn="978-5-4461-1234-0"),
        "design": Look(template=template, accent="#7a1b2e"),
        "sections": (VolumeSection(title="Грамотность", articles=(article,)),),
    }
    return Volume.model_validate(facts | changes)


def words(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    told = " ".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return " ".join(told.split())


@pytest.fixture(scope="module", params=list(Template))
def drawn(request: pytest.FixtureRequest) -> tuple[Template, covers.Covers]:
    return request.param, covers.make(volume(request.param))


def test_cover_says_what_the_book_is(drawn: tuple[Template, covers.Covers]) -> None:
    told = words(drawn[1].pdf)
    for part in ("Лучшие практики", "Сборник материалов", "Кластер «Илим»", "2026", "Грамотность"):
        assert part in told
    assert "1 статья, 1 автор, 1 муниципальное образование" in told
    assert "ISBN 978-5-4461-1234-0" in told


def test_same_volume_has_the_same_cover(drawn: tuple[Template, covers.Covers]) -> None:
    assert covers.make(volume(drawn[0])) == drawn[1]


def test_screens_show_the_cover_cut_and_printers_get_three_millimetres_more(
    drawn: tuple[Template, covers.Covers],
) -> None:
    with pikepdf.open(io.BytesIO(drawn[1].pdf)) as book:
        assert len(book.pages) == 2
        for page in book.pages:
            whole, cut = page.mediabox, page.trimbox
            assert float(cut[0]) - float(whole[0]) == pytest.approx(8.504, abs=0.01)
            assert float(whole[3]) - float(cut[3]) == pytest.approx(8.504, abs=0.01)
            assert list(page.cropbox) == list(cut)
    with Image.open(io.BytesIO(drawn[1].png)) as image:
        assert abs(image.height - covers.HEIGHT) <= 1
        assert 0.69 < image.width / image.height < 0.72


def test_long_titles_logos_and_missing_facts_do_not_stop_the_cover(tmp_path: Path) -> None:
    logo = tmp_path / "logo.png"
    Image.new("RGB", (900, 60), "navy").save(logo)
    bare = {"subtitle": None, "place": "", "cluster": "", "imprint": Imprint(), "sections": ()}
    for template in Template:
        made = covers.make(volume(template, **bare, title=LONG, logo=logo))
        assert "педагогических практик" in words(made.pdf)


def test_title_is_never_run() -> None:
    told = words(covers.make(volume(Template.MODERN, title=HOSTILE)).pdf)
    assert HOSTILE.replace(" ", "") in told.replace(" ", "")


def test_another_year_has_another_mosaic() -> None:
    assert covers.tiles("Практики 2025") != covers.tiles("Практики 2026")
