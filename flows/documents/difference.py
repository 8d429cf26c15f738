"""What differs between two texts of one material: paragraphs matched, words marked.

Matching is difflib's, kept from its slow cases by counting beforehand how many equal pairs it
would have to look at; beyond the bound a stretch is shown as replaced whole.
"""

import difflib
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from typing import Literal, NamedTuple

from flows.documents import structure
from schemas.base import Schema
from schemas.document import Block, Document, Heading

MOST_PAIRS = 60_000
MOST_LINES_AT_ONCE = 2_500  # lines before times lines after in one replaced stretch
ALIKE = 0.4
SHORT = 3  # letters: a lone «и» between two changes is no common ground
CONTEXT = 1
MOST_SHOWN = 40_000  # characters of changed text on one page

Kind = Literal["same", "added", "removed"]
Tag = Literal["equal", "replace", "delete", "insert"]


class Line(NamedTuple):
    """One paragraph, list item, table row or heading, on one line."""

    text: str
    heading: bool = False


class Stretch(NamedTuple):
    """Places of one run of difflib's: ``[i1, i2)`` before, ``[j1, j2)`` after."""

    tag: Tag
    i1: int
    i2: int
    j1: int
    j2: int


class Piece(Schema):
    """Words of one kind, single spaces between them."""

    kind: Kind
    text: str


class Passage(Schema):
    """A line of either text; with pieces of both added and removed words it was changed."""

    pieces: tuple[Piece, ...]
    heading: bool = False

    @property
    def is_same(self) -> bool:
        return all(piece.kind == "same" for piece in self.pieces)

    @property
    def length(self) -> int:
        return sum(len(piece.text) for piece in self.pieces)


class Gap(Schema):
    """Lines that stayed as they were and are not shown; ``cut`` ones changed, past the bound."""

    lines: int
    cut: bool = False


class Counts(Schema):
    """How many of a kind of thing stood in the text before and stand in it after."""

    before: int
    after: int


def lines_of(document: Document) -> tuple[Line, ...]:
    """The words of a document line by line, empty lines left out, spaces made single."""
    return tuple(line for block in document.blocks for line in block_lines(block))


def block_lines(block: Block) -> Iterator[Line]:
    for text in structure.block_lines(block):
        tidy = " ".join(text.split())
        if tidy:
            yield Line(tidy, isinstance(block, Heading))


def difference(before: Sequence[Line], after: Sequence[Line]) -> tuple[Passage, ...]:
    """Every line of both texts in order.

    The same and added pieces give the text after, the same and removed ones the text before.
    """
    found: list[Passage] = []
    for one in stretches([line.text for line in before], [line.text for line in after]):
        if one.tag == "equal":
            found += [passage("same", line) for line in after[one.j1 : one.j2]]
        else:
            found += replaced(before[one.i1 : one.i2], after[one.j1 : one.j2])
    return tuple(found)


def passage(kind: Kind, line: Line) -> Passage:
    return Passage(pieces=(Piece(kind=kind, text=line.text),), heading=line.heading)


def stretches(before: Sequence[Hashable], after: Sequence[Hashable]) -> list[Stretch]:
    """Runs of equal and of different items; one replacement when there is too much to match."""
    head = common_head(before, after)
    tail = common_head(before[head:][::-1], after[head:][::-1])
    left, right = before[head : len(before) - tail], after[head : len(after) - tail]
    middle = [Stretch(tag, i1 + head, i2 + head, j1 + head, j2 + head)
              for tag, i1, i2, j1, j2 in opcodes(left, right)]  # fmt: skip
    first = [Stretch("equal", 0, head, 0, head)] if head else []
    i, j = len(before), len(after)
    last = [Stretch("equal", i - tail, i, j - tail, j)] if tail else []
    return [*first, *middle, *last]


def common_head(before: Sequence[Hashable], after: Sequence[Hashable]) -> int:
    pairs = zip(before, after, strict=False)
    shorter = min(len(before), len(after))
    return next((place for place, (one, other) in enumerate(pairs) if one != other), shorter)


def opcodes(
    before: Sequence[Hashable], after: Sequence[Hashable]
) -> Sequence[tuple[Tag, int, int, int, int]]:
    if not before and not after:
        return []
    known = Counter(before)
    if sum(known[item] for item in after) > MOST_PAIRS:
        return [("replace", 0, len(before), 0, len(after))]
    return difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()


