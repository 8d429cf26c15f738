"""Tables told short or tall without a layout are what the layout says they are."""

import io

import pdfplumber
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.documents.printing import grid, table_height
from flows.documents.printing.article import article_pdf
from flows.documents.printing.designs import Room
from schemas.document import Cell, Document, LineBreak, Paragraph, Span, Table

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
def test_what_is_told_short_is_printed_short(rows):
    one = table([[(WORDS * 3)[:length] for length in row] for row in rows])
    if told(one):
        assert printed_height(one) <= table_height.SHORT * ROOM.height


@pytest.mark.parametrize(("rows", "expected"), [(3, True), (9, None), (40, False)])
def test_only_what_is_near_the_limit_is_left_to_the_layout(rows, expected):
    assert told(table([["Класс", "Доля"]] * rows)) is expected


def test_cells_with_more_than_text_are_left_to_the_layout():
    broken = Cell(blocks=(Paragraph(inlines=(Span(text="а"), LineBreak(), Span(text="б"))),))
    assert told(Table(columns=1, rows=((broken,),))) is None
