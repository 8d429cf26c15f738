"""A PDF's lines made into headings, paragraphs and lists; pure geometry and typography.

A PDF stores no structure, so it is told as a reader tells it: bigger or bold short lines are
headings, an indent or a gap begins a paragraph, a bullet or a number begins an item.
"""

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from flows.documents.parsing.hyphens import hyphen_between
from flows.documents.parsing.pandoc import merge
from flows.documents.parsing.pdf_lines import Line, Run
from flows.documents.structure import Inlines
from schemas.document import Block, BlockList, Heading, Inline, Note, Paragraph, Span

BULLET = re.compile(r"[•●○◦▪▫■□–—‣⁃\uf0b7\uf0a7\uf02d\uf0d8*-]\s+(?=\S)")
NUMBER = re.compile(r"(\d{1,3})[.)]\s+(?=\S)")
SECTION = re.compile(r"(\d{1,2}\.){1,3}\s*\S|глава|раздел|приложение", re.IGNORECASE)
SENTENCE_END = (".", "!", "?", ":", ";", "…", ".»", ".)")
ITEM_END = (*SENTENCE_END, ",")
BIGGER = 1.12
LONGEST_HEADING = 200
DEEPEST = 6
GAP = 1.3  # of the usual distance between lines
ITEM_GAP = 1.12  # of the same, after a list
INDENT, WIDEST_INDENT = 0.6, 4.0  # of the type size
LEAST_INDENTS, INDENTED = 2, 0.03  # of the lines
WIDE = 0.8  # of the lines are no wider than a full line
ROOMY = 0.6  # of a full line
SHORT_LINE = 0.88  # of the column's width

Placed = Line | Block


@dataclass(frozen=True)
class Typography:
    """What is usual in this file: type size, distance between lines, heading sizes, full lines."""

    size: float
    pitch: float
    heading_sizes: tuple[float, ...]
    width: float = 0.0
    indents: bool = False

    def level(self, line: Line) -> int | None:
        """Return the heading level of a line, or None for running text."""
        text = line.text.strip()
        if len(text) > LONGEST_HEADING or not any(map(str.isalpha, text)):
            return None
        if line.size in self.heading_sizes:
            return min(self.heading_sizes.index(line.size) + 1, DEEPEST)
        is_bold_title = line.bold and not text.endswith(SENTENCE_END) and not BULLET.match(text)
        return min(len(self.heading_sizes) + 1, DEEPEST) if is_bold_title else None


def measure(lines: Iterable[Line]) -> Typography:
    """Find what is usual, weighing sizes by characters and distances by lines."""
    ordered = list(lines)
    sizes: Counter[float] = Counter()
    for line in ordered:
        sizes[line.size] += len(line.text)
    usual = sizes.most_common(1)[0][0] if sizes else 0.0
    steps = Counter(
        round(one.box[1] - other.box[1], 1)
        for one, other in itertools.pairwise(ordered)
        if one.page == other.page and 0 < one.box[1] - other.box[1] < 4 * usual
    )
    pitch = steps.most_common(1)[0][0] if steps else usual * 1.2
    larger = (size for size in sizes if size >= usual * BIGGER)
    widths = sorted(line.right - line.left for line in ordered)
    return Typography(
        size=usual,
        pitch=pitch,
        heading_sizes=tuple(sorted(larger, reverse=True)),
        width=widths[int(WIDE * (len(widths) - 1))] if widths else 0.0,
        indents=has_indents(ordered, usual),
    )


@dataclass(frozen=True)
class Surroundings:
    """What words of a line may depend on elsewhere: the footnotes, the whole text."""

    lines: Sequence[Line] = ()
    notes: Mapping[str, Sequence[Line]] = field(default_factory=dict)

    @cached_property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines).lower()


def has_indents(lines: Sequence[Line], size: float) -> bool:
    """Tell whether paragraphs begin with an indent in this file."""
    indented = sum(
        INDENT * size < one.left - other.left < WIDEST_INDENT * size
        for one, other in itertools.pairwise(lines)
        if one.page == other.page and one.size == other.size == size
    )
    return indented >= max(LEAST_INDENTS, INDENTED * len(lines))


