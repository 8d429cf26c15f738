"""A document as the data our Typst templates draw: every choice is made here, in Python.

Nodes are small dictionaries with the kind under ``k``; the templates only place them. What
could break a page is put right on the way: too deep nesting is flattened, spans are clipped to
the table's grid, long unbroken strings get places to break, wide tables get a narrower type or
a page turned sideways.
"""

import re
from collections.abc import Mapping
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, NamedTuple

from flows.documents import structure, wording
from flows.documents.parsing import captions
from flows.documents.printing import grid, pictures, table_height
from flows.documents.printing.designs import Room
from schemas.document import (
    Block,
    BlockList,
    Cell,
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
from schemas.quotes import ANY_MARK, russian_quotes

Node = dict[str, Any]
DEEPEST = 6
GAP = 9.0
_IN_ROW = 3
SMALL_PICTURE = 120.0
"""Taller pictures with a caption float to a page's edge instead of leaving it half empty."""
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_LONG = 25
_LONG_WORD = re.compile(rf"[^\s\u00ad\u200b]{{{_LONG},}}")
_BREAK_AFTER = re.compile(r"(?<=[/.?&=_\-:;,@])(?=[^\s/])")
_EVERY = 18
_RUSSIAN = re.compile("[А-Яа-яЁё]")
_PROGRAM = re.compile(r'[\\{}<>]|\w\("')


class Setting(NamedTuple):
    """What a document needs beside itself.

    ``pictures`` maps the document's picture names to prepared files, ``places`` the same names
    to where the template finds them; ``formulas`` maps TeX to filtered Typst mathematics;
    ``room`` is what the chosen template's page offers.
    """

    pictures: Mapping[str, Path] = {}
    places: Mapping[str, str] = {}
    formulas: Mapping[str, str] = {}
    room: Room = Room()


def nodes(document: Document, setting: Setting) -> list[Node]:
    """Every block of ``document`` as a node, headings in levels from 1 without gaps."""
    levels = heading_levels(document.blocks)
    made: list[Node] = []
    for place, block in enumerate(document.blocks):
        if made and made[-1]["k"] == "rows" and captions.speaks_of(block, captions.UNDER_PICTURE):
            made[-1] |= {"caption": _line(block.inlines, setting, 1)}
            continue
        node = _block(block, setting, 0, levels.get(place))
        if node.get("sideways"):
            node["lead"] = _headings_at_the_end(made)
        made.append(node)
    return made


def _headings_at_the_end(made: list[Node]) -> list[Node]:
    """Take the headings off ``made`` that would stay alone on the page before a turned one."""
    lead: list[Node] = []
    while made and made[-1]["k"] == "heading":
        lead.insert(0, made.pop())
    return lead


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
    # To split is quicker than to look for long words, of which there are hardly any.
    if len(max(text.split(), key=len, default="")) < _LONG:
        return text
    return _LONG_WORD.sub(lambda found: _with_breaks(found[0]), text)


def polished(text: str) -> str:
    """``text`` by Russian print custom; what has no Russian letter stays as it was written."""
    return _spaced(quoted(text))


def quoted(text: str) -> str:
    """``text`` with «quotes»; what is not Russian or looks like a program keeps its own."""
    if not ANY_MARK.search(text):
        return text
    is_prose = _RUSSIAN.search(text) and not _PROGRAM.search(text)
    return russian_quotes(text) if is_prose else text


def _spaced(text: str) -> str:
    """``text`` with all that ``polished`` does but quotes, which are set line by line."""
    if not _RUSSIAN.search(text):
        return text
    text = wording.tied(text)
    for pattern, replacement in wording.SHORT_WORDS:
        text = pattern.sub(replacement, text)
    return text


def printed(text: str) -> str:
    """A title or a name, ready for a template."""
    return breakable(polished(clean(text)))


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


def _row_text(row: tuple[Cell, ...]) -> str:
    return "; ".join(" ".join(lines_of(cell.blocks)) for cell in row)


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
    shown = side_by_side(block)
    if shown and depth <= 1:
        return _rows(shown, setting, depth)
    return {"k": "par", "c": _line(block.inlines, setting, depth)}


def side_by_side(block: Paragraph) -> list[Picture]:
    """Return the pictures of a paragraph that holds two or more and no words."""
    shown = [one for one in block.inlines if isinstance(one, Picture)]
    rest = (one for one in block.inlines if not isinstance(one, Picture | LineBreak))
    wordless = all(isinstance(one, Span) and not one.text.strip() for one in rest)
    return shown if wordless and len(shown) > 1 else []


def _rows(shown: list[Picture], setting: Setting, depth: int) -> Node:
    """Pictures that stood side by side, two or three in a row, reduced to the page's width."""
    drawn = [_picture(picture, setting, depth) for picture in shown]
    if any(node["k"] != "img" for node in drawn):
        return {"k": "par", "c": drawn}
    in_row = _IN_ROW if len(drawn) % _IN_ROW == 0 else 2
    rows = [drawn[at : at + in_row] for at in range(0, len(drawn), in_row)]
    return {"k": "rows", "gap": GAP, "rows": [_fitted(row, setting) for row in rows], "caption": []}


def _fitted(row: list[Node], setting: Setting) -> list[Node]:
    room = setting.room.width - GAP * (len(row) - 1) - 1
    scale = min(1.0, room / sum(node["w"] for node in row))
    return [
        node | {"w": round(node["w"] * scale, 1), "h": round(node["h"] * scale, 1)} for node in row
    ]


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
    plan = grid.plan(block, room=setting.room, nested=depth > 1)
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
        "nested": depth > 1,
        "repeat": plan.repeat,
        "rows": plan.rows,
        "is-short": table_height.is_short(plan, setting.room),
        "head": [cell for cell in cells if cell["y"] < plan.header],
        "body": [cell for cell in cells if cell["y"] >= plan.header],
    }


