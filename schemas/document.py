"""A material as structure: what is read from an author's file and set in the collection.

One model serves reading, the anonymised copy, the typeset article, EPUB and web pages, so that
what an expert sees and what a reader gets come from the same source.
"""

from typing import Annotated, Literal

from pydantic import Field

from schemas.base import Schema


class Span(Schema):
    """A run of text with one style; ``link`` is an absolute http(s) or mailto address."""

    kind: Literal["span"] = "span"
    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    strike: bool = False
    position: Literal["normal", "sub", "super"] = "normal"
    link: str | None = None


class LineBreak(Schema):
    kind: Literal["break"] = "break"


class Formula(Schema):
    """``tex`` is what the author's file held, translated to TeX notation."""

    kind: Literal["formula"] = "formula"
    tex: str
    display: bool = False


class Note(Schema):
    kind: Literal["note"] = "note"
    blocks: tuple["Block", ...]


class Picture(Schema):
    """``name`` is a key of the reading's images; ``width`` and ``height`` are in points."""

    kind: Literal["picture"] = "picture"
    name: str
    description: str = ""
    width: float | None = None
    height: float | None = None


Inline = Annotated[Span | LineBreak | Formula | Note | Picture, Field(discriminator="kind")]


class Heading(Schema):
    kind: Literal["heading"] = "heading"
    level: int = Field(ge=1, le=6)
    inlines: tuple[Inline, ...]


class Paragraph(Schema):
    kind: Literal["paragraph"] = "paragraph"
    inlines: tuple[Inline, ...]


class BlockList(Schema):
    kind: Literal["list"] = "list"
    ordered: bool = False
    start: int = 1
    items: tuple[tuple["Block", ...], ...]


class Cell(Schema):
    blocks: tuple["Block", ...]
    columns: int = 1
    rows: int = 1


class Table(Schema):
    """Rows hold only the cells that start in them; spanned places are left out."""

    kind: Literal["table"] = "table"
    caption: tuple[Inline, ...] = ()
    columns: int
    header: tuple[tuple[Cell, ...], ...] = ()
    rows: tuple[tuple[Cell, ...], ...]


class Figure(Schema):
    kind: Literal["figure"] = "figure"
    picture: Picture
    caption: tuple[Inline, ...] = ()


class Quote(Schema):
    kind: Literal["quote"] = "quote"
    blocks: tuple["Block", ...]


class Preformatted(Schema):
    kind: Literal["preformatted"] = "preformatted"
    text: str


Block = Annotated[
    Heading | Paragraph | BlockList | Table | Figure | Quote | Preformatted,
    Field(discriminator="kind"),
]


class Document(Schema):
    """A whole material. ``title`` is empty when the file names none."""

    title: str = ""
    blocks: tuple[Block, ...]


for _recursive in (Note, BlockList, Cell, Quote):
    _recursive.model_rebuild()
