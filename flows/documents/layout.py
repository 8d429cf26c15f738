"""A document as the data our Typst templates draw: every choice is made here, in Python.

Nodes are small dictionaries with the kind under ``k``; the templates only place them. What
could break a page is put right on the way: too deep nesting is flattened, spans are clipped to
the table's grid, long unbroken strings get places to break, wide tables get a narrower type or
a page turned sideways.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from flows.documents import grid, pictures, structure
from schemas.document import (
    Block,
    BlockList,
    Document,
    Figure,
    Formula,
    Heading,
    Inline,
    LineBreak,
    Note,
    Paragraph,
    Picture,
    Preformatted,
    Quote,
    Span,
    Table,
)

Node = dict[str, Any]
DEEPEST = 6
TEXT_WIDTH = 374.0
TALLEST_PICTURE = 290.0
SMALL_PICTURE = 120.0
"""Taller pictures with a caption float to a page's edge instead of leaving it half empty."""
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_LONG_WORD = re.compile(r"[^\s\u00ad\u200b]{25,}")
_BREAK_AFTER = re.compile(r"(?<=[/.?&=_\-:;,@])(?=[^\s/])")
_EVERY = 18
_HYPHEN_AS_DASH = re.compile(r"(?<=\S)[ \u00a0](?:-|--|–)[ \u00a0](?=\S)")
_SHORT_WORD = re.compile(r"(?<![\w\u00a0-])([авикосуяАВИКОСУЯ]|№|§) (?=[\w«(])")
_INITIALS = re.compile(r"\b([А-ЯЁ]\.) ?(?=[А-ЯЁ]\.? ?[А-ЯЁ])")


class Setting(NamedTuple):
    """What a document needs beside itself.

    ``pictures`` maps the document's picture names to prepared files, ``places`` the same names
    to where the template finds them; ``formulas`` maps TeX to filtered Typst mathematics.
    """

    pictures: Mapping[str, Path] = {}
    places: Mapping[str, str] = {}
    formulas: Mapping[str, str] = {}


def nodes(document: Document, setting: Setting) -> list[Node]:
    """Every block of ``document`` as a node, headings in levels from 1 without gaps."""
    levels = heading_levels(document.blocks)
    return [
        _block(block, setting, 0, levels.get(place)) for place, block in enumerate(document.blocks)
    ]


def heading_levels(blocks: tuple[Block, ...]) -> dict[int, int]:
    """Return our level for every heading of ``blocks`` by its place.

    The highest level used becomes 1, the next one 2, to 4 at most; a heading that skips a level
    after the one before it is raised, because readers aloud rely on the steps.
    """
    headings = [
        (place, block.level) for place, block in enumerate(blocks) if block.kind == "heading"
    ]
    used = sorted({level for _, level in headings})
    levels: dict[int, int] = {}
    current = 0
    for place, level in headings:
        current = min(used.index(level) + 1, current + 1, 4)
        levels[place] = current
    return levels


def clean(text: str) -> str:
    """``text`` without the characters that no document format admits."""
    return _NOT_IN_XML.sub("", text)


def breakable(text: str) -> str:
    """``text`` with invisible places to break in strings too long for a line."""
    return _LONG_WORD.sub(lambda found: _with_breaks(found[0]), text)


def polished(text: str) -> str:
    """Russian print custom: a dash between words, no short word left at a line's end."""
    text = _HYPHEN_AS_DASH.sub("\u00a0— ", text)
    return _INITIALS.sub("\\1\u00a0", _SHORT_WORD.sub("\\1\u00a0", text))


def printed(text: str) -> str:
    """A title or a name, ready for a template."""
    return breakable(clean(text))


def plain_blocks(document: Document) -> tuple[Block, ...]:
    """Return the bare text of ``document``, a paragraph a block: what is set if all else fails."""
    lines = [line for line in lines_of(document.blocks) if line.strip()]
    return tuple(Paragraph(inlines=(Span(text=line),)) for line in lines)


def lines_of(blocks: tuple[Block, ...]) -> list[str]:
    """Text by block, table rows joined by semicolons."""
    lines: list[str] = []
    for block in blocks:
        lines += _LINES[type(block)](block)
    return lines


def text_of(inlines: tuple[Inline, ...]) -> str:
    """What a reader would say aloud."""
    return "".join(_TEXT[type(inline)](inline) for inline in inlines)


def _with_breaks(word: str) -> str:
    parts = _BREAK_AFTER.split(word)
    return "\u200b".join(
        "\u200b".join(part[at : at + _EVERY] for at in range(0, len(part), _EVERY))
        for part in parts
        if part
    )


def _block(block: Block, setting: Setting, depth: int, level: int | None = None) -> Node:
    if depth > DEEPEST:
        text = " ".join(lines_of((block,)))
        return {"k": "par", "c": [_span(Span(text=text), setting, depth)]}
    if level is not None and isinstance(block, Heading):
        return {"k": "heading", "level": level, "c": _line(block.inlines, setting, depth)}
    node: Node = _BLOCKS[type(block)](block, setting, depth + 1)
    return node


def _blocks(blocks: tuple[Block, ...], setting: Setting, depth: int) -> list[Node]:
    return [_block(block, setting, depth) for block in blocks]


def _paragraph(block: Paragraph, setting: Setting, depth: int) -> Node:
    only = block.inlines[0] if len(block.inlines) == 1 else None
    if isinstance(only, Picture) and depth <= 1:
        return _figure(Figure(picture=only), setting, depth)
    return {"k": "par", "c": _line(block.inlines, setting, depth)}


def _nested_heading(block: Heading, setting: Setting, depth: int) -> Node:
    """Set a heading inside a list or a cell as a bold line: it is no step of the outline."""
    line = _line(block.inlines, setting, depth)
    return {"k": "par", "c": [part | {"b": 1} if part["k"] == "t" else part for part in line]}