def build(
    placed: Iterable[Placed],
    typography: Typography,
    notes: Mapping[str, Sequence[Line]] | None = None,
) -> list[Block]:
    """Turn lines into blocks; blocks already made (tables, pictures) stay where they stand."""
    items = list(placed)
    lines = [item for item in items if isinstance(item, Line)]
    builder = Builder(typography, Surroundings(lines, notes or {}))
    for item in items:
        if isinstance(item, Line):
            builder.add(item)
        else:
            builder.close()
            builder.blocks.append(item)
    builder.close()
    return builder.blocks


class Builder:
    """Collects the lines of the block being read and closes it when the next one begins."""

    def __init__(self, typography: Typography, around: Surroundings) -> None:
        self.typography = typography
        self.around = around
        self.blocks: list[Block] = []
        self.lines: list[Line] = []
        self.width = 0.0  # of the widest line
        self.level: int | None = None
        self.marker: re.Pattern[str] | None = None

    def add(self, line: Line) -> None:
        level = self.typography.level(line)
        marker = None if level else list_marker(line)
        if not self.continues(line, level, marker):
            self.close()
            self.level, self.marker = level, marker
            self.width = 0.0
        self.lines.append(line)
        self.width = max(self.width, line.right - line.left)

    def continues(self, line: Line, level: int | None, marker: re.Pattern[str] | None) -> bool:
        if not self.lines or marker or level != self.level:
            return False
        last = self.lines[-1]
        step = last.box[1] - line.box[1]
        if level:
            return (
                last.size == line.size and 0 < step < 2 * line.size and not SECTION.match(line.text)
            )
        if last.page != line.page or step <= 0:
            return is_unfinished(last, line) or self.runs_on(last, line)
        if step > GAP * max(self.typography.pitch, self.typography.size):
            return False
        return not (self.leaves_item(line) if self.marker else self.begins_paragraph(last, line))

    def runs_on(self, last: Line, line: Line) -> bool:
        """Tell a paragraph cut between two pages after a sentence: no indent, and no short line."""
        is_flush = self.typography.indents and abs(line.left - last.left) < 1
        is_full = last.right - last.left > SHORT_LINE * self.typography.width
        return is_flush and is_full and not self.marker

    def leaves_item(self, line: Line) -> bool:
        """Tell text after a list: it stands left of the item's own second line."""
        first, last = self.lines[0], self.lines[-1]
        if self.is_last_line(last, line) or self.has_room(last, line):
            return True
        if len(self.lines) > 1:
            return line.left < self.lines[1].left - 1
        return line.left <= first.left + 1 and last.text.rstrip().endswith(ITEM_END)

    def has_room(self, last: Line, line: Line) -> bool:
        """Tell an item that ended long before the margin or the next sentence."""
        is_short = last.right - last.left < ROOMY * self.typography.width
        is_apart = last.box[1] - line.box[1] > ITEM_GAP * self.typography.pitch
        return (is_short or is_apart) and line.text.lstrip()[:1].isupper()

    def begins_paragraph(self, last: Line, line: Line) -> bool:
        """Tell a new paragraph by its indent, or by how the line before it ends."""
        ended = last.text.rstrip().endswith(SENTENCE_END)
        is_indented = line.left > last.left + INDENT * line.size
        return (is_indented and ended) or is_centred(last, line) or self.is_last_line(last, line)

    def is_last_line(self, last: Line, line: Line) -> bool:
        """Tell a paragraph's last line: it ends a sentence well before the margin."""
        width = max(self.width, line.right - line.left)
        is_short = last.right - last.left < SHORT_LINE * width
        return is_short and last.text.rstrip().endswith(SENTENCE_END)

    def close(self) -> None:
        if self.lines:
            self.finish(join_lines(self.lines, self.around))
        self.lines = []

    def finish(self, inlines: Inlines) -> None:
        if self.level:
            self.blocks.append(Heading(level=self.level, inlines=unbolden(inlines)))
        elif self.marker:
            self.add_item(inlines)
        else:
            self.blocks.append(Paragraph(inlines=inlines))

    def add_item(self, inlines: Inlines) -> None:
        ordered = self.marker is NUMBER
        text = self.lines[0].text
        match = self.marker.match(text.lstrip()) if self.marker else None
        start = int(match[1]) if ordered and match else 1
        stripped = cut(inlines, match.end() if match else 0)
        item: tuple[Block, ...] = (Paragraph(inlines=stripped),)
        last = self.blocks[-1] if self.blocks else None
        if isinstance(last, BlockList) and last.ordered == ordered and follows(last, start):
            self.blocks[-1] = last.model_copy(update={"items": (*last.items, item)})
        else:
            self.blocks.append(BlockList(ordered=ordered, start=start, items=(item,)))


