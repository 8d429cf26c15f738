"""Running heads and page numbers, told by where they stand and what repeats; pure."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from flows.documents.parsing.pdf_lines import Line

EDGE = 0.09  # of the page's height, where running heads and page numbers stand
PAGE_NUMBER = re.compile(
    r"\W*(стр\.?|с\.|page|лист)?\s*\d{1,4}(\s*(/|из|of)\s*\d{1,4})?\W*$", re.IGNORECASE
)
ROMAN = re.compile(r"\W*(?=[ivxlc])(c{0,3}(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3}))\W*$", re.IGNORECASE)
REPEATED = 0.3  # of the pages: a head on every other page, and none where chapters begin
LEAST_REPEATS = 3
SHORT_FILE = 2  # pages, on both of which a head must stand at the same height
APART = 1.8  # of the type size, between a running head and the text
SAME_PLACE = 0.6  # of the pages have their first line there
NEAR = 1.5  # points

Page = Sequence[Line]
Mark = tuple[int, int]


def drop_running_heads(pages: Sequence[Page], heights: Sequence[float]) -> list[list[Line]]:
    """Leave out page numbers and what repeats at the top or bottom of many pages."""
    edges = [
        [number for number, line in enumerate(lines) if is_edge(line, height)]
        for lines, height in zip(pages, heights, strict=True)
    ]
    dropped = {*repeated(pages, edges), *alternating(pages, edges), *numbers(pages, edges)}
    dropped |= set(changing_heads(pages, edges))
    kept = [
        [line for place, line in enumerate(lines) if (number, place) not in dropped]
        for number, lines in enumerate(pages)
    ]
    kept = [words or lone(lines, pages, kept) for lines, words in zip(pages, kept, strict=True)]
    return kept if any(kept) else [list(lines) for lines in pages]


def lone(lines: Page, pages: Sequence[Page], kept: Sequence[Page]) -> list[Line]:
    """Return what is all the text of its page and stands over no other: no running head then."""
    heads = {
        shape(line)
        for whole, rest in zip(pages, kept, strict=True)
        if rest and len(rest) < len(whole)
        for line in whole
    }
    return [
        line
        for line in lines
        if shape(line) not in heads and not PAGE_NUMBER.match(line.text.strip())
    ]


def is_edge(line: Line, height: float) -> bool:
    return not EDGE * height < line.middle < (1 - EDGE) * height


def repeated(pages: Sequence[Page], edges: Sequence[list[int]]) -> Iterator[Mark]:
    """Yield lines at the edges whose words stand on many pages."""
    keys = [{shape(pages[n][place]) for place in places} for n, places in enumerate(edges)]
    repeats = Counter(key for page in keys for key in page)
    least = max(LEAST_REPEATS, REPEATED * len(pages))
    if len(pages) == SHORT_FILE:
        repeats = Counter(twins(pages, edges))
        least = 1
    for number, places in enumerate(edges):
        for place in places:
            if repeats[shape(pages[number][place])] >= least:
                yield number, place


def alternating(pages: Sequence[Page], edges: Sequence[list[int]]) -> Iterator[Mark]:
    """Yield heads of left and right pages: one height on most pages, each text on two or more."""
    standing: dict[int, list[Mark]] = {}
    for number, places in enumerate(edges):
        for place in places:
            height = round(pages[number][place].middle / NEAR)
            standing.setdefault(height, []).append((number, place))
    for marks in standing.values():
        texts = Counter(shape(pages[n][place]) for n, place in marks)
        is_common = len({n for n, _ in marks}) >= max(LEAST_REPEATS, SAME_PLACE * len(pages))
        if is_common and min(texts.values()) > 1:
            yield from marks


def twins(pages: Sequence[Page], edges: Sequence[list[int]]) -> Iterator[str]:
    """Yield what stands at one height on both pages of a short file."""
    one, other = (
        [page[place] for place in places] for page, places in zip(pages, edges, strict=True)
    )
    for line in one:
        if any(shape(line) == shape(o) and abs(line.middle - o.middle) < NEAR for o in other):
            yield shape(line)


def shape(line: Line) -> str:
    """Return a line's text with numbers made equal, as running heads count pages."""
    return re.sub(r"\d+", "0", " ".join(line.text.split()).casefold())


def numbers(pages: Sequence[Page], edges: Sequence[list[int]]) -> Iterator[Mark]:
    """Yield page numbers: Arabic ones at an edge, Roman ones if they stand so on two pages."""
    romans = []
    for number, places in enumerate(edges):
        for place in places:
            text = pages[number][place].text.strip()
            if PAGE_NUMBER.match(text):
                yield number, place
            elif ROMAN.match(text):
                romans.append((number, place))
    if len(romans) > 1:
        yield from romans


def changing_heads(pages: Sequence[Page], edges: Sequence[list[int]]) -> Iterator[Mark]:
    """Yield first lines that name the section: one place on most pages, apart from the text."""
    firsts = [(n, places[0]) for n, places in enumerate(edges) if places and places[0] == 0]
    apart = [(n, place) for n, place in firsts if stands_apart(pages[n])]
    heights = Counter(round(pages[n][place].middle / NEAR) for n, place in apart)
    most, count = heights.most_common(1)[0] if heights else (0, 0)
    if count >= max(LEAST_REPEATS, SAME_PLACE * len(pages)):
        for number, place in apart:
            if abs(round(pages[number][place].middle / NEAR) - most) <= 1:
                yield number, place


def stands_apart(page: Page) -> bool:
    """Tell a first line with white space under it that is no larger than the text."""
    if len(page) <= 1:
        return False
    first, second = page[0], page[1]
    return first.box[1] - second.box[3] > APART * first.size and first.size <= second.size
