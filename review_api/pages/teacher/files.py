"""The file of a material: receiving it, what the check says, and the copy experts will see."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Request, UploadFile
from markupsafe import Markup
from starlette.responses import Response

from flows.intake import borrowing, clearing, operations, restoring, uploads
from flows.intake.borrowing import Match
from review_api.access import Viewer, require
from review_api.advice_view import Advice, Pair, advice_of, pairs
from review_api.deps import FilesDep, InstallationDep, NowDep, get_session, get_viewer
from review_api.material_html import Shown, material_html
from review_api.originals import require_given
from review_api.pages.expert.material import PICTURE_TYPES, MaterialPage, chosen, image_size
from review_api.pages.teacher.desk import Desk, open_desk
from review_api.pages.visit import Text, Visit, VisitDep
from review_api.serving import UNKNOWN, attachment, picture
from schemas.base import Schema
from schemas.document import Document
from schemas.errors import BadFile, BadInput, Conflict, NotFound
from schemas.extraction import sentence
from schemas.submission import (
    Derivative,
    DerivativeKind,
    FileStatus,
    Submission,
    SubmissionFile,
)
from storage.files import CHUNK, Stored
from storage.installation import Installation
from storage.repositories.rows import MISSING
from storage.work import Work

router = APIRouter()
MEGABYTE = 1024 * 1024
TICK = "Поставьте отметку, если вы просмотрели эти места и детей в них нет."


def editor_of(
    request: Request, work: Work, submission: Submission, installation: Installation, now: datetime
) -> Viewer | None:
    """None when nobody is signed in; raises ``NotFound`` for who may not change the material.

    Raises ``LookingOnly`` for who looks with another's eyes, before anything is kept.
    """
    session = get_session(request, installation, work, now)
    if session is None:
        return None
    viewer = get_viewer(request, work, session)
    require(viewer, "submission.edit", submission)
    return viewer


def is_from_editor(
    request: Request, submission_id: str, installation: Installation, now: datetime
) -> bool:
    """Whether somebody is signed in who may change the material; raises as ``editor_of``."""
    with installation.begin(read_only=True) as work:
        submission = work.submissions.get(submission_id)
        return editor_of(request, work, submission, installation, now) is not None


def get_stored(
    request: Request,
    submission_id: str,
    installation: InstallationDep,
    files: FilesDep,
    now: NowDep,
    file: UploadFile | None = None,
) -> Stored | BadInput:
    """The uploaded bytes, durable before the writing transaction begins, so nobody waits for a disk.

    Only for those who may change the material: strangers leave nothing behind.
    """
    is_known = is_from_editor(request, submission_id, installation, now)
    if not is_known or file is None or not file.filename:
        return BadInput("Выберите файл.", field="file")
    try:
        chunks = iter(lambda: file.file.read(CHUNK), b"")
        return files.save(chunks, limit=installation.settings.max_upload)
    except BadFile as error:
        return error


StoredDep = Annotated[Stored | BadInput, Depends(get_stored, scope="function")]


@router.get("/my/{submission_id}/files")
def files_page(visit: VisitDep, submission_id: str, after: str = "") -> Response:
    return show_files(visit, open_desk(visit, submission_id, to="edit"), after=after)


def show_files(
    visit: Visit, desk: Desk, *, errors: dict[str, str] | None = None, after: str = ""
) -> Response:
    return visit.show(
        "submission/files.html",
        status=422 if errors else 200,
        marathon=desk.marathon,
        back=desk.link,
        desk=desk,
        after=after,
        accept=",".join(uploads.KINDS),
        unfinished=unfinished(desk),
        part=uploads.PART,
        megabytes=visit.settings.max_upload // MEGABYTE,
        errors=errors or {},
        report=report_on(desk),
    )


class Begun(Schema):
    """A file on its way: how much of it has come, in whole percent."""

    id: str
    name: str
    size: int
    percent: int


def unfinished(desk: Desk) -> list[Begun]:
    """What this person began to send and may go on with."""
    work, person = desk.visit.work, desk.visit.person.id
    return [
        Begun(id=one.id, name=one.name, size=one.size, percent=100 * one.received // one.size)
        for one in work.uploads.unfinished(desk.submission.id, person)
        if one.started_at > desk.visit.now - uploads.KEPT
    ]


class Shared(Schema):
    """A match the author may know of, with its passages."""

    match: Match
    pairs: tuple[Pair, ...]


class Report(Schema):
    """What the check has found, in words."""

    file: SubmissionFile | None
    refused: str = ""
    former: SubmissionFile | None = None
    advice: Advice = Advice()
    shared: tuple[Shared, ...] = ()
    has_copy: bool = False
    is_closed: bool = False

    @property
    def awaits_scanner(self) -> bool:
        return self.is_waiting and self.file is not None and self.file.is_unscanned

    @property
    def is_waiting(self) -> bool:
        return self.file is not None and self.file.status is FileStatus.RECEIVED


def report_on(desk: Desk) -> Report:
    found = desk.file.extraction if desk.file else None
    return Report(
        file=desk.file,
        refused=sentence(found.reason) if found and found.reason else "",
        former=restoring.former_file(desk.visit.work, desk.submission.id),
        advice=advice_on(desk),
        shared=shared_by(desk),
        has_copy=bool(pages_of(desk)),
        is_closed=is_closed(desk),
    )


def is_closed(desk: Desk) -> bool:
    """Whether a virus was found in the file, even after it had been accepted."""
    return desk.file is not None and desk.visit.work.files.virus_in(desk.file.sha256) is not None


def advice_on(desk: Desk) -> Advice:
    if desk.file is None:
        return Advice()
    visit = desk.visit
    return advice_of(visit.work, visit.files, desk.submission, desk.marathon, desk.file)


def shared_by(desk: Desk) -> tuple[Shared, ...]:
    """Only what is published or the reader's own: nobody learns here of others' works."""
    work, files = desk.visit.work, desk.visit.files
    known = borrowing.known_to_author(work, desk.submission, desk.visit.viewer.id)
    return tuple(Shared(match=one, pairs=pairs(work, files, one)) for one in known)


@router.get("/my/{submission_id}/files/state")
def file_state(visit: VisitDep, submission_id: str, after: str = "") -> Response:
    """The part of the page about the check, asked for again while it runs."""
    desk = open_desk(visit, submission_id, to="edit")
    return visit.show(
        "submission/file_state.html", desk=desk, report=report_on(desk), after=after, errors={}
    )


@router.post("/my/{submission_id}/files")
def receive_file(
    stored: StoredDep,
    visit: VisitDep,
    submission_id: str,
    file: UploadFile | None = None,
    go: Text = "",
) -> Response:
    """«Получен» is said only after file and row are durable.

    The way on (``go``) is a button of the same form: with a file picked, the file comes first.
    """
    desk = open_desk(visit, submission_id, to="edit")
    after = "?after=check" if go == "check" else ""
    if go and desk.file and not (file and file.filename):
        return visit.leave(f"{desk.address}/check" if after else desk.address)
    if isinstance(stored, BadInput):
        return show_files(visit, desk, errors={"file": stored.sentence})
    name = (file.filename if file else "") or ""
    operations.add_file(
        visit.work, submission_id, name=name, stored=stored, by=desk.actor, now=visit.now
    )
    return visit.leave(f"{desk.address}/files{after}")


@router.post("/my/{submission_id}/files/restore")
def restore_file(visit: VisitDep, submission_id: str) -> Response:
    """The accepted file that a refused one has replaced counts again."""
    desk = open_desk(visit, submission_id, to="edit")
    restored = restoring.restore_former(visit.work, submission_id, by=desk.actor, now=visit.now)
    words = "Прежний файл снова на месте." if restored else "Возвращать нечего: файл тот же."
    return visit.leave(f"{desk.address}/files", words, kind="success" if restored else "info")


@router.post("/my/{submission_id}/files/clear")
def clear_children(visit: VisitDep, submission_id: str, looked: Text = "") -> Response:
    """What seems to be children's data is none: said by whoever has looked."""
    desk = open_desk(visit, submission_id, to="edit")
    if not looked:
        return show_files(visit, desk, errors={"looked": TICK})
    try:
        clearing.clear_children(visit.work, submission_id, by=desk.actor, now=visit.now)
    except Conflict as error:
        return visit.leave(f"{desk.address}/files", error.sentence, kind="info")
    return visit.leave(f"{desk.address}/files", "Записано: данных детей в файле нет.")


