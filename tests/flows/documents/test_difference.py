"""The difference of two texts: it gives both texts back, marks words, and stays quick."""

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.documents.difference import (
    Gap,
    Line,
    difference,
    folded,
    lines_of,
    pictures,
    tables,
    word_pieces,
)
from schemas.document import Cell, Document, Figure, Heading, Paragraph, Picture, Span, Table

WORDS = st.sampled_from(["урок", "дети", "и", "а", "проект", "12", "итог,", "школа"])
LINES = st.lists(WORDS, min_size=1, max_size=8).map(lambda words: Line(" ".join(words)))
TEXTS = st.lists(LINES, max_size=12)


def restored(passages, kind):
    """The text on one side of the difference, line by line."""
    kept = [
        " ".join(piece.text for piece in one.pieces if piece.kind in {"same", kind})
        for one in passages
    ]
    return [line for line in kept if line]


@settings(max_examples=150, deadline=None)
@given(TEXTS, TEXTS)
def test_difference_gives_back_the_text_before_and_the_text_after(before, after):
    passages = difference(before, after)

    assert restored(passages, "removed") == [line.text for line in before]
    assert restored(passages, "added") == [line.text for line in after]


@settings(max_examples=50, deadline=None)
@given(TEXTS)
def test_equal_texts_have_no_difference(text):
    passages = difference(text, text)

    assert all(one.is_same for one in passages)
    assert folded(passages) == ()


@settings(max_examples=100, deadline=None)
@given(st.lists(WORDS, max_size=30), st.lists(WORDS, max_size=30))
def test_pieces_of_a_line_give_back_both_lines(before, after):
    pieces = word_pieces(" ".join(before), " ".join(after))

    assert " ".join(one.text for one in pieces if one.kind != "added") == " ".join(before)
    assert " ".join(one.text for one in pieces if one.kind != "removed") == " ".join(after)


@settings(max_examples=50, deadline=None)
@given(TEXTS, TEXTS, st.integers(0, 80))
def test_folding_hides_lines_but_loses_none(before, after, most):
    passages = difference(before, after)
    shown = folded(passages, most=most)

    counted = sum(one.lines if isinstance(one, Gap) else 1 for one in shown)
    assert counted == (len(passages) if shown else 0)
    assert bool(shown) == any(not one.is_same for one in passages)


def test_one_changed_word_is_marked_inside_its_line():
    [one] = difference([Line("Дети чертят план двора")], [Line("Дети чертят карту двора")])

    assert [(piece.kind, piece.text) for piece in one.pieces] == [
        ("same", "Дети чертят"),
        ("removed", "план"),
        ("added", "карту"),
        ("same", "двора"),
    ]


def test_changed_line_finds_its_like_among_added_ones():
    before = [Line("Занятие проходит дважды в неделю")]
    after = [Line("Новый раздел о родителях"), Line("Занятие проходит трижды в неделю")]

    passages = difference(before, after)

    assert [one.is_same for one in passages] == [False, False]
    assert [piece.kind for piece in passages[0].pieces] == ["added"]
    assert len(passages[1].pieces) == 4


def test_unlike_lines_are_not_woven_into_one():
    passages = difference([Line("совсем старый текст")], [Line("иная новая мысль здесь")])

    assert [[piece.kind for piece in one.pieces] for one in passages] == [["removed"], ["added"]]


def test_unchanged_stretches_become_a_count():
    same = [Line(f"Абзац {number}") for number in range(20)]
    shown = folded(difference(same, [*same[:10], Line("Вставка"), *same[10:]]))

    assert [one.lines for one in shown if isinstance(one, Gap)] == [9, 9]
    assert len(shown) == 5


def test_repeated_words_beyond_the_bound_are_shown_replaced_whole():
    before, after = "да нет " * 4000, "нет да " * 4001

    pieces = word_pieces(before, after)

    assert len(pieces) <= 4
    assert " ".join(one.text for one in pieces if one.kind != "removed") == after.strip()


def test_table_rows_and_headings_are_lines_and_things_are_counted():
    cell = Cell(blocks=(Paragraph(inlines=(Span(text="5 класс"),)),))
    table = Table(columns=2, rows=((cell, cell),))
    before = Document(blocks=(Heading(level=1, inlines=(Span(text="Ход  работы"),)),))
    figure = Figure(picture=Picture(name="1.png"))
    after = Document(blocks=(*before.blocks, table, figure, figure))

    assert lines_of(after) == (Line("Ход работы", heading=True), Line("5 класс 5 класс"))
    assert tables(before, after).after == 1
    assert (pictures(before, after).before, pictures(before, after).after) == (0, 2)
