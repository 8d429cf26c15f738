"""One word processor's file of many articles: their numbers and relations, put together.

Footnotes, lists, drawings and relations are numbered through the whole file, while articles are
written one by one: ``Package.text`` puts the file's numbers where an article has marks.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flows.compilation.book.article_data import Pictures, formulas_in
from flows.compilation.renditions.docx_writer import MARK, Writer
from flows.compilation.renditions.keeping import Keeper
from flows.compilation.renditions.omml import to_omml
from flows.documents.printing.layout import plain_blocks
from schemas.document import Document
from schemas.volume import VolumeArticle

_MARKS = re.compile(rf"{MARK}([a-z]+)(\d+){MARK}")
_FIRST_LIST = 2
"""The first is that of bullets."""
Written = dict[str, Any]


@dataclass
class Relations:
    """What one part of the package points to: pictures by file, pages of the web by address."""

    images: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)

    def image(self, file: str) -> str:
        return self.images.setdefault(file, f"rIdImage{len(self.images) + 1}")

    def link(self, address: str) -> str:
        return self.links.setdefault(address, f"rIdLink{len(self.links) + 1}")


@dataclass
class Package:
    """What all articles of one file share; ``lists`` are numbered lists: id, level, start."""

    body: Relations = field(default_factory=Relations)
    notes: Relations = field(default_factory=Relations)
    footnotes: list[str] = field(default_factory=list)
    lists: list[tuple[int, int, int]] = field(default_factory=list)
    files: dict[str, Path] = field(default_factory=dict)
    drawings: int = 0

    def text(self, written: Written, images: Mapping[str, Path], number: int) -> str:
        """Return the text of article ``number`` with the numbers that it has in this file."""
        files = [f"{number:03}-{images[name].name}" for name in written["shown"]]
        numbers = _Numbers(self, written["links"], files)
        text = numbers.put(written["text"], self.body)
        self.footnotes += [numbers.put(note, self.notes) for note in written["footnotes"]]
        first = len(self.lists) + _FIRST_LIST
        self.lists += [(n, *told) for n, told in enumerate(map(tuple, written["lists"]), first)]
        self.drawings += written["drawings"]
        self.files |= dict(zip(files, (images[name] for name in written["shown"]), strict=True))
        return text


class _Numbers:
    """The numbers of one article in the package as it stands before that article."""

    def __init__(self, package: Package, links: Sequence[str], files: Sequence[str]) -> None:
        self.links = links
        self.files = files
        self.first = {
            "note": len(package.footnotes) + 1,
            "list": len(package.lists) + _FIRST_LIST,
            "drawing": package.drawings + 1,
        }

    def put(self, text: str, relations: Relations) -> str:
        def number(found: re.Match[str]) -> str:
            kind, place = found[1], int(found[2])
            if kind == "link":
                return relations.link(self.links[place])
            if kind == "image":
                return relations.image(self.files[place])
            return str(self.first[kind] + place)

        return _MARKS.sub(number, text)


def write(
    articles: Sequence[VolumeArticle],
    prepared: Pictures,
    names: Sequence[str],
    keeper: Keeper,
) -> list[Written]:
    """Return every article for ``Package.text``; ``names`` are their identities."""

    def make(places: list[int]) -> list[Written]:
        asked = formulas_in(articles[place] for place in places)
        omml = keeper.words("omml", asked, to_omml)
        return [_written(articles[place].document, prepared[place], omml) for place in places]

    return keeper.each("word", names, make)


def _written(document: Document, images: Mapping[str, Path], omml: Mapping[str, str]) -> Written:
    writer = Writer(images, omml)
    try:
        text = writer.document(document)
    except Exception:  # noqa: BLE001 - one broken article never stops the volume
        writer = Writer()
        text = writer.document(Document(blocks=plain_blocks(document)))
    return {
        "text": text,
        "footnotes": writer.footnotes,
        "links": list(writer.links),
        "shown": list(writer.shown),
        "lists": writer.lists,
        "drawings": writer.drawings,
    }
