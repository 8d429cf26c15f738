"""What the templates are told: print custom, rows of pictures, turned tables, sizes."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from flows.documents.printing import designs, layout, pictures
from schemas.design import Template
from schemas.document import (
    Cell,
    Document,
    Figure,
    Heading,
    Inline,
    LineBreak,
    Note,
    Paragraph,
    Picture,
    Span,
    Table,
)

NBSP = "\u00a0"
TENTH = 0.1
"""Points; lengths are told to one decimal."""


def line(text: str) -> Paragraph:
    return Paragraph(inlines=(Span(text=text),))


def texts(nodes: list[layout.Node]) -> list[str]:
    return [part["s"] for node in nodes for part in node["c"] if part["k"] == "t"]


def set_line(*inlines: Inline) -> str:
    made = layout.nodes(Document(blocks=(Paragraph(inlines=inlines),)), layout.Setting())
    return "".join(texts(made))


@pytest.fixture
def setting(tmp_path: Path) -> layout.Setting:
    paths = {}
    for name, size in {
        "a": (600, 400),
        "b": (600, 400),
        "c": (600, 400),
        "small": (90, 60),
    }.items():
        paths[name] = tmp_path / f"{name}.png"
        Image.new("RGB", size, "navy").save(paths[name])
    return layout.Setting(paths, {name: path.name for name, path in paths.items()})


def test_the_mark_of_a_footnote_touches_its_word() -> None:
    note = Note(blocks=(line("Пояснение"),))
    assert set_line(Span(text="Опыт "), note, Span(text=" школы ")) == "Опыт школы "


def test_quotes_are_paired_over_a_whole_line_whatever_is_bold_in_it() -> None:
    spans = (Span(text='Приём "толстых '), Span(text='и тонких" вопросов', bold=True))
    assert set_line(*spans) == f"Приём «толстых и{NBSP}тонких» вопросов"


def test_inner_quotes_stay_inner_when_they_have_a_span_of_their_own() -> None:
    spans = (Span(text="Повесть «о "), Span(text='"Тамани"', italic=True), Span(text=" и людях»"))
    assert "„Тамани“" in set_line(*spans)


@pytest.mark.parametrize(
    "text", ['print("привет")', "путь C:\\папка\\файл - там", 'say "hello" - twice', "a - b"]
)
def test_programs_and_other_languages_keep_their_quotes(text: str) -> None:
    assert set_line(Span(text=text, code=True)) == text
    assert '"' not in text or '"' in set_line(Span(text=text))


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("на уроках в 5-6 классах", f"в{NBSP}5–6{NBSP}классах"),
        ("автор И. И. Иванов", f"И.{NBSP}И.{NBSP}Иванов"),
        ("чтение - это труд", f"чтение{NBSP}— это труд"),
        ("школа № 5", f"№{NBSP}5"),
    ],
)
def test_no_line_ends_where_a_printer_would_not_end_it(text: str, end: str) -> None:
    assert set_line(Span(text=text)).endswith(end)


words = st.text(st.sampled_from('абв "«»-–.,1(') | st.characters(max_codepoint=0x2100), max_size=30)


@settings(max_examples=60)
@given(st.lists(words, max_size=4))
def test_letters_and_figures_are_never_lost_or_moved(parts: list[str]) -> None:
    spans = tuple(Span(text=part) for part in parts)
    before = layout.clean("".join(parts))
    after = set_line(*spans)
    assert [one for one in after if one.isalnum()] == [one for one in before if one.isalnum()]


def test_pictures_of_one_paragraph_stand_side_by_side_with_their_caption(
    setting: layout.Setting,
) -> None:
    shown = (Picture(name="a", description="До"), LineBreak(), Picture(name="b"))
    blocks = (Paragraph(inlines=shown), line("Рис. 2. До и после"), line("Текст."))

    rows, text = layout.nodes(Document(blocks=blocks), setting)

    assert [[one["f"] for one in row] for row in rows["rows"]] == [["a.png", "b.png"]]
    assert rows["rows"][0][0]["alt"] == "До"
    assert sum(one["w"] for one in rows["rows"][0]) + layout.GAP <= setting.room.width
    assert rows["caption"][0]["s"].startswith("Рис.")
    assert text["k"] == "par"


def test_many_pictures_make_several_rows_and_words_between_them_none(
    setting: layout.Setting,
) -> None:
    six = Paragraph(inlines=tuple(Picture(name=name) for name in "abcabc"))
    spoken = Paragraph(inlines=(Picture(name="a"), Span(text=" и "), Picture(name="b")))

    rows, par = layout.nodes(Document(blocks=(six, spoken)), setting)

    assert [len(row) for row in rows["rows"]] == [3, 3]
    assert par["k"] == "par"


def test_heading_before_a_turned_table_turns_with_it() -> None:
    row = tuple(Cell(blocks=(line("исследовательский"),)) for _ in range(11))
    heading = Heading(level=1, inlines=(Span(text="Карта урока"),))
    blocks = (line("До."), heading, Table(columns=11, rows=(row,)), line("После."))

    made = layout.nodes(Document(blocks=blocks), layout.Setting())

    assert [node["k"] for node in made] == ["par", "table", "par"]
    assert [node["k"] for node in made[1]["lead"]] == ["heading"]


@pytest.mark.parametrize("template", list(Template))
def test_pictures_fit_the_page_of_every_template(
    template: Template, setting: layout.Setting
) -> None:
    room = designs.room(template)
    wide = setting._replace(room=room)
    figures = (
        Figure(picture=Picture(name="a", width=2000, height=100)),
        Figure(picture=Picture(name="a", width=300, height=3000)),
    )
    for node in layout.nodes(Document(blocks=figures), wide):
        assert node["c"]["w"] <= room.width + TENTH
        assert node["c"]["h"] <= room.tallest + TENTH


def test_small_picture_is_not_blown_up_beyond_its_dots(setting: layout.Setting) -> None:
    wished = Picture(name="small", width=374, height=249)

    width, height = pictures.size(setting.pictures["small"], wished)

    assert round(width) == round(90 * 72 / pictures.FEWEST_DOTS)
    assert height / width == pytest.approx(249 / 374)
    assert pictures.is_blurry(setting.pictures["small"], wished)
    assert not pictures.is_blurry(setting.pictures["a"], Picture(name="a"))


@pytest.mark.parametrize("template", list(Template))
def test_measures_leave_room_for_text(template: Template) -> None:
    room = designs.room(template)
    assert 300 < room.width < room.sideways
    assert room.tallest < room.height
    assert 7 < room.table <= 9.5
