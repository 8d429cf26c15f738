"""Typesetting: data is never run, the same data gives the same bytes, nothing leaves the page."""

from pathlib import Path

import pdfplumber
import pypdfium2
import pytest
from PIL import Image

from flows.documents.printing import formulas
from flows.documents.printing.article import article_pdf
from flows.documents.printing.typesetting import (
    DIED,
    Allowance,
    Job,
    NotTypeset,
    bench,
)
from schemas.document import (
    BlockList,
    Cell,
    Document,
    Formula,
    Heading,
    Note,
    Paragraph,
    Picture,
    Span,
    Table,
)

HOSTILE = '#read("/etc/passwd") $x$ <a> \\ #eval("1") @x <lbl> *x* _y_ `z` // c /* d */'
ITEM = {"title": "Т", "authors": [], "abstract": "", "keywords": "", "body": []}


def line(text: str) -> Paragraph:
    return Paragraph(inlines=(Span(text=text),))


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    text = " ".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return " ".join(text.replace("\u200b", "").split())


def alone(**changed: object) -> bytes:
    with bench() as table:
        table.lay({"articles": [{**ITEM, **changed}]})
        return table.pdf(Job("single.typ", "out.pdf"))


def test_the_same_data_gives_the_same_bytes() -> None:
    assert alone(title="Практика") == alone(title="Практика")


def test_markup_in_data_is_printed_as_it_is_written() -> None:
    pdf = article_pdf(Document(blocks=(line(HOSTILE),)), {}, title=HOSTILE)
    assert text_of(pdf).count(HOSTILE) == 2


def test_mathematics_cannot_reach_files_even_past_the_filter() -> None:
    node = {"k": "m", "m": 'std.read("data.json")', "alt": "x", "d": 1}
    with pytest.raises(NotTypeset):
        alone(body=[node])


@pytest.mark.parametrize(
    "typst", ['$std.read("x")$', "$#read(1)$", "$a$ b $c$", "x", "$", "$$", "$a // b$", "$s#t$"]
)
def test_filter_refuses_what_is_not_one_plain_formula(typst: str) -> None:
    assert not formulas.is_safe(typst)


def test_formulas_are_translated_and_broken_ones_are_left_out() -> None:
    tex = [r"\frac{a}{b}", r"\foo{", r"a \qquad b", r"\text{Доля}", "", "x" * 5000]
    assert set(formulas.to_typst(tex)) == {r"\frac{a}{b}", r"a \qquad b", r"\text{Доля}"}
    assert set(formulas.to_mathml(tex)) == {r"\frac{a}{b}", r"a \qquad b", r"\text{Доля}"}


def test_broken_formula_is_printed_as_it_was_written() -> None:
    document = Document(blocks=(Paragraph(inlines=(Formula(tex=r"\foo{"),)),))
    assert r"\foo{" in text_of(article_pdf(document, {}, title="Т"))


def test_wide_tables_and_long_words_stay_on_the_page() -> None:
    rows = tuple(
        tuple(Cell(blocks=(line(f"Показатель{row}{column}"),)) for column in range(18))
        for row in range(4)
    )
    address = "https://example.org/" + "ochen-dlinnyj-put/" * 20
    blocks = (line("Слово" * 60), line(address), Table(columns=18, header=rows[:1], rows=rows[1:]))
    pdf = article_pdf(Document(blocks=blocks), {}, title="Т" * 90)
    with pdfplumber.open(_file(pdf)) as opened:
        for page in opened.pages:
            assert all(char["x0"] >= 0 and char["x1"] <= page.width for char in page.chars)


def test_spans_that_overlap_and_overflow_are_put_right() -> None:
    cell = Cell(blocks=(line("а"),), columns=9, rows=9)
    table = Table(columns=2, header=((cell, cell),), rows=((cell,), (), (cell, cell, cell)))
    assert "а" in text_of(article_pdf(Document(blocks=(table,)), {}, title="Т"))


