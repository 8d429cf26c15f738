"""What every machine description in XML shares: elements made of cleaned words."""

from xml.etree import ElementTree as ET

from flows.compilation.renditions.characters import clean
from schemas.volume import VolumeArticle

Element = ET.Element
Numbered = list[tuple[VolumeArticle, tuple[int, int]]]
"""Articles in order, each with its first and last page."""


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


def xml(root: Element) -> bytes:
    """Return the document as UTF-8, indented."""
    ET.indent(root, " ")
    text: str = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()