@router.get("/my/{submission_id}/files/{file_id}")
def original(visit: VisitDep, submission_id: str, file_id: str) -> Response:
    desk = open_desk(visit, submission_id, to="original")
    for file in desk.files:
        if file.id == file_id:
            require_given(visit.work, file, visit.settings)
            return attachment(visit.files.existing(file.sha256), file.name)
    raise NotFound(MISSING)


def pages_of(desk: Desk) -> list[Derivative]:
    return copies(desk, DerivativeKind.BLIND_PAGE)


def copies(desk: Desk, kind: DerivativeKind) -> list[Derivative]:
    return desk.visit.work.derivatives.of(desk.file.id, kind) if desk.file else []


@router.get("/my/{submission_id}/blind")
def blind_copy(visit: VisitDep, submission_id: str) -> Response:
    """The anonymised copy, shown to its author before experts get it."""
    desk = open_desk(visit, submission_id, to="blind")
    texts = copies(desk, DerivativeKind.BLIND_DOCUMENT)
    return visit.show(
        "submission/blind.html",
        marathon=desk.marathon,
        back=desk.link,
        pages=[page_of(visit, desk.address, page) for page in pages_of(desk)],
        text=text_of(desk, texts[0]) if texts else "",
    )


def page_of(visit: Visit, address: str, page: Derivative) -> MaterialPage:
    width, height = image_size(visit.files.existing(page.sha256))
    return MaterialPage(href=f"{address}/blind/{page.number}", width=width, height=height)


def text_of(desk: Desk, structure: Derivative) -> Markup:
    """The copy as flowing text with its pictures."""
    files = desk.visit.files
    images = {image.name: image for image in copies(desk, DerivativeKind.IMAGE)}

    def shown(name: str) -> Shown | None:
        if name not in images:
            return None
        width, height = image_size(files.existing(images[name].sha256))
        href = f"{desk.address}/blind/pictures/{images[name].number}"
        return Shown(href=href, width=width, height=height)

    return material_html(Document.model_validate_json(files.read(structure.sha256)), pictures=shown)


@router.get("/my/{submission_id}/blind/{number}")
def blind_page(visit: VisitDep, submission_id: str, number: int) -> Response:
    desk = open_desk(visit, submission_id, to="blind")
    page = chosen(pages_of(desk), number)
    return picture(visit.files.existing(page.sha256))


@router.get("/my/{submission_id}/blind/pictures/{number}")
def blind_picture(visit: VisitDep, submission_id: str, number: int) -> Response:
    desk = open_desk(visit, submission_id, to="blind")
    image = chosen(copies(desk, DerivativeKind.IMAGE), number)
    kind = PICTURE_TYPES.get(Path(image.name).suffix, UNKNOWN)
    return picture(visit.files.existing(image.sha256), media_type=kind)
