"""What a forked reader does with one file; everything here may die without harm."""

import errno
import json
from pathlib import Path
from typing import Any

from PIL import Image

from flows.documents.parsing.container import Container, has_foreign_suffix, inspect
from flows.documents.parsing.content import Content
from flows.documents.parsing.gallery import Gallery
from flows.documents.parsing.properties import dead_links
from flows.documents.parsing.refusal import Refused
from flows.documents.preflight.picture_notes import picture_findings
from flows.documents.preflight.privacy import find_named, find_personal
from flows.documents.structure import count_tables, document_text, pictures, tidy, walk
from schemas.document import Document, Heading
from schemas.extraction import Extraction, Finding, Kind, Limits, RejectCode, WarningCode

RESULT = "result.json"
IMAGES = "images"
CONVERTED = "converted"
STORAGE_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS)
LONGEST_TITLE = 500
FEW_CHARACTERS = 300
WORTH_HEADINGS = 3000  # characters; a shorter text needs none


def do(job: dict[str, Any]) -> None:
    """Carry out a job and leave its result in the job's directory."""
    directory = Path(job["directory"])
    try:
        result = TASKS[job["task"]](job, directory)
    except Refused as refused:
        result = {"reason": refused.reason}
    except MemoryError:
        raise
    except OSError as error:
        is_storage = error.errno in STORAGE_ERRORS
        reason = RejectCode.TOO_LARGE if error.errno == errno.EFBIG else RejectCode.DAMAGED
        result = {"storage": True} if is_storage else {"reason": reason}
    except Exception:  # noqa: BLE001 - parsers raise anything at all on damaged files
        result = {"reason": RejectCode.DAMAGED}
    (directory / RESULT).write_text(json.dumps(result, ensure_ascii=False), "utf-8")


def read(job: dict[str, Any], directory: Path) -> dict[str, Any]:
    """Read a file whole: verdict, structure, text, pictures."""
    path, limits = Path(job["path"]), Limits(**job["limits"])
    container = inspect(path, limits)
    gallery = Gallery(directory / IMAGES if job["pictures"] else None)
    content = read_content(path, container, gallery, limits, directory)
    content.document = content.document.model_copy(update={"title": tidy(content.document.title)})
    text = document_text(content.document)
    names = tuple(job["names"])
    findings = (
        *find_personal(content.document, names),
        *named(content, job["names"]),
        *picture_findings(content.document, sizes(gallery)),
        *links_to_nowhere(container),
    )
    warnings = {*content.warnings, *general_warnings(content, text, job["name"], container.kind)}
    warnings |= {finding.code for finding in findings}
    extraction = Extraction(
        file=job["name"],
        status="ok",
        kind=container.kind,
        pages=content.pages,
        characters=len(text),
        tables=count_tables(content.document),
        images=len(pictures(content.document)),
        title=content.document.title[:LONGEST_TITLE],
        warnings=tuple(code for code in WarningCode if code in warnings),
    )
    result: dict[str, Any] = {
        "extraction": extraction.model_dump(mode="json"),
        "unrecognised": content.unrecognised,
    }
    if job["pictures"]:
        result |= whole(content, text, findings, gallery)
    return result


def sizes(gallery: Gallery) -> dict[str, tuple[int, int]]:
    """Width and height in pixels of the pictures that were kept, by name."""
    found = {}
    for name, path in gallery.files.items():
        with Image.open(path) as image:
            found[name] = image.size
    return found


def links_to_nowhere(container: Container) -> tuple[Finding, ...]:
    if container.archive is None:
        return ()
    links = dict.fromkeys(dead_links(container.archive))
    return tuple(Finding(code=WarningCode.DEAD_LINKS, text=tidy(link)) for link in links)


def whole(
    content: Content, text: str, findings: tuple[Finding, ...], gallery: Gallery
) -> dict[str, Any]:
    return {
        "document": content.document.model_dump(mode="json"),
        "text": text,
        "findings": [finding.model_dump(mode="json") for finding in findings],
        "images": {name: path.name for name, path in gallery.files.items()},
    }


