"""Pandoc's JSON tree turned into our document model; pure, one handler for each kind of node.

The tree is described in pandoc-types (Text.Pandoc.Definition): every node is
``{"t": kind, "c": content}``, and content is a list whose places have fixed meanings.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from flows.documents.structure import Blocks, Inlines, inline_text, plain, tidy
from schemas.document import (
    Block,
    BlockList,
    Cell,
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

Node = Any  # JSON: every place is read through the handlers below
FindPicture = Callable[[str], str | None]

MAX_LEVEL = 6
LINK = re.compile(r"(https?://|mailto:)", re.IGNORECASE)
POINTS = {"in": 72.0, "cm": 72 / 2.54, "mm": 72 / 25.4, "pt": 1.0, "px": 0.75, "": 0.75}
LENGTH = re.compile(r"([\d.]+)\s*(in|cm|mm|pt|px|)$")
WORDS = frozenset({"Str", "Space", "SoftBreak"})
QUOTES = {"SingleQuote": ("‘", "’"), "DoubleQuote": ("«", "»")}


@dataclass(frozen=True)
class Translator:
    """Turns nodes into blocks; ``find_picture`` gives a stored picture's name for a target."""

    find_picture: FindPicture
    style: Span = field(default_factory=lambda: Span(text=""))

    def blocks(self, nodes: Iterable[Node]) -> Blocks:
        return tuple(block for node in nodes for block in self.block(node))

    def block(self, node: Node) -> Blocks:
        handler = BLOCKS.get(node["t"])
        return handler(self, node.get("c")) if handler else ()

    def inlines(self, nodes: Iterable[Node]) -> Inlines:
        return merge(inline for run in runs(nodes) for inline in self.inline(run))

    def inline(self, node: Node) -> Inlines:
        handler = INLINES.get(node["t"])
        return handler(self, node.get("c")) if handler else ()

    def styled(self, nodes: Iterable[Node], **style: object) -> Inlines:
        return replace(self, style=self.style.model_copy(update=style)).inlines(nodes)

    def text(self, text: str, **style: object) -> Inlines:
        return (self.style.model_copy(update={"text": tidy(text), **style}),)


def runs(nodes: Iterable[Node]) -> Iterable[Node]:
    """Join words and the spaces between them into one node: pandoc gives each its own."""
    for is_words, run in groupby(nodes, lambda node: node["t"] in WORDS):
        if is_words:
            yield {"t": "Str", "c": "".join(node.get("c", " ") for node in run)}
        else:
            yield from run


def merge(inlines: Iterable[Inline]) -> Inlines:
    """Join neighbouring spans of one style."""
    merged: list[Inline] = []
    for style, group in groupby(inlines, style_key):
        run = list(group)
        if style is None or len(run) == 1:
            merged += run
        else:
            text = "".join(inline.text for inline in run if isinstance(inline, Span))
            merged.append(run[0].model_copy(update={"text": text}))
    return tuple(merged)


def style_key(inline: Inline) -> tuple[object, ...] | None:
    """Return what must be equal in spans that may be joined; None for anything else."""
    if not isinstance(inline, Span):
        return None
    return (inline.bold, inline.italic, inline.code, inline.strike, inline.position, inline.link)


# Blocks


def paragraph(translator: Translator, nodes: Node) -> Blocks:
    inlines = translator.inlines(nodes)
    if len(inlines) == 1 and isinstance(inlines[0], Picture):
        return (Figure(picture=inlines[0]),)
    return (Paragraph(inlines=inlines),) if inlines else ()


def header(translator: Translator, content: Node) -> Blocks:
    level, _, nodes = content
    inlines = translator.inlines(nodes)
    if not inline_text(inlines).strip():
        return paragraph(translator, nodes)
    return (Heading(level=min(level, MAX_LEVEL), inlines=inlines),)


def code_block(_: Translator, content: Node) -> Blocks:
    return (Preformatted(text=tidy(content[1])),)


def quote(translator: Translator, nodes: Node) -> Blocks:
    return (Quote(blocks=translator.blocks(nodes)),)


def bullet_list(translator: Translator, items: Node) -> Blocks:
    return (BlockList(items=tuple(translator.blocks(item) for item in items)),)


def ordered_list(translator: Translator, content: Node) -> Blocks:
    (start, *_), items = content
    rows = tuple(translator.blocks(item) for item in items)
    return (BlockList(ordered=True, start=start, items=rows),)


def definition_list(translator: Translator, entries: Node) -> Blocks:
    """Set each term in bold over its definitions: the model has no definition lists."""
    blocks: list[Block] = []
    for term, definitions in entries:
        blocks.append(Paragraph(inlines=translator.styled(term, bold=True)))
        blocks += [block for nodes in definitions for block in translator.blocks(nodes)]
    return tuple(blocks)


def line_block(translator: Translator, lines: Node) -> Blocks:
    inlines: list[Inline] = []
    for number, line in enumerate(lines):
        inlines += [LineBreak()] if number else []
        inlines += translator.inlines(line)
    return (Paragraph(inlines=tuple(inlines)),)


def division(translator: Translator, content: Node) -> Blocks:
    return translator.blocks(content[1])


