"""Formulas: TeX as the author's file had it, to Typst and to MathML.

pandoc reads TeX and writes both, in the reading process; a batch of formulas costs one call. What pandoc cannot read
comes back as None and is printed as it was written.
"""

import json
import re
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from defusedxml import ElementTree

from flows.documents.reading import attempt, left_in, make_job
from schemas.extraction import Limits

Parts = Callable[[bytes], list[str] | None]
"""What pandoc wrote, cut at the marks between the formulas; None when it is not what was asked."""

LONGEST = 2000
LIMITS = Limits(seconds=60)
CONVERTED = "converted"
_MARK = "formula-{}"
# "std" is the one name of Typst's mathematics that leads to files, "#" the one sign that starts
# code; the template shadows "std" as well, so either guard alone is enough.
_FORBIDDEN = re.compile(r"#|std|@|//|/\*|https?:")

_SPACE = re.compile(r"#h\((-?\d*\.?\d+)em\)")
_SCALED = re.compile(r"#scale\([^()]*\)\[(\\?[^\]\\]|\\.)\]")
_SPACES = ((0.0, " "), (0.17, " thin "), (0.23, " med "), (0.5, " thick "), (1.0, " quad "))


def to_typst(formulas: Iterable[str]) -> dict[str, str]:
    """Typst mathematics for every formula of ``formulas`` that can be set safely."""
    found: dict[str, str] = {}
    for formula, written in converted(formulas, ["-t", "typst"], _lines).items():
        text = _without_code(written)
        if is_safe(text):
            found[formula] = text.strip()[1:-1].strip()
    return found


def to_mathml(formulas: Iterable[str]) -> dict[str, str]:
    """MathML (a ``math`` element) for every formula of ``formulas`` that pandoc can read."""
    found: dict[str, str] = {}
    for formula, text in converted(formulas, ["-t", "html", "--mathml"], _lines).items():
        element = text.strip().removeprefix("<p>").removesuffix("</p>")
        if element.startswith("<math") and _well_formed(element):
            found[formula] = element
    return found


def is_safe(typst: str) -> bool:
    """Whether ``typst`` is one formula between dollars that can run no code."""
    text = typst.strip()
    inner = text[1:-1]
    enclosed = len(text) > 2 and text[0] == text[-1] == "$"  # noqa: PLR2004
    return enclosed and "$" not in inner.replace("\\$", "") and not _FORBIDDEN.search(inner)


def _without_code(typst: str) -> str:
    """Write pandoc's spaces and big brackets, which are calls, as mathematics."""
    spaced = _SPACE.sub(lambda found: _space(float(found[1])), typst)
    return _SCALED.sub(r"\1", spaced)


def _space(ems: float) -> str:
    return next((name for widest, name in _SPACES if ems <= widest), " wide ")


def converted(formulas: Iterable[str], options: Sequence[str], parts: Parts) -> dict[str, str]:
    """What pandoc with ``options`` wrote for each formula; empty for one that it cannot read."""
    tex = sorted({one for one in formulas if one.strip() and len(one) <= LONGEST})
    return dict(zip(tex, _batch(tex, options, parts), strict=True))


def _batch(tex: Sequence[str], options: Sequence[str], parts: Parts) -> list[str]:
    """A batch that kills pandoc is halved."""
    if not tex:
        return []
    written = _pandoc(tex, options)
    found = parts(written) if written is not None else None
    if found is not None and len(found) == len(tex):
        return found
    middle = len(tex) // 2
    halves = (tex[:middle], tex[middle:]) if middle else ()
    return [text for half in halves for text in _batch(half, options, parts)] or [""]


def _pandoc(tex: Sequence[str], options: Sequence[str]) -> bytes | None:
    with tempfile.TemporaryDirectory(prefix="formulas-") as folder:
        desk, source = Path(folder, "desk"), Path(folder, "formulas.json")
        desk.mkdir()
        source.write_text(json.dumps(_document(tex)), "utf-8")
        result = attempt(make_job("convert", source, desk, LIMITS) | {"options": list(options)})
        return None if "reason" in result else left_in(desk, CONVERTED).read_bytes()


def _lines(written: bytes) -> list[str]:
    return re.split(r"(?:<p>)?formula-\d+(?:</p>)?\n", written.decode() + "\n")[1:]


def _document(tex: Sequence[str]) -> dict[str, object]:
    blocks: list[dict[str, object]] = []
    for number, formula in enumerate(tex):
        mark = {"t": "Str", "c": _MARK.format(number)}
        mathematics = {"t": "Math", "c": [{"t": "DisplayMath"}, formula]}
        blocks += [{"t": "Para", "c": [mark]}, {"t": "Para", "c": [mathematics]}]
    return {"pandoc-api-version": [1, 23, 1], "meta": {}, "blocks": blocks}


def _well_formed(element: str) -> bool:
    try:
        ElementTree.fromstring(element)
    except ElementTree.ParseError:
        return False
    return True