def read_content(
    path: Path, container: Container, gallery: Gallery, limits: Limits, directory: Path
) -> Content:
    """Hand a file to the reader of its kind; only that reader's libraries are loaded."""
    if container.kind == Kind.PDF:
        from flows.documents.parsing.pdf import read_pdf  # noqa: PLC0415

        content = read_pdf(path, gallery, limits, desk=directory)
    elif container.kind == Kind.IMAGE:
        from flows.documents.parsing.photograph import read_photograph  # noqa: PLC0415

        content = read_photograph(path, gallery, limits, directory)
    elif container.kind == Kind.PPTX and container.archive is not None:
        from flows.documents.parsing.slides import read_slides  # noqa: PLC0415

        content = read_slides(path, container.archive, gallery, limits)
    else:
        from flows.documents.parsing.office import read_office  # noqa: PLC0415

        content = read_office(path, container, gallery)
    return refuse_excess(content, limits)


def refuse_excess(content: Content, limits: Limits) -> Content:
    if not says_anything(content.document):
        raise Refused(RejectCode.EMPTY)
    if content.pages is not None and content.pages > limits.pages:
        raise Refused(RejectCode.TOO_MANY_PAGES)
    return content


def says_anything(document: Document) -> bool:
    """Whether a person would see a letter or a picture."""
    letters = document_text(document)
    is_seen = any(letter.isprintable() and not letter.isspace() for letter in letters)
    return is_seen or bool(pictures(document))


def named(content: Content, names: list[str]) -> tuple[Finding, ...]:
    """Find the author in the text, at the page's margins and in the file's properties."""
    found = find_named(content.document, tuple(names), margins=content.margins)
    people = (Finding(code=WarningCode.METADATA_AUTHOR, text=tidy(name)) for name in content.people)
    return (*found, *people)


def general_warnings(content: Content, text: str, name: str, kind: Kind) -> set[WarningCode]:
    has_headings = any(isinstance(block, Heading) for block in walk(content.document.blocks))
    signs = {
        WarningCode.FEW_CHARACTERS: len(text) < FEW_CHARACTERS,
        WarningCode.NO_HEADINGS: len(text) >= WORTH_HEADINGS and not has_headings,
        WarningCode.EXTENSION_MISMATCH: has_foreign_suffix(name, kind),
    }
    return {code for code, found in signs.items() if found}


def render(job: dict[str, Any], directory: Path) -> dict[str, Any]:
    """Draw the pages of a PDF into the job's directory."""
    from flows.documents.parsing.page_images import draw_pages  # noqa: PLC0415

    names = draw_pages(Path(job["path"]), directory, first=job["first"], limit=job["limit"])
    return {"pages": names}


def redraw(job: dict[str, Any], directory: Path) -> dict[str, Any]:
    """Draw a logo anew, without anything but its pixels, into the job's directory."""
    from flows.documents.printing.logos import LOGO  # noqa: PLC0415
    from flows.documents.printing.pictures import prepare_logo  # noqa: PLC0415

    return {"drawn": prepare_logo(Path(job["path"]), target=directory / LOGO)}


def reprint(job: dict[str, Any], directory: Path) -> dict[str, Any]:
    """Put the pages of a PDF as they are on sheets of ours, into the job's directory."""
    from flows.documents.printing import original_pages  # noqa: PLC0415

    return original_pages.do(job, directory)


def convert(job: dict[str, Any], directory: Path) -> dict[str, Any]:
    """Let pandoc write a tree of its own in another format into the job's directory."""
    from flows.documents.parsing.office import pandoc  # noqa: PLC0415

    arguments = ["--from", "json", "--wrap=none", *job["options"]]
    written = pandoc(arguments, Path(job["path"]).read_bytes())
    (directory / CONVERTED).write_bytes(written)
    return {}


def tables(job: dict[str, Any], _directory: Path) -> dict[str, Any]:
    """Read the cells of a spreadsheet."""
    from flows.documents.parsing.spreadsheet import read_tables  # noqa: PLC0415

    return {"tables": read_tables(Path(job["path"]), most=job["most"], rows=job["rows"])}


def try_walls(job: dict[str, Any], directory: Path) -> dict[str, Any]:
    """Try what the walls must hold back."""
    from flows.documents.sandbox.trial import try_everything  # noqa: PLC0415

    return try_everything(job, directory)


TASKS = {
    "read": read,
    "render": render,
    "redraw": redraw,
    "reprint": reprint,
    "convert": convert,
    "tables": tables,
    "try": try_walls,
}
