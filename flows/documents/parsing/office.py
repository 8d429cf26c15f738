"""DOCX, ODT and Markdown read through pandoc, which runs sandboxed and with a bounded heap."""

import base64
import json
import posixpath
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pypandoc

from flows.documents.parsing.archive import Archive
from flows.documents.parsing.captions import tie_captions
from flows.documents.parsing.container import Container
from flows.documents.parsing.content import Content
from flows.documents.parsing.gallery import Gallery
from flows.documents.parsing.pandoc import Translator, caption_inlines
from flows.documents.parsing.properties import (
    Properties,
    opendocument_properties,
    openxml_properties,
)
from flows.documents.parsing.refusal import Refused
from flows.documents.structure import document_text, first_heading, inline_text, plain, stated_title
from schemas.document import Block, Document, Paragraph
from schemas.extraction import Kind, RejectCode, WarningCode

HEAP = "-M512m"
HEAP_OVERFLOW = 251
MOST_BROKEN = 0.05  # of the characters of a text in UTF-8 that lost some bytes
FORMATS = {Kind.DOCX: "docx", Kind.ODT: "odt", Kind.MD: "markdown-raw_tex-latex_macros"}
MAX_PICTURE = 32 * 1024 * 1024
DATA_ADDRESS = "data:image/"


def read_office(path: Path, container: Container, pictures: Gallery) -> Content:
    """Read a text document; pictures named in it are taken out of its archive."""
    finder = PictureFinder(container.archive, pictures)
    tree = run_pandoc(path, container.kind)
    translator = Translator(find_picture=finder.find)
    blocks = tie_captions(translator.blocks(tree["blocks"]))
    properties = describe(container)
    written = meta_title(translator, tree)
    document = Document(title=written, blocks=(*blocks, *map(paragraph, properties.boxes)))
    confirmed = written or stated_title(document, properties.title)
    title = confirmed or first_heading(document) or properties.title
    warnings = properties.warnings | finder.warnings()
    return Content(
        document=document.model_copy(update={"title": title}),
        pages=trusted_pages(properties, document),
        people=properties.people,
        margins=properties.margins,
        warnings=warnings,
    )


def trusted_pages(properties: Properties, document: Document) -> int | None:
    """Return the stated page count if the characters stated beside it fit the text."""
    actual = len("".join(document_text(document).split()))
    is_fresh = properties.characters * 2 > actual
    return properties.pages if is_fresh else None


def paragraph(text: str) -> Block:
    return Paragraph(inlines=plain(text))


def describe(container: Container) -> Properties:
    if container.archive is None:
        return Properties()
    if container.kind == Kind.ODT:
        return opendocument_properties(container.archive)
    return openxml_properties(container.archive)


def meta_title(translator: Translator, tree: dict[str, Any]) -> str:
    """Return the title the file itself sets: Word's style «Название» or a Markdown header."""
    title = tree["meta"].get("title", {})
    if title.get("t") == "MetaInlines":
        return " ".join(inline_text(translator.inlines(title["c"])).split())
    if title.get("t") == "MetaBlocks":
        return " ".join(inline_text(caption_inlines(translator.blocks(title["c"]))).split())
    return str(title.get("c", "")) if title.get("t") == "MetaString" else ""


def run_pandoc(path: Path, kind: Kind) -> dict[str, Any]:
    """Return pandoc's tree of a file, or refuse the file with pandoc's own reason."""
    arguments = ["--from", FORMATS[kind], "--to", "json"]
    if kind == Kind.MD:
        source, content = [], unicode_bytes(path)
    else:
        source, content = [str(path.resolve())], b""
    tree: dict[str, Any] = json.loads(pandoc([*arguments, *source], content))
    return tree


def pandoc(arguments: Sequence[str], content: bytes) -> bytes:
    """Return what pandoc writes; raises ``Refused`` with its own reason when it fails."""
    program = [pypandoc.get_pandoc_path(), "+RTS", HEAP, "-RTS", "--sandbox"]
    done = subprocess.run(  # noqa: S603 - our own program and a checked file
        [*program, *arguments], input=content, capture_output=True, check=False
    )
    if done.returncode:
        raise Refused(pandoc_reason(done.returncode))
    return done.stdout


def unicode_bytes(path: Path) -> bytes:
    """Return Markdown as UTF-8; Windows' Russian encoding is recognised by what UTF-8 is not."""
    content = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    try:
        content.decode()
    except UnicodeDecodeError:
        patched = content.decode(errors="replace")
        is_broken = patched.count("\ufffd") <= MOST_BROKEN * len(patched)
        text = patched if is_broken else content.decode("cp1251", errors="replace")
        return text.encode()
    return content


def pandoc_reason(code: int) -> RejectCode:
    if code == HEAP_OVERFLOW:
        return RejectCode.MEMORY
    # Killed from outside: the processor time of the whole reading is spent.
    return RejectCode.TIMEOUT if code < 0 else RejectCode.DAMAGED


@dataclass
class PictureFinder:
    """Finds what a picture's target means inside the archive; addresses outside stay unread."""

    archive: Archive | None
    pictures: Gallery
    outside: bool = False
    missing: bool = False

    def find(self, target: str) -> str | None:
        content = self.load(target)
        name = self.pictures.keep(content) if content else None
        self.missing = self.missing or name is None
        return name

    def load(self, target: str) -> bytes | None:
        if target.startswith(DATA_ADDRESS):
            return decode_address(target)
        part = self.part(target)
        if part is None:
            self.outside = True
            return None
        if self.archive is None or self.archive.parts[part].file_size > MAX_PICTURE:
            return None
        return self.archive.read(part)

    def part(self, target: str) -> str | None:
        """Return the archive's part a target names: pandoc gives DOCX targets without ``word/``."""
        if self.archive is None:
            return None
        plain_target = posixpath.normpath(unquote(target)).lstrip("/")
        candidates = (plain_target, f"word/{plain_target}")
        return next((name for name in candidates if name in self.archive), None)

    def warnings(self) -> set[WarningCode]:
        signs = {
            WarningCode.EXTERNAL_LINKS: self.outside,
            WarningCode.PICTURES_DROPPED: self.missing,
        }
        return {code for code, found in signs.items() if found}


def decode_address(address: str) -> bytes | None:
    """Return the picture written into a ``data:`` address."""
    try:
        return base64.b64decode(address.partition("base64,")[2], validate=True)
    except ValueError:
        return None
