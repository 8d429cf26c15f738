"""A PDF's catalogue looked through with qpdf: passwords, damage, actions, attachments, people."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2 as pdfium  # type: ignore[import-untyped]  # ships no annotations

from flows.documents.parsing.pdf_upright import is_upright
from flows.documents.parsing.properties import is_nobody
from flows.documents.parsing.refusal import Refused
from flows.documents.preflight.contacts import is_dead
from schemas.extraction import Limits, RejectCode, WarningCode

ACTIVE_KEYS = ("/OpenAction", "/AA", "/AF", "/Collection")
ACTIVE_NAMES = ("/JavaScript", "/EmbeddedFiles")
ACTIVE_ACTIONS = ("/Launch", "/JavaScript", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE")
ACTIVE_NOTES = ("/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D")
MEDIA_NOTES = ("/RichMedia", "/Screen", "/Movie", "/Sound")
FONT_PAGES = 50  # looked through for fonts; a program embeds them all or none
FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
COMMENT_NOTES = ("/Text", "/FreeText", "/Highlight", "/StrikeOut", "/Caret", "/Ink", "/Underline")
PEOPLE = ("/Author", "/Manager", "/Company")


@dataclass
class Examination:
    pages: int
    is_upright: bool = True
    title: str = ""
    people: tuple[str, ...] = ()
    warnings: set[WarningCode] = field(default_factory=set)


def examine(path: Path, limits: Limits) -> Examination:
    """Look a PDF through, or refuse the file with the reason a person can act on."""
    try:
        with pikepdf.open(path) as pdf:
            return look_through(pdf, limits)
    except pikepdf.PasswordError:
        return examine_plainly(path, limits, RejectCode.ENCRYPTED)
    except (pikepdf.PdfError, ValueError, TypeError, KeyError):
        return examine_plainly(path, limits, RejectCode.DAMAGED)


def examine_plainly(path: Path, limits: Limits, reason: RejectCode) -> Examination:
    """Count the pages of a file that qpdf refuses but PDFium may still read."""
    try:
        with pdfium.PdfDocument(path) as pdf:
            pages = len(pdf)
    except pdfium.PdfiumError as error:
        raise Refused(reason) from error
    if not 0 < pages <= limits.pages:
        raise Refused(RejectCode.TOO_MANY_PAGES if pages else reason)
    is_locked = reason == RejectCode.ENCRYPTED
    warning = WarningCode.RESTRICTED if is_locked else WarningCode.REPAIRED
    return Examination(pages=pages, warnings={warning})


def mend(path: Path, copy: Path) -> None:
    """Write what qpdf understood of a damaged file as a sound one."""
    with pikepdf.open(path) as pdf:
        pdf.save(copy, stream_decode_level=pikepdf.StreamDecodeLevel.none)


def look_through(pdf: pikepdf.Pdf, limits: Limits) -> Examination:
    pages = len(pdf.pages)
    if not pages:
        raise Refused(RejectCode.DAMAGED)
    if pages > limits.pages:
        raise Refused(RejectCode.TOO_MANY_PAGES)
    people = (information(pdf, key) for key in PEOPLE)
    return Examination(
        pages=pages,
        is_upright=all(map(stands_upright, pdf.pages)),
        title=information(pdf, "/Title"),
        people=tuple(dict.fromkeys(person for person in people if not is_nobody(person))),
        warnings=set(look_for_warnings(pdf)),
    )


def stands_upright(page: pikepdf.Page) -> bool:
    try:
        return is_upright(page)
    except (pikepdf.PdfError, ValueError, TypeError, AttributeError, KeyError):
        return True


def information(pdf: pikepdf.Pdf, key: str) -> str:
    """Return an entry of the document information, or nothing if it is missing or broken."""
    try:
        return str(pdf.docinfo.get(key, "")).strip()
    except (pikepdf.PdfError, ValueError, TypeError, AttributeError):
        return ""


def look_for_warnings(pdf: pikepdf.Pdf) -> Iterator[WarningCode]:
    if pdf.is_encrypted:
        yield WarningCode.RESTRICTED
    root = pdf.Root
    names: Any = root.get("/Names", {})
    form: Any = root.get("/AcroForm", {})
    if has_any(root, ACTIVE_KEYS[1:]) or has_any(names, ACTIVE_NAMES) or has_any(form, ("/XFA",)):
        yield WarningCode.ACTIVE_CONTENT
    if is_active_action(root.get("/OpenAction")):
        yield WarningCode.ACTIVE_CONTENT
    if any(map(has_bare_font, list(pdf.pages)[:FONT_PAGES])):
        yield WarningCode.FONTS_NOT_EMBEDDED
    for page in pdf.pages:
        if "/AA" in page:
            yield WarningCode.ACTIVE_CONTENT
        for note in as_list(page.get("/Annots")):
            yield from note_warnings(note)


def leads_nowhere(action: Any) -> bool:  # noqa: ANN401 - damaged files hold anything
    """Tell a link to an address that nobody else can open."""
    target = action.get("/URI") if isinstance(action, pikepdf.Dictionary) else None
    return isinstance(target, pikepdf.String) and is_dead(bytes(target).decode("utf-8", "replace"))


def has_bare_font(page: pikepdf.Page) -> bool:
    """Tell whether letters of a page are drawn by a font that the file does not hold.

    A page too damaged to tell is not spoken of.
    """
    try:
        return looks_bare(page)
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, RuntimeError):
        return False


def looks_bare(page: pikepdf.Page) -> bool:
    resources: Any = page.obj.get("/Resources", {})
    fonts: Any = resources.get("/Font", {}) if isinstance(resources, pikepdf.Dictionary) else {}
    if not isinstance(fonts, pikepdf.Dictionary):
        return False
    return any(is_bare(font) for font in dict(fonts).values())


def is_bare(font: Any) -> bool:  # noqa: ANN401 - damaged files hold anything
    if not isinstance(font, pikepdf.Dictionary) or font.get("/Subtype") == "/Type3":
        return False
    inner = as_list(font.get("/DescendantFonts"))
    holder: Any = inner[0] if inner else font
    if not isinstance(holder, pikepdf.Dictionary):
        return False
    return not has_any(holder.get("/FontDescriptor", {}), FONT_FILES)


def has_any(holder: Any, keys: tuple[str, ...]) -> bool:  # noqa: ANN401 - damaged files hold anything
    return isinstance(holder, pikepdf.Dictionary) and any(key in holder for key in keys)


def as_list(value: Any) -> list[Any]:  # noqa: ANN401 - damaged files hold anything
    return list(value) if isinstance(value, pikepdf.Array) else []


def is_active_action(action: Any) -> bool:  # noqa: ANN401 - damaged files hold anything
    """Tell an action that does something; going to a page of the file itself does not count."""
    return isinstance(action, pikepdf.Dictionary) and str(action.get("/S")) in ACTIVE_ACTIONS


def note_warnings(note: Any) -> Iterator[WarningCode]:  # noqa: ANN401 - damaged files hold anything
    if not isinstance(note, pikepdf.Dictionary):
        return
    kind = str(note.get("/Subtype"))
    if kind in ACTIVE_NOTES or is_active_action(note.get("/A")) or "/AA" in note:
        yield WarningCode.ACTIVE_CONTENT
    if kind in MEDIA_NOTES:
        yield WarningCode.EMBEDDED_MEDIA
    if leads_nowhere(note.get("/A")):
        yield WarningCode.DEAD_LINKS
    if kind in COMMENT_NOTES:
        yield WarningCode.COMMENTS