def _list(block: BlockList, setting: Setting, depth: int) -> Node:
    items = [_blocks(item, setting, depth) for item in block.items if item]
    return {"k": "enum" if block.ordered else "list", "start": max(block.start, 0), "items": items}


def _quote(block: Quote, setting: Setting, depth: int) -> Node:
    return {"k": "quote", "c": _blocks(block.blocks, setting, depth)}


def _preformatted(block: Preformatted, _setting: Setting, _depth: int) -> Node:
    return {"k": "pre", "s": printed(block.text.expandtabs(4))}


def _figure(block: Figure, setting: Setting, depth: int) -> Node:
    caption = _line(block.caption, setting, depth)
    picture = _picture(block.picture, setting, depth, fallback=text_of(block.caption))
    if picture["k"] != "img":
        return {"k": "par", "c": [picture, *caption]}
    floats = depth == 1 and bool(caption) and picture["h"] > SMALL_PICTURE
    return {"k": "figure", "c": picture, "caption": caption, "floats": floats}


def _table(block: Table, setting: Setting, depth: int) -> Node:
    plan = grid.plan(block, width=TEXT_WIDTH, nested=depth > 1)
    cells: list[Node] = [
        {
            "x": place.column,
            "y": place.row,
            "w": place.columns,
            "h": place.rows,
            "long": grid.is_long(place),
            "c": _blocks(place.cell.blocks, setting, depth + 1) if place.cell else [],
        }
        for place in plan.places
    ]
    return {
        "k": "table",
        "caption": _line(block.caption, setting, depth),
        "columns": list(plan.weights),
        "short": list(plan.short),
        "top": plan.header,
        "size": plan.size,
        "sideways": plan.sideways,
        "repeat": plan.repeat,
        "head": [cell for cell in cells if cell["y"] < plan.header],
        "body": [cell for cell in cells if cell["y"] >= plan.header],
    }


def _line(inlines: tuple[Inline, ...], setting: Setting, depth: int) -> list[Node]:
    return [_INLINES[type(inline)](inline, setting, depth) for inline in inlines]


def _span(span: Span, _setting: Setting, _depth: int) -> Node:
    text = clean(span.text)
    node: Node = {"k": "t", "s": breakable(text if span.code else polished(text))}
    marks = {"b": span.bold, "i": span.italic, "code": span.code, "strike": span.strike}
    node |= {mark: 1 for mark, is_on in marks.items() if is_on}
    if span.position != "normal":
        node["p"] = span.position
    if span.link and re.match(r"(https?://|mailto:)\S+$", span.link):
        node["url"] = clean(span.link)
    return node


def _break(_break: LineBreak, _setting: Setting, _depth: int) -> Node:
    return {"k": "br"}


def _formula(formula: Formula, setting: Setting, _depth: int) -> Node:
    typst = setting.formulas.get(formula.tex)
    if typst is None:
        return {"k": "t", "s": printed(formula.tex), "code": 1}
    return {"k": "m", "m": typst, "alt": clean(formula.tex), "d": int(formula.display)}


def _note(note: Note, setting: Setting, depth: int) -> Node:
    if depth > DEEPEST:
        return {"k": "t", "s": f" ({printed(' '.join(lines_of(note.blocks)))})"}
    return {"k": "note", "c": _blocks(note.blocks, setting, DEEPEST)}


def _picture(picture: Picture, setting: Setting, depth: int, fallback: str = "") -> Node:
    path, place = setting.pictures.get(picture.name), setting.places.get(picture.name)
    alt = clean(picture.description or fallback or "Рисунок")
    if path is None or place is None:
        return {"k": "t", "s": f"[Рисунок: {printed(alt)}]", "i": 1}
    width, height = pictures.size(path, picture)
    scale = min(1.0, TEXT_WIDTH / width, TALLEST_PICTURE / height)
    return {
        "k": "img",
        "f": place,
        "alt": alt,
        "w": round(width * scale, 1),
        "h": round(height * scale, 1),
        "inline": int(depth > 1 or not fallback),
    }


_BLOCKS: dict[type, Any] = {
    Heading: _nested_heading,
    Paragraph: _paragraph,
    BlockList: _list,
    Quote: _quote,
    Preformatted: _preformatted,
    Figure: _figure,
    Table: _table,
}
_INLINES: dict[type, Any] = {
    Span: _span,
    LineBreak: _break,
    Formula: _formula,
    Note: _note,
    Picture: _picture,
}
_TEXT: dict[type, Any] = {
    Span: lambda span: span.text,
    LineBreak: lambda _: " ",
    Formula: lambda formula: formula.tex,
    Note: lambda note: f" ({' '.join(lines_of(note.blocks))})",
    Picture: lambda picture: picture.description,
}
_LINES: dict[type, Any] = {
    Heading: lambda block: [text_of(block.inlines)],
    Paragraph: lambda block: [text_of(block.inlines)],
    BlockList: lambda block: [line for item in block.items for line in lines_of(item)],
    Quote: lambda block: lines_of(block.blocks),
    Preformatted: lambda block: block.text.splitlines(),
    Figure: lambda block: [text_of(block.caption) or block.picture.description],
    Table: lambda block: [
        text_of(block.caption),
        *("; ".join(" ".join(lines_of(cell.blocks)) for cell in row) for row in _rows(block)),
    ],
}


def _rows(table: Table) -> tuple[Any, ...]:
    return table.header + table.rows


def formulas_of(document: Document) -> set[str]:
    """Return the TeX of every formula in ``document``."""
    return {
        inline.tex
        for block in structure.walk(document.blocks)
        for inline in structure.own_inlines(block)
        if isinstance(inline, Formula)
    }
