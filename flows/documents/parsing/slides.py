"""PPTX: a heading for each slide, then its text, tables, charts and pictures in reading order."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE, PP_PLACEHOLDER
from pptx.util import Length

from flows.documents.parsing.archive import Archive
from flows.documents.parsing.content import Content
from flows.documents.parsing.gallery import Gallery
from flows.documents.parsing.pandoc import merge
from flows.documents.parsing.properties import openxml_properties, parse
from flows.documents.parsing.refusal import Refused
from flows.documents.structure import Blocks, Inlines, inline_text, plain, tidy
from schemas.document import (
    Block,
    BlockList,
    Cell,
    Document,
    Figure,
    Heading,
    Inline,
    LineBreak,
    Paragraph,
    Picture,
    Span,
    Table,
)
from schemas.extraction import Limits, RejectCode, WarningCode

# python-pptx has no annotations: these names only tell the reader what is meant.
Shape = Any
Slide = Any
Line = Any
Run = Any
Grid = Any
Chart = Any
TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE, PP_PLACEHOLDER.VERTICAL_TITLE)
BODIES = (PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.VERTICAL_BODY)
FURNITURE = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER)
DIAGRAM = "/diagramData"
DRAWING_TEXT = "{http://schemas.openxmlformats.org/drawingml/2006/main}t"
SLIDE_LEVEL = 2
# Shapes whose tops differ by less stand side by side and are read left to right.
ROW_HEIGHT = 360_000  # EMU, one centimetre
MAX_DEPTH = 20


def read_slides(path: Path, archive: Archive, pictures: Gallery, limits: Limits) -> Content:
    properties = openxml_properties(archive)
    slides = open_slides(path)
    if len(slides) > limits.pages:
        raise Refused(RejectCode.TOO_MANY_PAGES)
    reader = SlideReader(archive, pictures)
    blocks = tuple(reader.all(slides))
    first = inline_text(blocks[0].inlines) if blocks and isinstance(blocks[0], Heading) else ""
    return Content(
        document=Document(title=" ".join(first.split()) or properties.title, blocks=blocks),
        pages=len(slides),
        people=properties.people,
        margins="\n".join(reader.furniture),
        warnings=properties.warnings | reader.warnings,
    )


def open_slides(path: Path) -> list[Any]:
    try:
        slides = list(Presentation(str(path)).slides)
    except MemoryError:
        raise
    except Exception as error:
        raise Refused(RejectCode.DAMAGED) from error
    if not slides:
        raise Refused(RejectCode.EMPTY)
    return slides


@dataclass
class SlideReader:
    archive: Archive
    pictures: Gallery
    furniture: list[str] = field(default_factory=list)
    warnings: set[WarningCode] = field(default_factory=set)

    def all(self, slides: list[Slide]) -> Iterator[Block]:
        """Yield every slide; raises ``Refused`` where one has lost the layout it stands on."""
        try:
            for number, slide in enumerate(slides, 1):
                yield from self.slide(slide, number)
        except (MemoryError, Refused):
            raise
        except Exception as error:
            raise Refused(RejectCode.DAMAGED) from error

    def slide(self, slide: Slide, number: int) -> Iterator[Block]:
        if slide.has_notes_slide and notes_text(slide):
            self.warnings.add(WarningCode.SPEAKER_NOTES)
        shapes = sorted(flatten(slide.shapes), key=reading_place)
        title = next((shape for shape in shapes if is_placeholder(shape, TITLES)), None)
        inlines = shape_inlines(title) if title is not None else ()
        named = inline_text(inlines).strip()
        yield Heading(level=SLIDE_LEVEL, inlines=inlines if named else plain(f"Слайд {number}"))
        for shape in shapes:
            if shape is not title:
                yield from self.whole_shape(shape)
        yield from self.diagrams(slide)

    def whole_shape(self, shape: Shape) -> list[Block]:
        """Return what a shape holds; a broken one costs itself, not the slides."""
        try:
            return list(self.shape(shape))
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - python-pptx raises anything at all on damaged parts
            self.warnings.add(WarningCode.PICTURES_DROPPED)
            return []

    def shape(self, shape: Shape) -> Iterator[Block]:
        if is_placeholder(shape, FURNITURE):
            self.furniture.append(shape.text_frame.text)
        elif shape.shape_type == MSO_SHAPE_TYPE.PICTURE or hasattr(shape, "image"):
            yield from self.picture(shape)
        elif getattr(shape, "has_table", False):
            yield read_table(shape.table)
        elif getattr(shape, "has_chart", False):
            yield from chart_table(shape.chart)
        elif shape.has_text_frame:
            yield from text_blocks(shape)

    def picture(self, shape: Shape) -> Iterator[Block]:
        try:
            content = shape.image.blob
        except (ValueError, KeyError, AttributeError):
            # A picture kept outside the file, or an empty place for one.
            self.warnings.add(WarningCode.PICTURES_DROPPED)
            return
        name = self.pictures.keep(content)
        if name is None:
            self.warnings.add(WarningCode.PICTURES_DROPPED)
            return
        width, height = in_points(shape.width), in_points(shape.height)
        yield Figure(picture=Picture(name=name, width=width, height=height))

    def diagrams(self, slide: Slide) -> Iterator[Block]:
        """Yield the words of SmartArt, which python-pptx does not show."""
        for relation in slide.part.rels.values():
            if relation.reltype.endswith(DIAGRAM) and not relation.is_external:
                part = str(relation.target_part.partname).lstrip("/")
                words = [node.text or "" for node in parse(self.archive, part).iter(DRAWING_TEXT)]
                items = tuple((paragraph(plain(clean(text))),) for text in words if text.strip())
                if items:
                    yield BlockList(items=items)


def clean(text: str) -> str:
    return tidy(text.replace("\x0b", " "))


def paragraph(inlines: Inlines) -> Block:
    return Paragraph(inlines=inlines)


def notes_text(slide: Slide) -> str:
    frame = slide.notes_slide.notes_text_frame
    return frame.text.strip() if frame is not None else ""


def flatten(shapes: Iterable[Shape], depth: int = 0) -> Iterator[Shape]:
    """Yield shapes with groups opened; deeper groups than any person makes are left out."""
    for shape in shapes:
        if shape.shape_type != MSO_SHAPE_TYPE.GROUP:
            yield shape
        elif depth < MAX_DEPTH:
            yield from flatten(shape.shapes, depth + 1)


def reading_place(shape: Shape) -> tuple[int, int]:
    return ((shape.top or 0) // ROW_HEIGHT, shape.left or 0)


def is_placeholder(shape: Shape, kinds: tuple[Any, ...]) -> bool:
    return bool(shape.is_placeholder) and shape.placeholder_format.type in kinds


def in_points(length: Length | None) -> float | None:
    return round(float(length.pt), 2) if length else None


def shape_inlines(shape: Shape) -> Inlines:
    lines: list[Inline] = []
    for number, line in enumerate(shape.text_frame.paragraphs):
        lines += plain(" ") if number else ()
        lines += paragraph_inlines(line)
    return merge(lines)


def paragraph_inlines(line: Line) -> Inlines:
    inlines: list[Inline] = []
    for item in line._p.content_children:  # noqa: SLF001 - runs alone would lose line breaks
        if item.tag.endswith("}br"):
            inlines.append(LineBreak())
        elif item.text:
            inlines.append(Span(text=clean(item.text), **run_style(item)))
    return merge(inlines)


def run_style(item: Run) -> dict[str, bool]:
    properties = getattr(item, "rPr", None)
    if properties is None:
        return {}
    return {"bold": bool(properties.get("b") == "1"), "italic": bool(properties.get("i") == "1")}


def text_blocks(shape: Shape) -> Iterator[Block]:
    """Yield a body as a list when it has several points, any other text as paragraphs."""
    lines = [line for line in shape.text_frame.paragraphs if line.text.strip()]
    is_list = is_placeholder(shape, BODIES) and len(lines) > 1
    if is_list or any(line.level for line in lines):
        yield nested_list([(line.level, paragraph_inlines(line)) for line in lines])
        return
    for line in lines:
        yield paragraph(paragraph_inlines(line))


def nested_list(lines: list[tuple[int, Inlines]]) -> BlockList:
    """Build a list out of (level, words); a deeper line belongs to the nearest higher one."""
    items: list[Blocks] = []
    floor = min(level for level, _ in lines)
    start = 0
    while start < len(lines):
        end = start + 1
        while end < len(lines) and lines[end][0] > floor:
            end += 1
        is_orphan = lines[start][0] > floor
        inner = lines[start:end] if is_orphan else lines[start + 1 : end]
        own: Blocks = () if is_orphan else (paragraph(lines[start][1]),)
        items.append((*own, *((nested_list(inner),) if inner else ())))
        start = end
    return BlockList(items=tuple(items))


def read_table(table: Grid) -> Table:
    rows = [[cell for cell in row.cells if not cell.is_spanned] for row in table.rows]
    shaped = tuple(tuple(map(read_cell, row)) for row in rows)
    cut = 1 if table.first_row and len(shaped) > 1 else 0
    return Table(columns=len(table.columns), header=shaped[:cut], rows=shaped[cut:])


def read_cell(cell: Grid) -> Cell:
    lines = [paragraph_inlines(line) for line in cell.text_frame.paragraphs]
    blocks = tuple(paragraph(line) for line in lines if line)
    spans = (cell.span_width, cell.span_height) if cell.is_merge_origin else (1, 1)
    return Cell(blocks=blocks, columns=spans[0], rows=spans[1])


def chart_table(chart: Chart) -> Iterator[Block]:
    """Yield a chart's numbers as a table: the drawing itself is made by the viewer."""
    try:
        plot = chart.plots[0]
        names = [str(category) for category in plot.categories]
        series = [(str(line.name or ""), list(line.values)) for line in plot.series]
    except (IndexError, KeyError, AttributeError, ValueError, TypeError, NotImplementedError):
        return
    header = (text_row(["", *names]),)
    rows = tuple(text_row([name, *map(number_text, values)]) for name, values in series)
    if rows and names:
        yield Table(columns=len(names) + 1, header=header, rows=rows)


def number_text(value: float | None) -> str:
    return "" if value is None else f"{value:g}".replace(".", ",")


def text_row(texts: list[str]) -> tuple[Cell, ...]:
    return tuple(Cell(blocks=(paragraph(plain(text)),) if text else ()) for text in texts)
