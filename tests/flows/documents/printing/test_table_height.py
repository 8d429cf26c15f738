"""Tables told short or tall without a layout are about what the layout says they are."""

import io

import pdfplumber
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.documents.printing import grid, table_height
from flows.documents.printing.article import article_pdf
from flows.documents.printing.designs import Room
from schemas.document import (
    BlockList,
    Cell,
    Document,
    LineBreak,
    Paragraph,
    Picture,
    Span,
    Table,
)

ROOM = Room()
WORDS = "Показатель читательской грамотности вырос за год у всех пятых классов школы "


def cell(text):
    return Cell(blocks=(Paragraph(inlines=(Span(text=text),)),))


def table(rows):
    cells = tuple(tuple(cell(text) for text in row) for row in rows)
    return Table(columns=len(rows[0]), rows=cells)


def told(one):
    return table_height.is_short(grid.plan(one, room=ROOM, nested=False), ROOM)


def printed_height(one):
    with pdfplumber.open(io.BytesIO(article_pdf(Document(blocks=(one,)), {}, title="Т"))) as pdf:
        assert len(pdf.pages) == 1
        lines = [line["top"] for line in pdf.pages[0].rects + pdf.pages[0].lines]
        return max(lines) - min(lines)


@settings(max_examples=12, deadline=None)
@given(
    rows=st.integers(1, 7).flatmap(
        lambda columns: st.lists(
            st.lists(st.integers(0, 220), min_size=columns, max_size=columns),
            min_size=1,
            max_size=8,
        )
    )
)
def test_what_is_told_short_is_printed_short_or_nearly_so(rows):
    one = table([[(WORDS * 3)[:length] for length in row] for row in rows])
    if told(one):
        assert printed_height(one) <= 1.4 * table_height.SHORT * ROOM.height


@pytest.mark.parametrize(("rows", "expected"), [(3, True), (9, True), (11, False), (40, False)])
def test_tables_are_told_short_by_their_rows(rows, expected):
    assert told(table([["Класс", "Доля"]] * rows)) is expected


def test_long_cells_make_a_table_tall():
    assert told(table([["Класс", WORDS * 12]] * 2)) is False


def test_lines_and_items_of_lists_count_each():
    line = Paragraph(inlines=(Span(text="а"), LineBreak(), Span(text="б")))
    for items, expected in ((2, True), (12, False)):
        listed = BlockList(items=((line,),) * items)
        assert told(Table(columns=1, rows=((Cell(blocks=(listed,)),),))) is expected


def test_cells_with_more_than_text_are_left_to_the_layout():
    drawn = Cell(blocks=(Paragraph(inlines=(Picture(name="a.png"),)),))
    assert told(Table(columns=1, rows=((drawn,),))) is None
