"""Formulas for a word processor: TeX to Office Mathematics (OMML), a batch by one run of pandoc."""

import io
import re
import subprocess
import zipfile
from collections.abc import Iterable, Sequence
from json import dumps

import pypandoc

from flows.compilation.renditions.characters import clean
from flows.documents.printing.formulas import LONGEST, TIME_LIMIT

_MARK = "formula-{}"
_MATHEMATICS = re.compile(r"<m:oMath>.*?</m:oMath>", re.DOTALL)
_MARKED = re.compile(r"formula-\d+")


def to_omml(formulas: Iterable[str]) -> dict[str, str]:
    """Return an ``m:oMath`` element for every formula that pandoc can read."""
    tex = sorted({one for one in formulas if one.strip() and len(one) <= LONGEST})
    return {one: found for one, found in zip(tex, _converted(tex), strict=True) if found}


def _converted(tex: Sequence[str]) -> list[str]:
    """What pandoc wrote for each formula; a batch that kills pandoc is halved."""
    if not tex:
        return []
    written = _pandoc(tex)
    if written is None:
        middle = len(tex) // 2
        return [*_converted(tex[:middle]), *_converted(tex[middle:])] if middle else [""]
    return written


def _pandoc(tex: Sequence[str]) -> list[str] | None:
    command = [pypandoc.get_pandoc_path(), "+RTS", "-M512m", "-RTS", "-f", "json", "--sandbox"]
    try:
        done = subprocess.run(  # noqa: S603
            [*command, "-t", "docx", "-o", "-"],
            input=dumps(_document(tex)).encode(),
            capture_output=True,
            timeout=TIME_LIMIT,
            check=True,
        )
        with zipfile.ZipFile(io.BytesIO(done.stdout)) as package:
            text = package.read("word/document.xml").decode()
    except (subprocess.SubprocessError, zipfile.BadZipFile, KeyError, UnicodeDecodeError):
        return None
    parts = _MARKED.split(text)[1:]
    return [_only(part) for part in parts] if len(parts) == len(tex) else None


def _only(part: str) -> str:
    found = _MATHEMATICS.findall(part)
    return clean(found[0]) if len(found) == 1 else ""


def _document(tex: Sequence[str]) -> dict[str, object]:
    blocks: list[dict[str, object]] = []
    for number, formula in enumerate(tex):
        mark = {"t": "Str", "c": _MARK.format(number)}
        mathematics = {"t": "Math", "c": [{"t": "DisplayMath"}, formula]}
        blocks += [{"t": "Para", "c": [mark]}, {"t": "Para", "c": [mathematics]}]
    return {"pandoc-api-version": [1, 23, 1], "meta": {}, "blocks": blocks}
