"""What every machine description in XML shares: elements made of cleaned words.

An article's part of a file is written by itself, so that it can be kept, and stands in the whole
where a slot is.
"""

import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from flows.compilation.renditions.characters import clean

Element = ET.Element
_SLOT = re.compile(r'<slot n="(\d+)" />')


def node(tag: str, *children: Element | None, text: str = "", **attributes: str) -> Element:
    """Return an element; ``_`` at an attribute's end and ``__`` in it stand for nothing and ``-``."""
    named = {name.rstrip("_").replace("__", "-"): clean(v) for name, v in attributes.items()}
    element = Element(tag, named)
    element.text = clean(text) or None
    element.extend(child for child in children if child is not None)
    return element


def some(tag: str, text: str | None, **attributes: str) -> Element | None:
    """Return an element with ``text``, none without words."""
    return node(tag, text=text, **attributes) if text and clean(text).strip() else None


def slots(count: int) -> list[Element]:
    """Return the places of ``count`` written parts."""
    return [node("slot", n=str(number)) for number in range(count)]


def part(element: Element, level: int) -> str:
    """Return a part as it stands ``level`` elements deep in a whole."""
    ET.indent(element, " ", level)
    written: str = ET.tostring(element, encoding="unicode")
    return written


def xml(root: Element, parts: Sequence[str] = ()) -> bytes:
    """Return the document as UTF-8, indented, with ``parts`` in its slots."""
    whole = part(root, 0)
    text = _SLOT.sub(lambda found: parts[int(found[1])], whole) if parts else whole
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()