def _line(inlines: tuple[Inline, ...], setting: Setting, depth: int) -> list[Node]:
    made = [_INLINES[type(inline)](inline, setting, depth) for inline in with_quotes(inlines)]
    for word, mark in pairwise(made):
        if word["k"] == "t" and mark["k"] == "note":
            word["s"] = word["s"].rstrip()  # the mark of a footnote touches its word
    return made


def with_quotes(inlines: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Russian quotes in a whole line: the pair of a mark may stand in another span."""
    spans = [one for one in inlines if isinstance(one, Span) and not one.code]
    line = "".join(span.text for span in spans)
    marked = quoted(line)
    if marked == line:
        return inlines
    ends = list(accumulate(len(span.text) for span in spans))
    texts = iter(
        [marked[end - len(span.text) : end] for span, end in zip(spans, ends, strict=True)]
    )
    return tuple(
        one.model_copy(update={"text": next(texts)})
        if isinstance(one, Span) and not one.code
        else one
        for one in inlines
    )


def _span(span: Span, _setting: Setting, _depth: int) -> Node:
    text = clean(span.text)
    node: Node = {"k": "t", "s": breakable(text if span.code else _spaced(text))}
    marks = {"b": span.bold, "i": span.italic, "code": span.code, "strike": span.strike}
    node |= {mark: 1 for mark, is_on in marks.items() if is_on}
    if span.position != "normal":
        node["p"] = span.position
    if span.link and re.match(r"(https?://|mailto:)\S+$", span.link):
        node["url"] = clean(span.link)
    return node


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
    scale = min(1.0, setting.room.width / width, setting.room.tallest / height)
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
    LineBreak: lambda *_: {"k": "br"},
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
    Table: lambda block: [text_of(block.caption), *map(_row_text, block.header + block.rows)],
}


def formulas_of(document: Document) -> set[str]:
    """Return the TeX of every formula in ``document``."""
    return {
        inline.tex
        for block in structure.walk(document.blocks)
        for inline in structure.own_inlines(block)
        if isinstance(inline, Formula)
    }
