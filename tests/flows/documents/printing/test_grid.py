"""Tables on a grid: whatever a table says of its width, no cell is lost."""

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.documents.printing import grid
from flows.documents.printing.designs import Room
from schemas.document import Cell, Paragraph, Span, Table


def cell(words: str, columns: int = 1, rows: int = 1) -> Cell:
    return Cell(
        blocks=(Paragraph(inlines=(Span(text=words),)),),
        columns=columns,
        rows=rows,
    )


def words_on(plan: grid.Plan) -> set[str]:
    """The words of every cell that has got a place."""
    return {
        inline.text
        for place in plan.places
        for block in (place.cell.blocks if place.cell else ())
        if isinstance(block, Paragraph)
        for inline in block.inlines
        if isinstance(inline, Span)
    }


def planned(table: Table) -> grid.Plan:
    return grid.plan(table, room=Room(), nested=False)


def test_a_row_wider_than_its_table_keeps_every_cell() -> None:
    row = tuple(cell(words) for words in ("один", "два", "три"))
    plan = planned(Table(columns=2, rows=(row[:2], row)))
    assert words_on(plan) == {"один", "два", "три"}
    assert len(plan.weights) == 3


def test_cells_that_reach_down_push_the_next_row_wider() -> None:
    rows = ((cell("а", rows=2), cell("б", rows=2)), (cell("в"), cell("г")))
    assert words_on(planned(Table(columns=2, rows=rows))) == {"а", "б", "в", "г"}


def test_more_cells_than_fit_a_page_stand_together_in_the_last_column() -> None:
    row = tuple(cell(f"слово {number}") for number in range(200))
    plan = planned(Table(columns=1, rows=(row,)))
    assert len(plan.weights) == grid.MOST_COLUMNS
    assert len(words_on(plan)) == 200


def test_a_span_without_end_hides_no_neighbour() -> None:
    rows = ((cell("широкая", columns=10_000), cell("соседняя")),)
    plan = planned(Table(columns=10_000, rows=rows))
    assert words_on(plan) == {"широкая", "соседняя"}
    assert len(plan.weights) == grid.MOST_COLUMNS


spans = st.tuples(st.integers(-1, 70), st.integers(-1, 5))


@given(st.integers(-1, 100), st.lists(st.lists(spans, max_size=6), max_size=5))
@settings(max_examples=60, deadline=None)
def test_no_table_loses_a_word(columns: int, asked: list[list[tuple[int, int]]]) -> None:
    rows = tuple(
        tuple(cell(f"{y}-{x}", *span) for x, span in enumerate(row)) for y, row in enumerate(asked)
    )
    plan = planned(Table(columns=columns, rows=rows))
    assert words_on(plan) == {f"{y}-{x}" for y, row in enumerate(asked) for x in range(len(row))}
    taken = [
        (place.column + dx, place.row + dy)
        for place in plan.places
        for dx in range(place.columns)
        for dy in range(place.rows)
    ]
    assert len(taken) == len(set(taken)) == len(plan.weights) * plan.rows