def follows(block: BlockList, start: int) -> bool:
    return not block.ordered or block.start + len(block.items) == start


def list_marker(line: Line) -> re.Pattern[str] | None:
    text = line.text.lstrip()
    return next((marker for marker in (BULLET, NUMBER) if marker.match(text)), None)


def is_unfinished(last: Line, line: Line) -> bool:
    """Tell whether a sentence runs on into the next column or page."""
    if last.text.rstrip().endswith(("\xad", "-")) and line.text.lstrip()[:1].islower():
        return True
    return not last.text.rstrip().endswith(SENTENCE_END) and line.text.lstrip()[:1].islower()


def is_centred(last: Line, line: Line) -> bool:
    """Tell a short line set in the middle over a full one: a caption before running text."""
    shift = (last.left + last.right) - (line.left + line.right)
    is_short = last.right < line.right - 2 * line.size
    return is_short and last.left > line.left + 2 * line.size and abs(shift) < 2 * line.size


def join_lines(lines: Sequence[Line], around: Surroundings) -> Inlines:
    """Join lines into one run of text, mending words broken at line ends."""
    words: list[Run] = []
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        words += line.runs
        last = words[-1]
        if last.note and following is not None:
            words.append(Run(" ", last.style))
            continue
        words[-1] = Run(line_end(last.text, following, around), last.style, last.link, last.note)
    return trim(tuple(inlines_of(words, around)))


def inlines_of(words: Iterable[Run], around: Surroundings) -> Iterator[Inline]:
    """Yield spans of words in one style, and footnotes where they are referred to."""
    for (style, link, note), group in itertools.groupby(
        words, lambda word: (word.style, word.link, word.note)
    ):
        if note:
            inner = join_lines(around.notes.get(note, ()), around)
            yield Note(blocks=(Paragraph(inlines=inner),))
            continue
        text = "".join(word.text for word in group)
        yield Span(text=text, bold=style.bold, italic=style.italic, link=link)


def line_end(text: str, following: Line | None, around: Surroundings) -> str:
    """Return a line's last word as it stands inside a paragraph."""
    word = text.rstrip()
    if not word:
        return text
    if following is None:
        return word.replace("\xad", "-")
    after = following.text.lstrip()
    if not word.endswith(("-", "\xad")) or not word[-2:-1].isalnum():
        return word.replace("\xad", "-") + ("" if word.endswith("\xad") else " ")
    if not after[:1].islower() or (word.endswith("-") and after[:1].isascii()):
        return word.replace("\xad", "-")
    return word[:-1] + hyphen_between(word[:-1], after, around.text)


def trim(inlines: Inlines) -> Inlines:
    if not inlines or not isinstance(inlines[0], Span):
        return inlines
    return (inlines[0].model_copy(update={"text": inlines[0].text.lstrip()}), *inlines[1:])


def cut(inlines: Inlines, length: int) -> Inlines:
    """Take ``length`` characters off the beginning."""
    kept: list[Inline] = []
    for inline in inlines:
        if not isinstance(inline, Span):
            kept.append(inline)
            continue
        rest = inline.text[length:]
        length -= len(inline.text) - len(rest)
        kept += [inline.model_copy(update={"text": rest})] if rest else []
    return tuple(kept)


def unbolden(inlines: Inlines) -> Inlines:
    """Take off the bold type of a heading: its style is the reader's, not the file's."""
    plain = (
        inline.model_copy(update={"bold": False}) if isinstance(inline, Span) else inline
        for inline in inlines
    )
    return merge(plain)
