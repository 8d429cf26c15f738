"""Content streams without marks: what somebody's tags and layers leave in the drawing of a page.

Marks are cut out of the bytes as they are. A stream with anything in it that a pattern might
misread (strings within strings, comments, pictures between the operators, marks out of place) goes
through a parser and is written anew, which takes ten times as long (ISO 32000-1, 7.8.2 and 14.6).
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

import pikepdf
from pikepdf import Name

MARKS = frozenset({"BMC", "BDC", "EMC", "MP", "DP"})
Heard = Callable[[str, Sequence[Any]], None]
"""Is told the operators that choose a colour, and the parser's others, with their operands."""
_WHITE = rb"\x00\t\n\x0c\r "
_SPACES = rb"[" + _WHITE + rb"]*+"
_NAME = rb"/[^" + _WHITE + rb"()<>\[\]{}/%]*+"
_LETTERS = rb"[^()\\]*+(?:\\.[^()\\]*+)*+"
_STRING = rb"\(" + _LETTERS + rb"(?:\(" + _LETTERS + rb"\)" + _LETTERS + rb")*+\)"
"""Strings may hold others as long as brackets match; deeper ones are the parser's."""
_HEX = rb"<[0-9A-Fa-f" + _WHITE + rb"]*+>"
_FLAT = rb"[^()<>%]|" + _STRING + rb"|" + _HEX
_ENTRIES = rb"<<(?:" + _FLAT + rb"|<<(?:" + _FLAT + rb")*+>>)*+>>"
_DULL = rb"[^/()<>%EBMDkK]*+"
_ENDS = rb"(?![^" + _WHITE + rb"\[(<%/])"


def _operator(word: bytes) -> bytes:
    """``word`` on its own; it begins with a letter, not with a look behind it."""
    return word[:1] + rb"(?<![^" + _WHITE + rb"\])>]" + word[:1] + rb")" + word[1:] + _ENDS


_FINE, _MARK, _SPACE, _FILL, _LINE = b"fine", b"mark", b"space", b"k", b"K"
_KINDS = {
    _STRING + rb"(?:" + _DULL + _STRING + rb")*+": _FINE,
    _HEX: _FINE,
    _NAME
    + _SPACES
    + rb"(?:"
    + _NAME
    + rb"|"
    + _ENTRIES
    + rb")"
    + _SPACES
    + rb"(?:BDC|DP)"
    + _ENDS: _MARK,
    _NAME + _SPACES + rb"(?:BMC|MP)" + _ENDS: _MARK,
    _operator(b"EMC"): _MARK,
    rb"/DeviceCMYK" + _SPACES + rb"(?:cs|CS)" + _ENDS: _SPACE,
    _operator(b"k"): _FILL,
    _operator(b"K"): _LINE,
}
"""What is told apart. Every pattern begins with a plain sign: the search then leaps from one such
sign to the next instead of trying all patterns at every byte."""
_STRANGE = (
    rb"\(",
    rb"\)",
    rb"<",
    rb">",
    rb"%",
    *map(_operator, (b"BMC", b"BDC", b"MP", b"DP", b"BI")),
)
_PATTERN = re.compile(rb"|".join((*(pattern + rb"()" for pattern in _KINDS), *_STRANGE)), re.DOTALL)
_BY_INDEX = (None, *_KINDS.values())


class Strange(Exception):
    """The parser's turn."""


def without_marks(content: pikepdf.Object, heard: Heard) -> bytes:
    """Return the stream ``content`` without marks; ``heard`` is told of its colours."""
    try:
        return cut(content.read_bytes(), heard)
    except Strange:
        return parsed(content, heard)


def cut(content: bytes, heard: Heard) -> bytes:
    """Return the bytes ``content`` without marks; raises ``Strange`` if they need the parser."""

    def kept(found: re.Match[bytes]) -> bytes:
        kind = _BY_INDEX[found.lastindex or 0]
        if kind is None:
            raise Strange
        if kind is _SPACE:
            heard(found[0][-2:].decode(), (Name.DeviceCMYK,))
        elif kind in {_FILL, _LINE}:
            heard(kind.decode(), ())
        return b" " if kind is _MARK else found[0]

    return _PATTERN.sub(kept, content)


def parsed(content: pikepdf.Object, heard: Heard) -> bytes:
    """The same by way of the parser, whatever is in the stream."""
    kept = []
    for instruction in pikepdf.parse_content_stream(content):
        operator = str(instruction.operator)
        if operator not in MARKS:
            kept.append(instruction)
            heard(operator, list(instruction.operands))
    return pikepdf.unparse_content_stream(kept)
