"""What every machine description shares: XML elements, and the names of works on the web."""

import re
from xml.etree import ElementTree as ET

from flows.compilation.epub import identifier
from flows.documents.layout import clean
from schemas.volume import Volume, VolumeArticle

Element = ET.Element
Numbered = list[tuple[VolumeArticle, tuple[int, int]]]
"""Articles in order, each with its first and last page."""


def doi(volume: Volume, number: int | None = None) -> str:
    """Return the DOI of article ``number`` or of the volume; empty without a prefix."""
    prefix = volume.imprint.doi_prefix
    if not prefix:
        return ""
    name = re.sub(r"[^0-9a-z]+", "-", identifier(volume).split(":")[-1].lower())
    return f"{prefix}/{name}" + (f".{number:03}" if number else "")


def address(volume: Volume, number: int | None = None) -> str:
    """Return the web address of article ``number`` or of the contents; empty if not known."""
    base = (volume.imprint.url or "").rstrip("/")
    page = f"articles/{number:03}.html" if number else "index.html"
    return f"{base}/site/{page}" if base else ""


def node(tag: str, *children: Element | None, text: str = "", **attributes: str) -> Element:
    node = Element(tag, {name.rstrip("_").replace("__", "-"): v for name, v in attributes.items()})
    node.text = clean(text) or None
    node.extend(child for child in children if child is not None)
    return node


def some(tag: str, text: str | None, **attributes: str) -> Element | None:
    return node(tag, text=text, **attributes) if text else None


def xml(root: Element) -> bytes:
    ET.indent(root, " ")
    text: str = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()
