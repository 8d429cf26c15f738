"""What a file is, told by its structure: names and first bytes are easy to fake or to get wrong."""

import re
from dataclasses import dataclass
from pathlib import Path

from flows.documents.parsing.archive import Archive
from flows.documents.parsing.refusal import Refused
from schemas.extraction import Kind, Limits, RejectCode

OPENING = 1024
PDF_MARK = b"%PDF-"
ZIP_MARK = b"PK\x03\x04"
OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Word writes a locked DOCX as an OLE file that holds these streams instead of a zip.
LOCKED_STREAMS = ("EncryptedPackage".encode("utf-16-le"), "EncryptionInfo".encode("utf-16-le"))
MAIN_PARTS = {
    b"wordprocessingml.document.main+xml": Kind.DOCX,
    b"presentationml.presentation.main+xml": Kind.PPTX,
    b"presentationml.slideshow.main+xml": Kind.PPTX,
    b"wordprocessingml.template.main+xml": Kind.DOCX,
}
MACRO_TYPES = (b"macroEnabled", b"vbaProject", b"activeX")
MACRO_PARTS = re.compile(r"vbaProject|vbaData|activeX|^Basic/|^Scripts/", re.IGNORECASE)
ODT_MIMETYPES = (
    b"application/vnd.oasis.opendocument.text",
    b"application/vnd.oasis.opendocument.text-template",
)
PICTURE_MARKS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
WEBP = re.compile(rb"RIFF.{4}WEBP", re.DOTALL)
# Phones' photographs in the family of HEIF, by the brand after the word "ftyp".
HEIF = re.compile(rb".{4}ftyp(?:hei[cxms]|hev[cx]|mif1|msf1|avif|avis)", re.DOTALL)
TEXT_SUFFIXES = (".md", ".markdown", ".txt")
SUFFIXES = {
    Kind.PDF: (".pdf",),
    Kind.DOCX: (".docx", ".dotx"),
    Kind.PPTX: (".pptx", ".ppsx"),
    Kind.ODT: (".odt", ".ott"),
    Kind.MD: TEXT_SUFFIXES,
    Kind.IMAGE: (".jpg", ".jpeg", ".jfif", ".png", ".webp"),
}
# Half of the C0 controls never occur in text a person typed.
BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True)
class Container:
    """The kind of a file, and its bounded archive where it is one."""

    kind: Kind
    archive: Archive | None = None


def inspect(path: Path, limits: Limits) -> Container:
    """Tell what ``path`` holds, or refuse it with the reason a person can act on."""
    size = path.stat().st_size
    if size == 0:
        raise Refused(RejectCode.EMPTY)
    if size > limits.size:
        raise Refused(RejectCode.TOO_LARGE)
    with path.open("rb") as stream:
        opening = stream.read(OPENING)
    if opening.startswith(ZIP_MARK):
        return inspect_archive(path, limits)
    if opening.startswith(PICTURE_MARKS) or WEBP.match(opening):
        return Container(Kind.IMAGE)
    if HEIF.match(opening):
        raise Refused(RejectCode.HEIC)
    if PDF_MARK in opening or is_padded_pdf(path, opening):
        return Container(Kind.PDF) if not is_html(opening) else refuse_type()
    if opening.startswith(OLE_MARK):
        raise Refused(ole_reason(path))
    return inspect_text(path, opening)


def refuse_type() -> Container:
    raise Refused(RejectCode.UNSUPPORTED_TYPE)


def is_html(opening: bytes) -> bool:
    """Tell whether markup precedes a PDF mark: a page that pretends to be a document."""
    head = opening[: opening.find(PDF_MARK)].lstrip().lower()
    return head.startswith((b"<html", b"<!doctype", b"<?xml", b"<svg", b"<script"))


def is_padded_pdf(path: Path, opening: bytes) -> bool:
    """Tell whether a PDF follows nothing but white space, as some gateways make it."""
    if opening.strip():
        return False
    with path.open("rb") as stream:
        return stream.read(64 * OPENING).lstrip().startswith(PDF_MARK)


def ole_reason(path: Path) -> RejectCode:
    content = path.read_bytes()
    if any(mark in content for mark in LOCKED_STREAMS):
        return RejectCode.ENCRYPTED
    return RejectCode.UNSUPPORTED_TYPE


def inspect_archive(path: Path, limits: Limits) -> Container:
    """Tell an office file by the part that names its content, never by its extension."""
    archive = Archive(path, limits)
    kind = opendocument_kind(archive) if "mimetype" in archive else openxml_kind(archive)
    if any(MACRO_PARTS.search(name) for name in archive.parts):
        raise Refused(RejectCode.MACROS)
    archive.refuse_doctype()
    return Container(kind, archive)


def openxml_kind(archive: Archive) -> Kind:
    if "[Content_Types].xml" not in archive:
        raise Refused(RejectCode.UNSUPPORTED_TYPE)
    types = archive.read("[Content_Types].xml")
    if any(mark in types for mark in MACRO_TYPES):
        raise Refused(RejectCode.MACROS)
    kinds = [kind for mark, kind in MAIN_PARTS.items() if mark in types]
    if not kinds:
        raise Refused(RejectCode.UNSUPPORTED_TYPE)
    return kinds[0]


def opendocument_kind(archive: Archive) -> Kind:
    if archive.read("mimetype").strip() not in ODT_MIMETYPES:
        raise Refused(RejectCode.UNSUPPORTED_TYPE)
    if "content.xml" not in archive:
        raise Refused(RejectCode.DAMAGED)
    manifest = "META-INF/manifest.xml"
    if manifest in archive and b"encryption-data" in archive.read(manifest):
        raise Refused(RejectCode.ENCRYPTED)
    return Kind.ODT


def inspect_text(path: Path, opening: bytes) -> Container:
    if path.suffix.lower() not in TEXT_SUFFIXES or BINARY.search(opening):
        raise Refused(RejectCode.UNSUPPORTED_TYPE)
    if not opening.strip() and not path.read_bytes().strip():
        raise Refused(RejectCode.EMPTY)
    return Container(Kind.MD)


def has_foreign_suffix(name: str, kind: Kind) -> bool:
    """Tell whether a file's name promises something else than it holds."""
    suffix = Path(name).suffix.lower()
    return bool(suffix) and suffix not in SUFFIXES[kind]
