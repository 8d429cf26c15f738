"""Certificates as a table and as one archive: for organisers, coordinators and their holders."""

from collections.abc import Iterable, Sequence
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse

from flows.certificates import batch, viewing
from review_api import tables
from review_api.pages.visit import Visit
from schemas.certificate import CERTIFICATE_NAMES, Certificate

COLUMNS = {
    "number": "Номер",
    "holder": "Кому",
    "kind": "Документ",
    "work": "Работа",
    "home": "Муниципалитет",
    "issued_at": "Выдан",
    "state": "Состояние",
}
LIST = "Список.xlsx"
ZIP = "application/zip"


def rows_of(visit: Visit, issued: Sequence[Certificate]) -> list[dict[str, object]]:
    """A row for each certificate; ``place`` and ``code`` are what filters choose by."""
    works = visit.work.submissions.many(one.submission_id for one in issued if one.submission_id)
    homes = viewing.homes(visit.work, issued)
    names = {one.id: one.name for one in visit.work.municipalities.all()}
    return [
        {
            "href": f"/organise/{one.marathon_id}/certificates/{one.number}",
            "number": one.number,
            "holder": one.holder,
            "kind": CERTIFICATE_NAMES[one.kind],
            "code": one.kind.value,
            "work": f"№\u00a0{works[one.submission_id].number}" if one.submission_id else "",
            "home": names.get(homes[one.id], ""),
            "place": homes[one.id],
            "id": one.id,
            "issued_at": one.issued_at,
            "state": state_of(one),
        }
        for one in issued
    ]


def state_of(certificate: Certificate) -> str:
    if certificate.revoked_at:
        return "отозван"
    return "готов" if certificate.sha256 else "рисуется"


def archive(
    visit: Visit, rows: Iterable[dict[str, object]], name: str, *, zone: str = "Asia/Irkutsk"
) -> Response:
    """The files of ``rows`` with their list; sent while it is being written."""
    chosen = list(rows)
    found = visit.work.certificates.many(str(row["id"]) for row in chosen)
    listed = batch.entries([found[str(row["id"])] for row in chosen])
    table = tables.sheet(COLUMNS, chosen, "xlsx", zone=zone)
    disposition = f"attachment; filename*=UTF-8''{quote(batch.file_name(name))}.zip"
    return StreamingResponse(
        batch.archive(listed, visit.files, beside={LIST: table}),
        media_type=ZIP,
        headers={"content-disposition": disposition, "x-content-type-options": "nosniff"},
    )