def figure(translator: Translator, content: Node) -> Blocks:
    """Return a figure for each picture inside; the caption stands under the last one."""
    _, (_, caption), nodes = content
    inner = translator.blocks(nodes)
    words = caption_inlines(translator.blocks(caption))
    drawn = [place_picture(block) for block in inner]
    figures = [Figure(picture=picture) for picture in drawn if picture]
    if not figures:
        return worded(inner, words)
    return (*figures[:-1], figures[-1].model_copy(update={"caption": words}))


def worded(inner: Blocks, caption: Inlines) -> Blocks:
    """Return a figure whose picture is not there; Markdown describes it by its caption."""
    told = f"[{inline_text(caption)}]"
    left = tuple(one for one in inner if caption_inlines((one,)) != plain(told))
    return (*left, *((Paragraph(inlines=caption),) if caption else ()))


def place_picture(block: Block) -> Picture | None:
    if isinstance(block, Figure):
        return block.picture
    inlines = block.inlines if isinstance(block, Paragraph) else ()
    return next((inline for inline in inlines if isinstance(inline, Picture)), None)


def caption_inlines(blocks: Blocks) -> Inlines:
    lines = [block.inlines for block in blocks if isinstance(block, Paragraph)]
    return tuple(inline for line in lines for inline in line)


def table(translator: Translator, content: Node) -> Blocks:
    _, (_, caption), columns, (_, head), bodies, (_, foot) = content
    body = [row for _, _, subheads, rows in bodies for row in (*subheads, *rows)]
    result = Table(
        caption=caption_inlines(translator.blocks(caption)),
        columns=len(columns),
        header=table_rows(translator, head),
        rows=table_rows(translator, [*body, *foot]),
    )
    return (result,) if result.rows or result.header else ()


def table_rows(translator: Translator, rows: Node) -> tuple[tuple[Cell, ...], ...]:
    return tuple(tuple(table_cell(translator, cell) for cell in cells) for _, cells in rows)


def table_cell(translator: Translator, content: Node) -> Cell:
    _, _, rows, columns, nodes = content
    return Cell(blocks=translator.blocks(nodes), columns=columns, rows=rows)


BLOCKS: dict[str, Callable[[Translator, Node], Blocks]] = {
    "Plain": paragraph,
    "Para": paragraph,
    "Header": header,
    "CodeBlock": code_block,
    "BlockQuote": quote,
    "BulletList": bullet_list,
    "OrderedList": ordered_list,
    "DefinitionList": definition_list,
    "LineBlock": line_block,
    "Div": division,
    "Figure": figure,
    "Table": table,
}


# Inlines


def string(translator: Translator, text: Node) -> Inlines:
    return translator.text(text)


def line_break(_: Translator, __: Node) -> Inlines:
    return (LineBreak(),)


def code(translator: Translator, content: Node) -> Inlines:
    return translator.text(content[1], code=True)


def formula(_: Translator, content: Node) -> Inlines:
    kind, tex = content
    return (Formula(tex=tidy(tex), display=kind["t"] == "DisplayMath"),)


def note(translator: Translator, nodes: Node) -> Inlines:
    unstyled = replace(translator, style=Span(text=""))
    return (Note(blocks=unstyled.blocks(nodes)),)


def link(translator: Translator, content: Node) -> Inlines:
    """Keep addresses a reader may follow; links inside the file lose their target."""
    _, nodes, (address, _) = content
    if not LINK.match(address):
        return translator.inlines(nodes)
    return translator.styled(nodes, link=address) or translator.text(address, link=address)


def image(translator: Translator, content: Node) -> Inlines:
    (_, _, attributes), nodes, (target, _) = content
    description = inline_text(translator.inlines(nodes))
    name = translator.find_picture(target)
    if name is None:
        return plain(f"[{description}]" if description else "")
    sizes = dict(attributes)
    width, height = points(sizes.get("width", "")), points(sizes.get("height", ""))
    return (Picture(name=name, description=description, width=width, height=height),)


def points(length: str) -> float | None:
    """Read a length such as ``3.5cm`` as points; percentages and nonsense give None."""
    match = LENGTH.match(length)
    try:
        return round(float(match[1]) * POINTS[match[2]], 2) if match else None
    except ValueError:
        return None


def quoted(translator: Translator, content: Node) -> Inlines:
    kind, nodes = content
    opening, closing = QUOTES[kind["t"]]
    inner = translator.inlines(nodes)
    return merge((*translator.text(opening), *inner, *translator.text(closing)))


def citation(translator: Translator, content: Node) -> Inlines:
    return translator.inlines(content[1])


def span(translator: Translator, content: Node) -> Inlines:
    return translator.inlines(content[1])


def in_style(**style: object) -> Callable[[Translator, Node], Inlines]:
    return lambda translator, nodes: translator.styled(nodes, **style)


INLINES: dict[str, Callable[[Translator, Node], Inlines]] = {
    "Str": string,
    "LineBreak": line_break,
    "Emph": in_style(italic=True),
    "Underline": in_style(italic=True),
    "Strong": in_style(bold=True),
    "Strikeout": in_style(strike=True),
    "Superscript": in_style(position="super"),
    "Subscript": in_style(position="sub"),
    "SmallCaps": in_style(),
    "Code": code,
    "Math": formula,
    "Note": note,
    "Link": link,
    "Image": image,
    "Quoted": quoted,
    "Cite": citation,
    "Span": span,
}
