"""The anonymised material of a work under review: page images, pictures, text, one PDF.

Everything comes from the rebuilt copy, never from the author's file, and leaves without names,
dates or sizes of the original. Answers are private and asked for anew each time, so that a work
taken away is gone with the next request.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter
from markupsafe import Markup
from PIL import Image
from starlette.responses import Response

from flows.review.common_gate import require_opened
from review_api.blind import code_of
from review_api.material_html import Shown, material_html
from review_api.pages.visit import Visit, VisitDep
from schemas.assignment import Assignment, AssignmentStatus
from schemas.base import Schema
from schemas.document import Document
from schemas.errors import NotFound
from schemas.submission import Derivative, DerivativeKind, FileStatus, Submission
from storage.repositories.rows import MISSING

router = APIRouter(prefix="/expert/assignments/{assignment_id}")
OPEN_TO_EXPERT = frozenset(
    {
        AssignmentStatus.INVITED,
        AssignmentStatus.ACCEPTED,
        AssignmentStatus.IN_PROGRESS,
        AssignmentStatus.SUBMITTED,
    }
)
READABLE = OPEN_TO_EXPERT - {AssignmentStatus.INVITED}
PRIVATE = {"cache-control": "private, no-cache", "vary": "cookie"}
SANDBOX = {"content-security-policy": "default-src 'none'; sandbox"}
PICTURE_TYPES = {".jpg": "image/jpeg", ".png": "image/png"}


class MaterialPage(Schema):
    href: str
    width: int
    height: int


@dataclass(frozen=True)
class Material:
    """What there is to read; ``pdf_size`` is in bytes."""

    pages: tuple[MaterialPage, ...]
    pdf_href: str
    pdf_size: int
    text: Markup


def own(
    visit: Visit, assignment_id: str, *, at: frozenset[AssignmentStatus] = OPEN_TO_EXPERT
) -> tuple[Assignment, Submission]:
    """The expert's own assignment and its work; anything else does not exist for them."""
    _ = visit.person
    item = visit.viewer.assignments.get(assignment_id)
    if item is None or item.status not in at:
        raise NotFound(MISSING)
    visit.require("review.write", item)
    submission = visit.work.submissions.get(item.submission_id)
    visit.require("review.material", submission)
    return item, submission


def own_open(visit: Visit, assignment_id: str) -> tuple[Assignment, Submission]:
    """As ``own``, to be read and scored; raises ``Conflict`` while common works come first."""
    item, submission = own(visit, assignment_id, at=READABLE)
    marathon = visit.work.marathons.get(item.marathon_id)
    require_opened(item, visit.viewer.assignments.values(), marathon, now=visit.now)
    return item, submission


def blind_copy(
    visit: Visit, item: Assignment, submission: Submission, kind: DerivativeKind
) -> list[Derivative]:
    """Parts of the copy made from the checked file; a later round's file is not this review's."""
    files = visit.work.files.of(submission.id)
    if item.round != submission.round or not files or files[-1].status is not FileStatus.ACCEPTED:
        return []
    return visit.work.derivatives.of(files[-1].id, kind)


def material_of(visit: Visit, item: Assignment, submission: Submission) -> Material | None:
    """The anonymised copy, or None while it is still being made."""
    pages = blind_copy(visit, item, submission, DerivativeKind.BLIND_PAGE)
    pdf = blind_copy(visit, item, submission, DerivativeKind.BLIND_PDF)
    structure = blind_copy(visit, item, submission, DerivativeKind.BLIND_DOCUMENT)
    if not (pages and pdf and structure):
        return None
    base = f"/expert/assignments/{item.id}"
    return Material(
        pages=tuple(page_of(visit, base, page) for page in pages),
        pdf_href=f"{base}/material.pdf",
        pdf_size=visit.files.existing(pdf[0].sha256).stat().st_size,
        text=text_of(visit, item, submission, structure[0]),
    )


def page_of(visit: Visit, base: str, page: Derivative) -> MaterialPage:
    width, height = image_size(visit.files.existing(page.sha256))
    return MaterialPage(href=f"{base}/pages/{page.number}", width=width, height=height)


def text_of(visit: Visit, item: Assignment, submission: Submission, source: Derivative) -> Markup:
    document = Document.model_validate_json(visit.files.read(source.sha256))
    images = {
        image.name: image for image in blind_copy(visit, item, submission, DerivativeKind.IMAGE)
    }

    def shown(name: str) -> Shown | None:
        image = images.get(name)
        if image is None:
            return None
        width, height = image_size(visit.files.existing(image.sha256))
        href = f"/expert/assignments/{item.id}/pictures/{image.number}"
        return Shown(href=href, width=width, height=height)

    return material_html(document, pictures=shown, heading=2)


def words_of(visit: Visit, item: Assignment, submission: Submission) -> str:
    """The anonymised text without its layout; empty while the copy is still being made."""
    sources = blind_copy(visit, item, submission, DerivativeKind.BLIND_DOCUMENT)
    return plain_text(visit.files.existing(sources[0].sha256)) if sources else ""


@lru_cache(maxsize=512)  # more works than that are rarely written about at one time
def plain_text(path: Path) -> str:
    document = Document.model_validate_json(path.read_bytes())
    return material_html(document, pictures=lambda _name: None).striptags()


@lru_cache(maxsize=4096)
def image_size(path: Path) -> tuple[int, int]:
    """Pixels, from the head of the file; contents under one address never change."""
    with Image.open(path) as image:
        return image.size


@router.get("/pages/{number}")
def page_image(visit: VisitDep, assignment_id: str, number: int) -> Response:
    item, submission = own_open(visit, assignment_id)
    pages = blind_copy(visit, item, submission, DerivativeKind.BLIND_PAGE)
    return sent(visit, chosen(pages, number), "image/webp")


@router.get("/pictures/{number}")
def picture(visit: VisitDep, assignment_id: str, number: int) -> Response:
    item, submission = own_open(visit, assignment_id)
    image = chosen(blind_copy(visit, item, submission, DerivativeKind.IMAGE), number)
    kind = PICTURE_TYPES.get(Path(image.name).suffix, "application/octet-stream")
    return sent(visit, image, kind, **SANDBOX)


@router.get("/material.pdf")
def whole_pdf(visit: VisitDep, assignment_id: str) -> Response:
    item, submission = own_open(visit, assignment_id)
    found = blind_copy(visit, item, submission, DerivativeKind.BLIND_PDF)
    name = f"rabota-{code_of(item.id).lower()}.pdf"
    disposition = {"content-disposition": f'attachment; filename="{name}"'}
    return sent(visit, chosen(found, 0), "application/pdf", **SANDBOX, **disposition)


def chosen(parts: list[Derivative], number: int) -> Derivative:
    for part in parts:
        if part.number == number:
            return part
    raise NotFound(MISSING)


def sent(visit: Visit, part: Derivative, kind: str, **headers: str) -> Response:
    """The bytes, or 304 when the browser still has them; the right to see them is always checked."""
    mark = f'"{hashlib.sha256(f"{part.id} copy".encode()).hexdigest()[:16]}"'
    common = {**PRIVATE, "etag": mark, **headers}
    if mark in visit.request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=common)
    return Response(visit.files.read(part.sha256), media_type=kind, headers=common)
