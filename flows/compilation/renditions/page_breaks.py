"""Where the printed pages of an article begin in its text, as far as it can be known.

The letters of a page's first lines are looked for in the article's letters after the page before:
a place is taken only if it is the only one. Heads of pages and repeated heads of tables are not
found there and passed over; a page that begins with a formula or a picture alone gets no mark.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from flows.compilation.renditions import page_lines
from flows.compilation.renditions.bodies import Body
from flows.compilation.renditions.keeping import Keeper
from schemas.volume import Volume

FEWEST, MOST = 20, 40
"""Letters by which a place is found."""
_LINES_OF_A_PROBE = 4
_LINES = page_lines.LINES - _LINES_OF_A_PROBE
_NO_TEXT = re.compile("<math.*?</math>|<[^>]*>|\x03[^\x04]*\x04|&[^;<]*;|[\x01-\x08]", re.DOTALL)
_NO_LETTERS = re.compile(r"[\W\d_]+")
_WORD = re.compile(r"\w+$")


_MARK = '<span epub:type="pagebreak" role="doc-pagebreak" id="page-{0}" aria-label="Страница {0}"></span>'


class Break(NamedTuple):
    """The page after ``page`` others begins at the place ``at`` of the written text."""

    page: int
    at: int


class _Run(NamedTuple):
    """Plain text that stands in the written one at ``start``."""

    start: int
    text: str


def each(
    volume: Volume, written: Sequence[Body], printed: Sequence[bytes], keeper: Keeper
) -> list[list[Break]]:
    """The breaks in every article; ``printed`` are the articles' own files.

    An author's PDF that is printed as it is has none: no file from outside is opened here.
    """
    articles = list(volume.articles())
    look = volume.design.model_dump(mode="json")
    of = [[one.identity, look] for one in written]

    def make(places: list[int]) -> list[list[Break]]:
        return [
            found(written[place].text, page_lines.of(printed[place]))
            if articles[place].original is None
            else []
            for place in places
        ]

    return [[Break(*one) for one in kept] for kept in keeper.each("breaks", of, make)]


def found(written: str, pages: Sequence[Sequence[str]]) -> list[Break]:
    """The breaks within the written text (``markup.Writer``), in order."""
    runs = _runs(written)
    letters = [_letters(run.text) for run in runs]
    ends = list(accumulate(map(len, letters)))
    whole = "".join(letters)
    breaks, last = [], 0
    for number, lines in enumerate(pages[1:], start=1):
        place = _place(whole, lines, last)
        if place is not None:
            last = place + 1
            rank = bisect_right(ends, place)
            before = ends[rank] - len(letters[rank])
            breaks.append(Break(number, _begin(runs[rank], place - before)))
    return breaks


def _runs(written: str) -> list[_Run]:
    runs, start = [], 0
    for one in _NO_TEXT.finditer(written):
        runs.append(_Run(start, written[start : one.start()]))
        start = one.end()
    return [run for run in (*runs, _Run(start, written[start:])) if run.text.strip()]


def _letters(text: str) -> str:
    return _NO_LETTERS.sub("", text).casefold().replace("ё", "е")


def _place(whole: str, lines: Sequence[str], last: int) -> int | None:
    """Where the page of ``lines`` begins among the letters after ``last``."""
    for first in range(min(_LINES, len(lines))):
        probe = _letters("".join(lines[first : first + _LINES_OF_A_PROBE]))[:MOST]
        place = whole.find(probe, last) if len(probe) >= FEWEST else -1
        if place >= 0:
            return place if whole.find(probe, place + 1) < 0 else None
    return None


def _begin(run: _Run, letter: int) -> int:
    """The beginning of the word that has the run's ``letter``: no word is torn by a mark."""
    at = bisect_right(
        range(len(run.text)), letter, key=lambda place: len(_letters(run.text[: place + 1]))
    )
    word = _WORD.search(run.text[:at])
    return run.start + (word.start() if word else at)


def marked(written: str, breaks: Sequence[Break], first_page: int) -> str:
    """Return the text with a mark wherever a printed page begins."""
    parts, end = [], 0
    for one in breaks:
        parts += [written[end : one.at], _MARK.format(first_page + one.page)]
        end = one.at
    return "".join((*parts, written[end:]))
