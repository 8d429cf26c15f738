"""Reading order by geometry, for pages that were not written in it; pure.

Most programs write a page in the order it is read, which is kept. Where lines jump up and down,
the page is cut as a reader cuts it: what runs over the whole width parts it into bands, and the
columns of a band are read one after the other.
"""

from bisect import bisect
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from flows.documents.parsing.pdf_lines import Line, Run, around

MANY_JUMPS = 0.1  # of the lines
FEWEST_JUMPS = 4
SAME_ROW = 0.4  # of the type size, between the middles of pieces on one line
LEAST_SIDE = 3  # lines in a column
NARROWEST = 0.15  # of the width of the text, for a column
MOST_CROSSING = 0.6  # of the pieces
FILLED = 0.6  # of its column, by the usual line; cells of a table fill less
LEAST_GUTTER = 6.0  # points
LEAST_SPACE = 0.12  # of the type size, between words
NARROW = 0.1  # of the width of the text: a page number does not close a gutter
STEP = 4.0  # points between the places tried
DEEPEST = 4
HYPHENS = ("-", "\xad")


def is_disorderly(lines: Sequence[Line]) -> bool:
    """Tell a page whose lines often go up, far more often than columns make them.

    Up and to the right is how columns and the cells of a table go on.
    """
    jumps = sum(
        line.middle > last.box[3] and line.left < last.right for last, line in pairwise(lines)
    )
    return jumps > max(FEWEST_JUMPS, MANY_JUMPS * len(lines))


def reading_order(pieces: Iterable[Line], depth: int = 0) -> list[Line]:
    """Return pieces of lines as whole lines, column after column."""
    ordered = from_the_top(pieces)
    gutter = find_gutter(ordered) if depth < DEEPEST else None
    if gutter is None:
        return rows(ordered)
    crossing = [piece for piece in ordered if piece.left < gutter < piece.right]
    heights = sorted(-piece.middle for piece in crossing)
    bands: list[tuple[list[Line], list[Line]]] = [([], []) for _ in range(len(crossing) + 1)]
    for piece in ordered:
        if not piece.left < gutter < piece.right:
            side = bands[bisect(heights, -piece.middle)]
            side[piece.left >= gutter].append(piece)
    found: list[Line] = []
    for number, (left, right) in enumerate(bands):
        found += reading_order(left, depth + 1) + reading_order(right, depth + 1)
        found += crossing[number : number + 1]
    return found


def from_the_top(pieces: Iterable[Line]) -> list[Line]:
    return sorted(pieces, key=lambda piece: (-piece.middle, piece.left))


def has_columns(pieces: Iterable[Line]) -> bool:
    return find_gutter(from_the_top(pieces)) is not None


def find_gutter(pieces: Sequence[Line]) -> float | None:
    """Return the place between two columns that the fewest pieces cross, or None."""
    if len(pieces) < 2 * LEAST_SIDE:
        return None
    left, right = min(p.left for p in pieces), max(p.right for p in pieces)
    margin = NARROWEST * (right - left)
    wide = [piece for piece in pieces if piece.right - piece.left > NARROW * (right - left)]
    tried: list[tuple[int, float]] = []
    place = left + margin
    while place < right - margin:
        crossed = sum(piece.left < place < piece.right for piece in wide)
        if crossed <= MOST_CROSSING * len(pieces) and are_columns(pieces, place):
            tried.append((crossed, place))
        place += STEP
    return widest(tried)


def widest(tried: Sequence[tuple[int, float]]) -> float | None:
    """Return the middle of the widest stretch of places crossed least."""
    if not tried:
        return None
    fewest = min(crossed for crossed, _ in tried)
    stretches: list[list[float]] = []
    for place in (place for crossed, place in tried if crossed == fewest):
        if stretches and place - stretches[-1][-1] <= STEP:
            stretches[-1].append(place)
        else:
            stretches.append([place])
    best = max(stretches, key=len)
    return (best[0] + best[-1]) / 2 if len(best) * STEP >= LEAST_GUTTER else None


def are_columns(pieces: Sequence[Line], place: float) -> bool:
    """Tell two columns of text side by side from the cells of a table."""
    sides = (
        [piece for piece in pieces if piece.right <= place],
        [piece for piece in pieces if piece.left >= place],
    )
    return all(len(side) >= LEAST_SIDE and fills(side) for side in sides) and overlap(*sides)


def fills(side: Sequence[Line]) -> bool:
    width = max(piece.right for piece in side) - min(piece.left for piece in side)
    return median(piece.right - piece.left for piece in side) >= FILLED * width


def overlap(one: Sequence[Line], other: Sequence[Line]) -> bool:
    """Tell whether two groups stand beside each other at least in part."""
    return min(one[0].middle, other[0].middle) > max(one[-1].middle, other[-1].middle)


def rows(ordered: Sequence[Line]) -> list[Line]:
    """Join pieces that stand on one line, left to right."""
    grouped: list[list[Line]] = []
    for piece in ordered:
        if grouped and abs(grouped[-1][0].middle - piece.middle) <= SAME_ROW * piece.size:
            grouped[-1].append(piece)
        else:
            grouped.append([piece])
    return [join(sorted(group, key=lambda piece: piece.left)) for group in grouped]


def join(group: Sequence[Line]) -> Line:
    runs: list[Run] = []
    edge = 0.0
    for piece in group:
        is_apart = runs and piece.left - edge > LEAST_SPACE * piece.size
        edge = piece.right
        if is_apart and not runs[-1].text.endswith(" "):
            runs[-1] = replace(runs[-1], text=runs[-1].text + " ")
        if runs and piece.text in HYPHENS:  # drawn by itself, though it belongs to the word
            runs[-1] = replace(runs[-1], text=runs[-1].text + piece.text)
        else:
            runs += piece.runs
    size = max(group, key=lambda piece: len(piece.text)).size
    return replace(
        group[0], runs=tuple(runs), box=around([piece.box for piece in group]), size=size
    )
