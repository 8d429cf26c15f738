"""Formulas for a word processor: TeX to Office Mathematics (OMML), a batch by one run of pandoc."""

import io
import re
import zipfile
from collections.abc import Iterable

from flows.compilation.renditions.characters import clean
from flows.documents.printing.formulas import converted

_MATHEMATICS = re.compile(r"<m:oMath>.*?</m:oMath>", re.DOTALL)
_MARKED = re.compile(r"formula-\d+")


def to_omml(formulas: Iterable[str]) -> dict[str, str]:
    """Return an ``m:oMath`` element for every formula that pandoc can read."""
    found = converted(formulas, ["-t", "docx", "-o", "-"], _elements)
    return {tex: element for tex, element in found.items() if element}


def _elements(written: bytes) -> list[str] | None:
    try:
        with zipfile.ZipFile(io.BytesIO(written)) as package:
            text = package.read("word/document.xml").decode()
    except (zipfile.BadZipFile, KeyError, UnicodeDecodeError):
        return None
    return [_only(part) for part in _MARKED.split(text)[1:]]


def _only(part: str) -> str:
    found = _MATHEMATICS.findall(part)
    return clean(found[0]) if len(found) == 1 else ""
