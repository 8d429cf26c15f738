"""Builds PPTX files: one slide a heading, with real layouts, tables, pictures and notes."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pypandoc  # type: ignore[import-untyped]
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.oxml.ns import qn
from pptx.presentation import Presentation as Deck
from pptx.slide import Slide
from pptx.util import Cm, Emu, Length, Pt

from samples.marathon.office import WRITTEN, freeze_zip
from samples.marathon.sources import HERE, Work

TITLE, CONTENT, TWO_CONTENT, TITLE_ONLY = 0, 1, 3, 5
BANDS = ("2F6690", "5B8E7D", "8C5A2B")
WIDTH, MARGIN, INNER = Cm(25.4), Cm(1.3), Cm(22.8)

Block = dict[str, Any]


@dataclass
class Page:
    """What one heading of the source holds."""

    title: str
    lines: list[str] = field(default_factory=list)
    tables: list[list[list[str]]] = field(default_factory=list)
    pictures: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def build_pptx(work: Work, target: Path) -> None:
    """Write the deck; the first slide comes from the front matter."""
    deck = Presentation()
    _colour_master(deck, BANDS[work.number % len(BANDS)])
    _title_slide(deck, work)
    for page in read_pages(work.markdown):
        _add_page(deck, page)
    _metadata(deck, work)
    deck.save(str(target))
    freeze_zip(target)


def read_pages(markdown: str) -> list[Page]:
    """Split the body at its second-level headings."""
    tree = json.loads(pypandoc.convert_text(markdown, "json", format="markdown"))
    pages: list[Page] = []
    for block in tree["blocks"]:
        if block["t"] == "Header":
            pages.append(Page(_text(block["c"][2])))
        elif pages:
            _take(pages[-1], block)
    return pages


def _take(page: Page, block: Block) -> None:
    if block["t"] == "Table":
        page.tables.append(_rows(block))
    elif block["t"] == "Figure":
        page.pictures.append(_picture(block))
    elif block["t"] == "Div":
        page.notes += [_text(inner) for inner in block["c"][1]]
    elif block["t"] in {"BulletList", "OrderedList"}:
        page.lines += _items(block)
    else:
        page.lines.append(_text(block))


def _items(block: Block) -> list[str]:
    ordered = block["t"] == "OrderedList"
    items = block["c"][1] if ordered else block["c"]
    marks = (f"{n}. " if ordered else "" for n in range(1, len(items) + 1))
    return [mark + _text(item) for mark, item in zip(marks, items, strict=True)]


def _rows(table: Block) -> list[list[str]]:
    head, bodies = table["c"][3], table["c"][4]
    rows = head[1] + [row for body in bodies for row in body[3]]
    return [[_text(cell[4]) for cell in row[1]] for row in rows]


def _picture(figure: Block) -> tuple[str, str]:
    image = next(node for node in _nodes(figure["c"][2]) if node["t"] == "Image")
    return image["c"][2][0], _text(image["c"][1])


def _nodes(tree: Any) -> Iterator[Block]:  # noqa: ANN401
    if isinstance(tree, list):
        for part in tree:
            yield from _nodes(part)
    elif isinstance(tree, dict):
        if "t" in tree:
            yield tree
        yield from _nodes(tree.get("c", []))


def _text(tree: Any) -> str:  # noqa: ANN401
    """Return the plain words of a piece of pandoc's tree; formulas stay as they were typed."""
    words = {"Str": lambda c: c, "Math": lambda c: c[1], "Code": lambda c: c[1]}
    parts: list[str] = []
    for node in _nodes(tree):
        if node["t"] in words:
            parts.append(words[node["t"]](node["c"]))
        elif node["t"] in {"Space", "SoftBreak", "LineBreak"}:
            parts.append(" ")
    return "".join(parts)


