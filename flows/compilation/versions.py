"""The versions of everything that leaves a trace in the collection, its own code included."""

import hashlib
import inspect
import zlib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path

import pypandoc

from flows.documents import structure
from schemas.base import Schema

_PACKAGES = (
    "babel",
    "jinja2",
    "pdfminer.six",
    "pdfplumber",
    "pikepdf",
    "pillow",
    "pypdfium2",
    "python-calamine",
    "python-docx",
    "python-pptx",
    "teaching-marathon",
    "typst",
)
_CODE = (
    Path(__file__).parent,
    Path(structure.__file__).parent,
    Path(inspect.getfile(Schema)).parent,
)


@cache
def versions() -> dict[str, str]:
    """Return the versions of everything that leaves a trace in the output."""
    found = {name: version(name) for name in _PACKAGES}
    paths = sorted(path for folder in _CODE for path in _code(folder))
    whole = hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()
    programs = {"pandoc": str(pypandoc.get_pandoc_version()), "zlib": zlib.ZLIB_RUNTIME_VERSION}
    return {**found, **programs, "code": whole[:16]}


def _code(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path
