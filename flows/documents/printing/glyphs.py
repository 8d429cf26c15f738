"""What our fonts can print: signs and formulas that cannot be set are found before the run.

Archival PDF refuses a sign without a glyph, and one such sign would stop the whole volume.
Typst itself is asked, because only it knows its fonts: all rare signs in one short job, and one
by one only if that fails.
"""

import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import TypeVar, cast

from flows.documents.printing.typesetting import PLAIN_ARCHIVAL, Bench, Job

Data = TypeVar("Data")
REPLACEMENT = "\u25a1"
_KNOWN = re.compile(
    r"[\n -~\u00a0-\u00ff\u0400-\u045f\u2010-\u2026\u2030\u2032\u2033\u20bd\u2116\u200b]"
)
_PRIVATE = {
    "\uf0b7": "•",
    "\uf0a7": "▪",
    "\uf0fc": "✓",
    "\uf0d8": "➢",
    "\uf02d": "–",
    "\uf0e0": "→",
}
"""Word's bullets from the Symbol and Wingdings fonts, by what they look like."""
_JOINERS = ("\u200d", "\ufe0e", "\ufe0f")


def only_printable(data: Data, table: Bench) -> Data:
    """Return ``data`` with every sign our fonts lack replaced by a square."""
    return replaced(data, missing(rare(data), table))


def rare(data: object) -> set[str]:
    """The signs of ``data`` that not every font has."""
    signs: set[str] = set()
    for text in _strings(data):
        signs.update(text)
    return rare_among(signs)


def rare_among(signs: Iterable[str]) -> set[str]:
    """Those of ``signs`` that not every font has."""
    return {sign for sign in signs if not _KNOWN.match(sign)} - set(_PRIVATE)


def changes(signs: AbstractSet[str], lacking: Iterable[str]) -> bool:
    """Whether ``replaced`` would change a text of these ``signs``."""
    return not signs.isdisjoint({*_PRIVATE, *_JOINERS, *lacking})


def missing(signs: Iterable[str], table: Bench) -> set[str]:
    """Those of ``signs`` that our fonts lack."""
    return set(_refused(sorted(signs), "glyphs.typ", table))


def replaced(data: Data, lacking: Iterable[str]) -> Data:
    """Return ``data`` with squares in place of the signs ``lacking``, without invisible joiners."""
    squares = dict.fromkeys(lacking, REPLACEMENT)
    swap = str.maketrans({**_PRIVATE, **squares, **dict.fromkeys(_JOINERS, "")})
    return cast(Data, _swapped(data, swap))


def only_settable(formulas: Mapping[str, str], table: Bench) -> dict[str, str]:
    """Return the ``formulas`` that Typst accepts, by their TeX."""
    refused = set(_refused(sorted(set(formulas.values())), "formulas.typ", table))
    return {tex: typst for tex, typst in formulas.items() if typst not in refused}


def _refused(probes: list[str], template: str, table: Bench) -> Iterable[str]:
    if not probes:
        return []
    table.lay({"probes": probes}, "probes.json")
    whole = Job(template, "probe.pdf", {}, PLAIN_ARCHIVAL)
    if table.run([whole])[0] is None:
        return []
    alone = [whole._replace(inputs={"probe": str(number)}) for number in range(len(probes))]
    return [probe for probe, reason in zip(probes, table.run(alone), strict=True) if reason]


def _strings(data: object) -> Iterable[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        for value in data.values():
            yield from _strings(value)
    elif isinstance(data, list):
        for value in data:
            yield from _strings(value)


def _swapped(data: object, swap: dict[int, str]) -> object:
    if isinstance(data, str):
        return data.translate(swap)
    if isinstance(data, Mapping):
        return {name: _swapped(value, swap) for name, value in data.items()}
    return [_swapped(value, swap) for value in data] if isinstance(data, list) else data