def test_deep_nests_and_skipped_heading_levels_are_set() -> None:
    nest: BlockList | Paragraph = line("дно")
    for _ in range(60):
        nest = BlockList(items=((nest,),))
    heading = Heading(level=3, inlines=(Span(text="Сразу третий"),))
    top = Heading(level=1, inlines=(Span(text="Первый"),))
    text = text_of(article_pdf(Document(blocks=(heading, top, nest)), {}, title="Т"))
    assert "Сразу третий" in text
    assert "дно" in text


def test_signs_without_a_glyph_become_squares() -> None:
    text = text_of(
        article_pdf(Document(blocks=(line("до 日 после \uf0b7 \U0001f600"),)), {}, title="Т")
    )
    assert "до □ после • \U0001f600" in text


def test_picture_loses_its_hidden_data(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010E] = "снято дома"
    Image.new("RGB", (40, 40)).save(tmp_path / "a.jpg", exif=exif)
    document = Document(blocks=(Paragraph(inlines=(Picture(name="a.jpg"),)),))
    pdf = article_pdf(document, {"a.jpg": tmp_path / "a.jpg"}, title="Т")
    assert b"Exif" not in pdf
    assert len(pdf) > 1000


def test_linked_picture_is_not_followed(tmp_path: Path) -> None:
    Image.new("RGB", (40, 40)).save(tmp_path / "real.png")
    (tmp_path / "a.png").symlink_to(tmp_path / "real.png")
    document = Document(blocks=(Paragraph(inlines=(Picture(name="a.png", description="вид"),)),))
    assert "[Рисунок: вид]" in text_of(
        article_pdf(document, {"a.png": tmp_path / "a.png"}, title="Т")
    )


def test_blind_copy_names_nobody_and_carries_its_mark() -> None:
    pdf = article_pdf(Document(blocks=(line("Текст"),)), {}, title="Работа", mark="Копия эксперта")
    assert "Копия эксперта" in text_of(pdf)
    with pdfplumber.open(_file(pdf)) as opened:
        assert "Author" not in opened.metadata


def test_failed_job_costs_only_itself() -> None:
    with bench() as table:
        table.lay({"articles": [ITEM, {**ITEM, "body": [{"k": "img"}]}, ITEM]})
        jobs = [Job("single.typ", f"{n}.pdf", {"article": str(n)}) for n in range(3)]
        assert [answer is None for answer in table.run(jobs)] == [True, False, True]


def test_a_job_that_takes_too_long_is_ended() -> None:
    with bench() as table:
        endless = "#for a in range(30000) { for b in range(30000) { let c = a * b } }"
        (table.root / "endless.typ").write_text(endless)
        answers = table.run([Job("endless.typ", "1.pdf")], allowance=Allowance(seconds=1.0))
    assert answers == [DIED]


def _file(pdf: bytes):
    import io

    return io.BytesIO(pdf)


def test_a_bold_line_goes_to_the_page_of_the_text_it_heads() -> None:
    bold = Paragraph(inlines=(Span(text="Ход занятия", bold=True),))
    for before in range(28, 42):
        blocks = (
            *(line(f"Строка {number}.") for number in range(before)),
            bold,
            line("Дети ждут."),
        )
        document = pypdfium2.PdfDocument(article_pdf(Document(blocks=blocks), {}, title="Т"))
        pages = [page.get_textpage().get_text_range() for page in document]
        assert sum("Ход занятия" in page and "Дети ждут" in page for page in pages) == 1


def test_the_mark_of_a_note_touches_its_word() -> None:
    note = Note(blocks=(line("Пояснение."),))
    spaced = Paragraph(inlines=(Span(text="Слово "), note))
    plain = Paragraph(inlines=(Span(text="Слово"), note))
    ways = (article_pdf(Document(blocks=(way,)), {}, title="Т") for way in (spaced, plain))
    assert len(set(ways)) == 1
