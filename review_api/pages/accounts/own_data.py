"""All data of one person, to take away or to have erased."""

import json
import zipfile
from collections.abc import Iterator
from io import RawIOBase
from pathlib import Path

from fastapi import APIRouter
from starlette.responses import Response, StreamingResponse

from flows import erasing
from flows.accounts import personal_data
from flows.accounts.personal_data import PersonalData
from flows.documents.printing import cache
from review_api import limits, session_cookie
from review_api.pages.accounts.fresh import ERASURE, ME, is_fresh, locked
from review_api.pages.visit import Text, Visit, VisitDep
from review_api.serving import HEADERS
from schemas.errors import Conflict, MarathonError, NotFound
from storage.files import CHUNK
from storage.repositories.rows import MISSING

router = APIRouter()
README = (
    "В файле «данные.json» — всё, что система хранит о вас, словами. В папке «материалы» — "
    "присланные вами файлы, в папке «документы» — ваши сертификаты.\n"
)


@router.post("/me/download")
def download(visit: VisitDep) -> Response:
    """A ZIP written as it leaves: nobody's memory holds the files."""
    person = visit.account
    if visit.session is None or visit.session.acting_as:
        raise NotFound(MISSING)
    limits.count_download(person.id)
    data = personal_data.collect(visit.work, person, now=visit.now)
    visit.work.journal.write(
        visit.actor, action="data_taken", kind="person", subject_id=person.id, now=visit.now
    )
    paths = [(one.path, visit.files.path(one.sha256)) for one in data.files]
    headers = HEADERS | {"content-disposition": 'attachment; filename="moi-dannye.zip"'}
    return StreamingResponse(zipped(data, paths), media_type="application/zip", headers=headers)


class Outlet(RawIOBase):
    """What the archive has written since it was last emptied."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, content: bytes) -> int:  # type: ignore[override]
        self.waiting += content
        return len(content)

    def emptied(self) -> bytes:
        content = bytes(self.waiting)
        self.waiting.clear()
        return content


def zipped(data: PersonalData, paths: list[tuple[str, Path]]) -> Iterator[bytes]:
    outlet = Outlet()
    facts = json.dumps(data.facts, ensure_ascii=False, indent=2, default=str)
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("прочтите.txt", README)
        archive.writestr("данные.json", facts)
        for name, path in paths:
            yield from added(archive, outlet, name, path)
    yield outlet.emptied()


def added(archive: zipfile.ZipFile, outlet: Outlet, name: str, path: Path) -> Iterator[bytes]:
    """One file in pieces; one that is no longer in the store is left out."""
    if not path.is_file():
        return
    with path.open("rb") as source, archive.open(name, "w") as target:
        while piece := source.read(CHUNK):
            target.write(piece)
            yield outlet.emptied()


@router.get("/me/erase")
def erasure(visit: VisitDep) -> Response:
    return show_erasure(visit) if is_fresh(visit) else locked(visit, ERASURE)


def show_erasure(visit: Visit, error: str = "") -> Response:
    return visit.show(
        "accounts/erase.html",
        status=422 if error else 200,
        back=ME,
        ahead=erasing.outlook(visit.work, visit.account),
        errors={"understood": error} if error else {},
    )


@router.post("/me/erase")
def erase(visit: VisitDep, understood: Text = "") -> Response:
    person = visit.work.people.get(visit.account.id)
    if not is_fresh(visit):
        return locked(visit, ERASURE)
    if not understood:
        return show_erasure(visit, "Отметьте, что прочитали, что будет удалено.")
    try:
        caches = [visit.settings.data / name for name in cache.FOLDERS]
        erasing.erase(visit.work, person, files=visit.files, caches=caches, now=visit.now)
    except Conflict as error:
        return refused(visit, error)
    visit.send_letters()
    response = visit.leave("/", "Ваши данные удалены. Письмо об этом придёт на прежний адрес.")
    return session_cookie.forget(response)


def refused(visit: Visit, error: MarathonError) -> Response:
    return visit.refuse("/me", error)