def _colour_master(deck: Deck, colour: str) -> None:
    """Paint a band along the top edge of every slide, under the placeholders."""
    master = deck.slide_master
    band = deck.slides.add_slide(deck.slide_layouts[TITLE_ONLY]).shapes.add_shape(
        MSO_SHAPE.RECTANGLE, Emu(0), Emu(0), WIDTH, Cm(0.7)
    )
    band.fill.solid()
    band.fill.fore_color.rgb = RGBColor.from_string(colour)  # type: ignore[no-untyped-call]
    band.line.fill.background()
    master.shapes._spTree.insert(2, band._element)  # noqa: SLF001
    _drop_first_slide(deck)


def _drop_first_slide(deck: Deck) -> None:
    slide_ids = deck.slides._sldIdLst  # noqa: SLF001
    deck.part.drop_rel(slide_ids[0].get(qn("r:id")))
    slide_ids.remove(slide_ids[0])


def _title_slide(deck: Deck, work: Work) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[TITLE])
    _set_title(slide, work.title, 32)
    named = "author_in_body" in work.defects
    lines = [author.byline for author in work.authors] if named else []
    slide.placeholders[1].text = "\n".join([f"{work.subject}, {work.level}", *lines])
    _shrink(slide.placeholders[1], 18)


def _add_page(deck: Deck, page: Page) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[_layout(page)])
    _set_title(slide, page.title, 28)
    if page.lines:
        _fill(slide, page)
    for rows in page.tables:
        _add_table(slide, rows, Cm(9.6 if page.lines else 4.2))
    for path, caption in page.pictures:
        _add_picture(slide, path, caption, beside=bool(page.lines))
    if page.notes:
        slide.notes_slide.notes_text_frame.text = "\n".join(page.notes)


def _layout(page: Page) -> int:
    if not page.lines:
        return TITLE_ONLY
    return TWO_CONTENT if page.pictures else CONTENT


def _set_title(slide: Any, title: str, size: int) -> None:  # noqa: ANN401
    slide.shapes.title.text = title
    _shrink(slide.shapes.title, size)


def _fill(slide: Slide, page: Page) -> None:
    body = slide.placeholders[1]
    body.text = "\n".join(page.lines)
    room = 330 if page.tables or page.pictures else 620
    _shrink(body, 22 if len(body.text) < room else 17)
    if page.tables:
        body.left, body.top, body.width, body.height = MARGIN, Cm(4), INNER, Cm(5.2)


def _shrink(shape: Any, size: int) -> None:  # noqa: ANN401
    for paragraph in shape.text_frame.paragraphs:
        paragraph.font.size = Pt(size)


def _add_table(slide: Slide, rows: list[list[str]], top: Length) -> None:
    shape = slide.shapes.add_table(len(rows), len(rows[0]), MARGIN, top, INNER, Cm(1.1 * len(rows)))
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            cell = shape.table.cell(row, column)
            cell.text = text
            _shrink(cell, 14)


def _add_picture(slide: Slide, path: str, caption: str, *, beside: bool) -> None:
    """Beside text the picture takes the right half, alone it takes the slide's middle."""
    left, width = (Cm(13.2), Cm(11)) if beside else (Cm(4.2), Cm(17))
    if beside:
        _remove(slide.placeholders[2])
    picture: Any = slide.shapes.add_picture(str(HERE / path), left, Cm(4.3), width)
    picture._element.nvPicPr.cNvPr.set("descr", caption)  # noqa: SLF001
    box = slide.shapes.add_textbox(left, picture.top + picture.height + Cm(0.2), width, Cm(1))
    box.text_frame.word_wrap = True
    box.text_frame.text = caption
    _shrink(box, 12)


def _remove(shape: Any) -> None:  # noqa: ANN401
    shape._element.getparent().remove(shape._element)  # noqa: SLF001


def _metadata(deck: Deck, work: Work) -> None:
    properties = deck.core_properties
    properties.author = properties.last_modified_by = work.metadata_author
    properties.created = properties.modified = WRITTEN
    properties.title = work.title