def replaced(before: Sequence[Line], after: Sequence[Line]) -> Iterator[Passage]:
    """Lines that became others: those alike are shown as one with its words marked."""
    i = j = 0
    for at, to in (*alike(before, after), (len(before), len(after))):
        yield from (passage("removed", line) for line in before[i:at])
        yield from (passage("added", line) for line in after[j:to])
        if at < len(before):
            pieces = word_pieces(before[at].text, after[to].text)
            yield Passage(pieces=pieces, heading=after[to].heading)
        i, j = at + 1, to + 1


def alike(before: Sequence[Line], after: Sequence[Line]) -> list[tuple[int, int]]:
    """Pairs of places, both rising, with the greatest likeness in sum; none in long stretches."""
    if len(before) * len(after) > MOST_LINES_AT_ONCE:
        return []
    left = [Counter(line.text.split()) for line in before]
    right = [Counter(line.text.split()) for line in after]
    best = [[0.0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for i in reversed(range(len(left))):
        for j in reversed(range(len(right))):
            skip = max(best[i + 1][j], best[i][j + 1])
            best[i][j] = max(skip, best[i + 1][j + 1] + likeness(left[i], right[j]))
    return list(way(best))


def likeness(one: Counter[str], other: Counter[str]) -> float:
    """Share of words both lines have, 0..1; 0 for lines that have too little in common."""
    share = 2 * (one & other).total() / max(1, one.total() + other.total())
    return share if share >= ALIKE else 0.0


def way(best: list[list[float]]) -> Iterator[tuple[int, int]]:
    i = j = 0
    while i < len(best) - 1 and j < len(best[0]) - 1:
        if best[i][j] == best[i + 1][j]:
            i += 1
        elif best[i][j] == best[i][j + 1]:
            j += 1
        else:
            yield i, j
            i, j = i + 1, j + 1


def word_pieces(before: str, after: str) -> tuple[Piece, ...]:
    """One line with the words that went and came; empty for two empty lines."""
    old, new = before.split(), after.split()
    pieces: list[Piece] = []
    for one in joined(stretches(old, new), new):
        if one.tag == "equal":
            pieces += said("same", new[one.j1 : one.j2])
        else:
            pieces += [*said("removed", old[one.i1 : one.i2]), *said("added", new[one.j1 : one.j2])]
    return tuple(pieces)


def said(kind: Kind, words: Sequence[str]) -> list[Piece]:
    return [Piece(kind=kind, text=" ".join(words))] if words else []


def joined(runs: Sequence[Stretch], words: Sequence[str]) -> list[Stretch]:
    """Changes with next to nothing between them made one: confetti is hard to read."""
    found: list[Stretch] = []
    for place, one in enumerate(runs):
        between = one.tag == "equal" and 0 < place < len(runs) - 1
        lost = between and len("".join(words[one.j1 : one.j2])) <= SHORT
        run = one._replace(tag="replace") if lost or one.tag != "equal" else one
        if found and found[-1].tag == run.tag == "replace":
            run = Stretch("replace", found[-1].i1, run.i2, found[-1].j1, run.j2)
            found.pop()
        found.append(run)
    return found


def folded(
    passages: Sequence[Passage], *, context: int = CONTEXT, most: int = MOST_SHOWN
) -> tuple[Passage | Gap, ...]:
    """The changes with ``context`` lines around them; what stayed the same is only counted.

    Past ``most`` characters the rest of the changes is counted too. Empty when nothing changed.
    """
    changed = [place for place, one in enumerate(passages) if not one.is_same]
    near = {place + step for place in changed for step in range(-context, context + 1)}
    shown: list[Passage | Gap] = []
    left = most
    for place, one in enumerate(passages) if changed else ():
        fits = left >= one.length
        if place in near and fits:
            shown.append(one)
            left -= one.length
        else:
            hide(shown, cut=place in near and not one.is_same)
    return tuple(shown)


def hide(shown: list[Passage | Gap], *, cut: bool) -> None:
    last = shown[-1] if shown else None
    if isinstance(last, Gap) and last.cut == cut:
        shown[-1] = Gap(lines=last.lines + 1, cut=cut)
    else:
        shown.append(Gap(lines=1, cut=cut))


def tables(before: Document, after: Document) -> Counts:
    return Counts(before=structure.count_tables(before), after=structure.count_tables(after))


def pictures(before: Document, after: Document) -> Counts:
    return Counts(before=len(structure.pictures(before)), after=len(structure.pictures(after)))
