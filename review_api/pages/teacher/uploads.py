"""Files in parts: begun, sent part by part, finished or given up; answers are JSON for upload.js."""

from collections.abc import AsyncIterator
from tempfile import SpooledTemporaryFile
from typing import IO, Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from flows.intake import uploads
from review_api.deps import SIGN_IN, FilesDep, InstallationDep, NowDep, SignInNeeded, WorkDep
from review_api.pages.teacher.desk import Desk, actor_for, open_desk
from review_api.pages.teacher.files import editor_of
from review_api.pages.visit import VisitDep
from schemas.base import Schema
from schemas.errors import BadInput
from schemas.intake_access import Upload
from schemas.people import Actor
from storage.files import CHUNK, Stored

router = APIRouter()
Offset = Annotated[int, Query(ge=0, le=2**40)]
GATHERED = 128 * 1024


def state(upload: Upload) -> Response:
    """Where the upload stands; ``parts`` are digests by which the browser knows its own file."""
    return JSONResponse(
        {
            "id": upload.id,
            "received": upload.received,
            "size": upload.size,
            "part": uploads.PART,
            "parts": upload.parts,
        }
    )


def own(desk: Desk, upload_id: str) -> Upload:
    return uploads.own(desk.visit.work, desk.submission.id, upload_id, by=desk.actor)


class Sending(Schema):
    """An upload and whoever goes on with it."""

    upload: Upload
    actor: Actor


def get_sending(
    request: Request,
    submission_id: str,
    upload_id: str,
    installation: InstallationDep,
    now: NowDep,
) -> Sending:
    """Looked up before anything is read of a body and beside those who write.

    Strangers leave nothing behind: raises ``SignInNeeded`` and ``NotFound``.
    """
    with installation.begin(read_only=True) as work:
        submission = work.submissions.get(submission_id)
        viewer = editor_of(request, work, submission, installation, now)
        if viewer is None:
            raise SignInNeeded(SIGN_IN)
        actor = actor_for(viewer.id, submission)
        return Sending(upload=uploads.own(work, submission_id, upload_id, by=actor), actor=actor)


SendingDep = Annotated[Sending, Depends(get_sending)]


async def get_body(
    request: Request, sending: SendingDep, offset: Offset
) -> AsyncIterator[IO[bytes]]:
    """At most one part, little of it in memory however slowly it comes; raises ``BadInput``."""
    uploads.require_turn(sending.upload, offset=offset)
    with SpooledTemporaryFile(max_size=GATHERED) as file:
        async for piece in gathered(request, most=uploads.PART):
            await run_in_threadpool(file.write, piece)
        file.seek(0)
        yield file


async def gathered(request: Request, *, most: int) -> AsyncIterator[bytes]:
    """The body in pieces worth a change of threads; raises ``BadInput`` past ``most`` bytes."""
    size, waiting = 0, bytearray()
    async for chunk in request.stream():
        size += len(chunk)
        if size > most:
            raise BadInput("Часть файла больше, чем нужно.", code="bad_part")
        waiting += chunk
        if len(waiting) >= GATHERED:
            yield bytes(waiting)
            waiting.clear()
    yield bytes(waiting)


def get_part(
    sending: SendingDep,
    offset: Offset,
    body: Annotated[IO[bytes], Depends(get_body, scope="function")],
    installation: InstallationDep,
) -> Stored:
    """The part, durable before the writing transaction begins; what is refused fills no disk."""
    shelf = installation.files.shelf(sending.upload.id)
    with shelf.kept_aside() as temporary:
        chunks = iter(lambda: body.read(CHUNK), b"")
        part = shelf.write(temporary, chunks, uploads.PART)
        uploads.require_expected(sending.upload, offset=offset, part=part)
        shelf.keep(temporary, part.sha256)
    return part


def get_joined(sending: SendingDep, installation: InstallationDep, files: FilesDep) -> Stored:
    """All parts as one file, durable before the writing transaction begins."""
    return uploads.joined(files, sending.upload, limit=installation.settings.max_upload)


@router.post("/my/{submission_id}/uploads")
def begin_upload(visit: VisitDep, submission_id: str, sent: uploads.Sent) -> Response:
    """What would be refused in the end is refused before it is sent."""
    desk = open_desk(visit, submission_id, to="edit")
    uploads.require_fit(sent, limit=visit.settings.max_upload)
    return state(uploads.begin(visit.work, submission_id, sent, by=desk.actor, now=visit.now))


@router.get("/my/{submission_id}/uploads/{upload_id}")
def upload_state(visit: VisitDep, submission_id: str, upload_id: str) -> Response:
    return state(own(open_desk(visit, submission_id, to="edit"), upload_id))


@router.put("/my/{submission_id}/uploads/{upload_id}")  # noqa: FAST003  (asked for by SendingDep)
def receive_part(
    part: Annotated[Stored, Depends(get_part, scope="function")],
    sending: SendingDep,
    work: WorkDep,
    offset: Offset,
    now: NowDep,
) -> Response:
    """Acknowledged only once the part and its row are durable."""
    return state(uploads.add_part(work, sending.upload, offset=offset, part=part, now=now))


@router.post("/my/{submission_id}/uploads/{upload_id}/finish")  # noqa: FAST003  (by SendingDep)
def finish_upload(
    stored: Annotated[Stored, Depends(get_joined, scope="function")],
    sending: SendingDep,
    work: WorkDep,
    submission_id: str,
    now: NowDep,
) -> Response:
    uploads.finish(work, sending.upload, stored, by=sending.actor, now=now)
    return JSONResponse({"address": f"/my/{submission_id}/files"})


@router.post("/my/{submission_id}/uploads/{upload_id}/cancel")
def cancel_upload(visit: VisitDep, submission_id: str, upload_id: str) -> Response:
    """Safe to press twice: what is gone already is gone."""
    desk = open_desk(visit, submission_id)
    for one in visit.work.uploads.unfinished(submission_id, visit.person.id):
        if one.id == upload_id:
            uploads.cancel(visit.work, one)
    return visit.leave(f"{desk.address}/files", "Начатая загрузка отменена.")
