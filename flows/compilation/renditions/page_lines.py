"""The first lines of printed pages, read from what Typst wrote: pages need not be laid out for it.

PDFium finds fonts, paths and pictures of a whole page before it tells a word. Here only the
beginning of a page's content is unpacked (ISO 32000-1, 7.8.2), in the order of reading, and its
glyphs are told by their fonts' tables (9.10.3). Only for files of our own making.
"""

import io
import re
import zlib
from collections.abc import Iterator
from typing import NamedTuple

import pikepdf

LINES = 9
_BEGINNING = 24 * 1024
"""Bytes of content in which the first lines of a page stand."""
_FLATE = "/FlateDecode"
_STRING = rb"\((?:[^()\\]++|\\.)*+\)|<[0-9A-Fa-f]*+>"
_STRINGS = re.compile(_STRING, re.DOTALL)
_SIGNIFICANT = re.compile(
    rb"/Artifact\b[^()\n]*BDC.*?EMC|"  # repeated heads of tables, rules: no text of the article's
    rb" (?P<height>-?[\d.]+) cm\b|/(?P<font>[^\s/]+) [\d.]+ Tf\b|"
    rb"(?P<text>\[(?:" + _STRING + rb"|[^()<\]]++)*+\]|" + _STRING + rb") ?T[Jj]\b",
    re.DOTALL,
)
_ESCAPED = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_ESCAPES = {
    **{f"{code:03o}".encode(): bytes([code]) for code in range(256)},
    b"n": b"\n",
    b"r": b"\r",
    b"t": b"\t",
    b"b": b"\b",
    b"f": b"\f",
}
_LETTERS = re.compile(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]+)>")
_WIDE = "utf-16-be"


class _Run(NamedTuple):
    """Glyphs of one font at one height of the page."""

    height: bytes
    font: str
    shown: bytes


class _Words(dict[bytes, str]):
    """Words by the string that shows them in one font; mostly a string is one glyph."""

    def __init__(self, table: bytes) -> None:
        super().__init__()
        self._letters = {glyph.upper(): words for glyph, words in _LETTERS.findall(table)}

    def __missing__(self, string: bytes) -> str:
        """Every glyph has two bytes: four digits of the table."""
        glyphs = _bytes(string).hex().upper().encode()
        pairs = (glyphs[place : place + 4] for place in range(0, len(glyphs), 4))
        words = b"".join(self._letters.get(pair, b"") for pair in pairs)
        self[string] = told = _of_hex(words).decode(_WIDE, "ignore")
        return told


def of(pdf: bytes) -> list[list[str]]:
    """The first lines of every page but the first, of which nobody asks."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        fonts: dict[tuple[int, int], _Words] = {}
        return [[], *(_lines(page.obj, fonts) for page in list(opened.pages)[1:])]


def _lines(page: pikepdf.Object, fonts: dict[tuple[int, int], _Words]) -> list[str]:
    named = {name: _words(font, fonts) for name, font in page.Resources.get("/Font", {}).items()}
    lines: list[str] = []
    height = None
    for run in _runs(_beginning(page)):
        if run.height != height:
            if len(lines) == LINES:
                break
            lines.append("")
            height = run.height
        words = named.get(f"/{run.font}")
        if words is not None:
            lines[-1] += "".join([words[one] for one in _STRINGS.findall(run.shown)])
    return lines


def _words(font: pikepdf.Object, known: dict[tuple[int, int], _Words]) -> _Words:
    """Pages of an article share fonts: each one's table is read once."""
    if font.objgen not in known:
        known[font.objgen] = _Words(font.ToUnicode.read_bytes() if "/ToUnicode" in font else b"")
    return known[font.objgen]


def _beginning(page: pikepdf.Object) -> bytes:
    content = page.Contents
    first = content[0] if isinstance(content, pikepdf.Array) else content
    if first.get("/Filter") != _FLATE:
        return bytes(first.read_bytes()[:_BEGINNING])
    return zlib.decompressobj().decompress(first.read_raw_bytes(), _BEGINNING)


def _runs(content: bytes) -> Iterator[_Run]:
    height, font = b"", ""
    for found in _SIGNIFICANT.finditer(content):
        kind = found.lastgroup
        if kind == "height":
            height = found["height"]
        elif kind == "font":
            font = found["font"].decode("latin-1")
        elif kind == "text":
            yield _Run(height, font, found["text"])


def _bytes(string: bytes) -> bytes:
    """The bytes of a string with its brackets (ISO 32000-1, 7.3.4)."""
    inner = string[1:-1]
    return _of_hex(inner) if string[:1] == b"<" else _ESCAPED.sub(_unescaped, inner)


def _of_hex(digits: bytes) -> bytes:
    return bytes.fromhex(digits.decode())


def _unescaped(found: re.Match[bytes]) -> bytes:
    return _ESCAPES.get(found[1], found[1])
