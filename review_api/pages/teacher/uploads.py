"""Files in parts: begun, sent part by part, finished or given up; answers are JSON for upload.js."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import JSONResponse, Response

from flows.intake import uploads
from review_api.deps import SIGN_IN, FilesDep, InstallationDep, NowDep, SignInNeeded
from review_api.pages.teacher.desk import Desk, open_desk
from review_api.pages.teacher.files import require_editor
from review_api.pages.visit import VisitDep
from schemas.errors import BadInput, NotFound
from schemas.intake_access import Upload
from storage.files import Stored
from storage.installation import Installation
from storage.repositories.rows import MISSING

router = APIRouter()
Offset = Annotated[int, Query(ge=0, le=2**40)]


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


async def get_body(request: Request) -> bytes:
    """At most one part; raises ``BadInput`` past it."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > uploads.PART:
            raise BadInput("Часть файла больше, чем нужно.", code="bad_part")
    return body


def get_part(
    request: Request,
    submission_id: str,
    upload_id: str,
    offset: Offset,
    body: Annotated[bytes, Depends(get_body)],
    installation: InstallationDep,
    now: NowDep,
) -> Stored:
    """The part, durable before the writing transaction begins; strangers leave nothing behind."""
    if not require_editor(request, submission_id, installation, now):
        raise SignInNeeded(SIGN_IN)
    upload = of_material(installation, submission_id, upload_id)
    uploads.require_expected(upload, offset=offset, part=body)
    return installation.files.shelf(upload.id).save([body], limit=uploads.PART)


def of_material(installation: Installation, submission_id: str, upload_id: str) -> Upload:
    """Raises ``NotFound`` for an upload of another material."""
    with installation.begin(read_only=True) as work:
        upload = work.uploads.get(upload_id)
    if upload.submission_id != submission_id:
        raise NotFound(MISSING)
    return upload


def get_joined(
    request: Request,
    submission_id: str,
    upload_id: str,
    installation: InstallationDep,
    files: FilesDep,
    now: NowDep,
) -> Stored:
    """All parts as one file, durable before the writing transaction begins."""
    if not require_editor(request, submission_id, installation, now):
        raise SignInNeeded(SIGN_IN)
    upload = of_material(installation, submission_id, upload_id)
    return uploads.joined(files, upload, limit=installation.settings.max_upload)


@router.post("/my/{submission_id}/uploads")
def begin_upload(visit: VisitDep, submission_id: str, sent: uploads.Sent) -> Response:
    """What would be refused in the end is refused before it is sent."""
    desk = open_desk(visit, submission_id, to="edit")
    uploads.require_fit(sent, limit=visit.settings.max_upload)
    return state(uploads.begin(visit.work, submission_id, sent, by=desk.actor, now=visit.now))


@router.get("/my/{submission_id}/uploads/{upload_id}")
def upload_state(visit: VisitDep, submission_id: str, upload_id: str) -> Response:
    return state(own(open_desk(visit, submission_id, to="edit"), upload_id))


@router.put("/my/{submission_id}/uploads/{upload_id}")
def receive_part(
    part: Annotated[Stored, Depends(get_part, scope="function")],
    visit: VisitDep,
    submission_id: str,
    upload_id: str,
    offset: Offset,
) -> Response:
    """Acknowledged only once the part and its row are durable."""
    desk = open_desk(visit, submission_id, to="edit")
    upload = own(desk, upload_id)
    return state(uploads.add_part(visit.work, upload, offset=offset, part=part, now=visit.now))


@router.post("/my/{submission_id}/uploads/{upload_id}/finish")
def finish_upload(
    stored: Annotated[Stored, Depends(get_joined, scope="function")],
    visit: VisitDep,
    submission_id: str,
    upload_id: str,
) -> Response:
    desk = open_desk(visit, submission_id, to="edit")
    upload = own(desk, upload_id)
    uploads.finish(visit.work, upload, stored, by=desk.actor, now=visit.now)
    return JSONResponse({"address": f"{desk.address}/files"})


@router.post("/my/{submission_id}/uploads/{upload_id}/cancel")
def cancel_upload(visit: VisitDep, submission_id: str, upload_id: str) -> Response:
    """Safe to press twice: what is gone already is gone."""
    desk = open_desk(visit, submission_id)
    for one in visit.work.uploads.unfinished(submission_id, visit.person.id):
        if one.id == upload_id:
            uploads.cancel(visit.work, one)
    return visit.leave(f"{desk.address}/files", "Начатая загрузка отменена.")
