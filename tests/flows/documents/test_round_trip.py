"""What goes into a file as headings, paragraphs, lists, tables and footnotes is read out alike."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pypandoc
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pptx import Presentation
from pptx.util import Inches

from flows.documents.printing.article import article_pdf
from flows.documents.reading import read
from flows.documents.structure import blocks_text, inline_text, plain
from schemas.document import (
    Block,
    BlockList,
    Cell,
    Document,
    Heading,
    Note,
    Paragraph,
    Span,
    Table,
)

WORDS = st.sampled_from(
    """
    ученики сравнивают способы решения учитель называет ответ карточка занимает несколько минут
    показывает действие класс тетрадь задача группа проверка
    """.split()  # noqa: SIM905 - words read better than literals
)
PHRASE = st.lists(WORDS, min_size=2, max_size=5).map(lambda words: " ".join(words).capitalize())
SENTENCES = st.lists(
    st.lists(WORDS, min_size=4, max_size=14).map(lambda w: " ".join(w).capitalize() + "."),
    min_size=1,
    max_size=6,
).map(" ".join)
HEADINGS = st.builds(
    lambda level, text: Heading(level=level, inlines=plain(text)), st.integers(1, 2), PHRASE
)


def paragraph(text: str) -> Paragraph:
    return Paragraph(inlines=plain(text))


def noted(text: str, note: str, rest: str) -> Paragraph:
    return Paragraph(
        inlines=(Span(text=text), Note(blocks=(paragraph(note),)), Span(text=f" {rest}"))
    )


def cell(text: str) -> Cell:
    return Cell(blocks=(paragraph(text),))


def table(rows: list[list[str]]) -> Table:
    head, *body = [tuple(map(cell, row)) for row in rows]
    return Table(columns=len(head), header=(head,), rows=tuple(body))


LISTS = st.builds(
    lambda ordered, items: BlockList(
        ordered=ordered, items=tuple((paragraph(item),) for item in items)
    ),
    st.booleans(),
    st.lists(PHRASE, min_size=2, max_size=4),
)
TABLES = st.integers(2, 4).flatmap(
    lambda width: st.lists(
        st.lists(WORDS, min_size=width, max_size=width), min_size=2, max_size=5
    ).map(table)
)
PARAGRAPHS = st.one_of(
    st.builds(paragraph, SENTENCES), st.builds(noted, SENTENCES, PHRASE, SENTENCES)
)
PARTS = st.lists(
    st.tuples(HEADINGS, PARAGRAPHS, st.one_of(LISTS, TABLES), PARAGRAPHS), min_size=1, max_size=3
)
FEW = settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def told(block: Block) -> Iterator[tuple[object, ...]]:
    """What must survive of a block: its kind, its words, the notes in their places."""
    match block:
        case Heading():
            yield "heading", words(inline_text(block.inlines))
        case Paragraph():
            notes = [i for i in block.inlines if isinstance(i, Note)]
            yield "paragraph", words(inline_text(block.inlines))
            yield from (("note", words(blocks_text(note.blocks))) for note in notes)
        case BlockList():
            items = [words(blocks_text(item)) for item in block.items]
            yield "list", block.ordered, *items
        case Table():
            rows = (*block.header, *block.rows)
            yield "table", tuple(tuple(words(blocks_text(c.blocks)) for c in row) for row in rows)


def words(text: str) -> str:
    return " ".join(text.split())


def all_told(blocks) -> list[tuple[object, ...]]:
    return [one for block in blocks for one in told(block)]


def markdown(blocks) -> str:
    return "\n\n".join(markdown_block(block, number) for number, block in enumerate(blocks))


def markdown_block(block: Block, number: int) -> str:
    match block:
        case Heading():
            return "#" * block.level + " " + inline_text(block.inlines)
        case BlockList():
            marks = [f"{n}." if block.ordered else "-" for n, _ in enumerate(block.items, 1)]
            lines = zip(marks, block.items, strict=True)
            # A comment parts two lists that would otherwise be one.
            return "<!-- -->\n\n" + "\n".join(f"{m} {blocks_text(item)}" for m, item in lines)
        case Table():
            rows = [[blocks_text(c.blocks) for c in row] for row in (*block.header, *block.rows)]
            lines = ["| " + " | ".join(row) + " |" for row in rows]
            return "\n".join([lines[0], "|---" * len(rows[0]) + "|", *lines[1:]])
        case Paragraph():
            note = next((i for i in block.inlines if isinstance(i, Note)), None)
            if note is None:
                return inline_text(block.inlines)
            first, _, last = block.inlines
            definition = f"[^n{number}]: {blocks_text(note.blocks)}"
            return f"{first.text}[^n{number}]{last.text}\n\n{definition}"
    raise AssertionError(block)


@pytest.mark.parametrize("kind", ["docx", "odt"])
@FEW
@given(parts=PARTS)
def test_text_documents_give_back_what_was_put_in(kind, parts, tmp_path_factory):
    blocks = [block for part in parts for block in part]
    desk = tmp_path_factory.mktemp("trip")
    command = [pypandoc.get_pandoc_path(), "-f", "markdown", "-o", str(desk / f"a.{kind}")]
    subprocess.run(command, input=markdown(blocks).encode(), check=True)
    found = read(desk / f"a.{kind}", directory=desk / "out").document
    assert all_told(found.blocks) == all_told(blocks)


@FEW
@given(parts=PARTS)
def test_typeset_pages_give_back_what_was_put_in(parts, tmp_path_factory):
    blocks = [block for part in parts for block in part]
    desk = tmp_path_factory.mktemp("trip")
    path = desk / "a.pdf"
    path.write_bytes(article_pdf(Document(blocks=tuple(blocks)), {}, title="Опыт"))
    found = read(path, directory=desk / "out").document
    assert inline_text(found.blocks[0].inlines) == "Опыт"
    assert all_told(found.blocks[1:]) == all_told(blocks)


SLIDES = st.lists(
    st.tuples(PHRASE, st.lists(PHRASE, min_size=2, max_size=5), st.none() | TABLES),
    min_size=1,
    max_size=4,
)


@FEW
@given(slides=SLIDES)
def test_slides_give_back_what_was_put_in(slides, tmp_path_factory):
    desk = tmp_path_factory.mktemp("trip")
    expected = deck(slides, desk / "a.pptx")
    found = read(desk / "a.pptx", directory=desk / "out").document
    assert all_told(found.blocks) == expected


def deck(slides, path: Path) -> list[tuple[object, ...]]:
    """Write slides and return what must be read out of them."""
    made, expected = Presentation(), []
    for title, points, grid in slides:
        slide = made.slides.add_slide(made.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text_frame.text = "\n".join(points)
        expected += [("heading", title), ("list", False, *points)]
        if grid is not None:
            rows = all_told([grid])[0][1]
            size = (Inches(1), Inches(5), Inches(6), Inches(1))
            shape = slide.shapes.add_table(len(rows), len(rows[0]), *size)
            for r, row in enumerate(rows):
                for c, text in enumerate(row):
                    shape.table.cell(r, c).text = text
            expected += all_told([grid])
    made.save(str(path))
    return expected
