"""Certificates of a municipality's own people, once results are out."""

from fastapi import APIRouter
from starlette.responses import Response

from review_api import certificate_table, tables
from review_api.pages.coordinate.municipality import chosen_marathon, menu, own_places
from review_api.pages.visit import Visit, VisitDep
from schemas.certificate import CERTIFICATE_NAMES
from schemas.errors import NotFound
from schemas.marathon import Marathon, Phase
from storage.repositories.rows import MISSING

router = APIRouter()
OUT = frozenset({Phase.RESULTS, Phase.ARCHIVE})
COLUMNS = {key: words for key, words in certificate_table.COLUMNS.items() if key != "state"}


def own_rows(visit: Visit, marathon: Marathon | None, places: set[str]) -> list[dict[str, object]]:
    """Valid certificates of own teachers, experts and helpers; nothing before the release."""
    if marathon is None or marathon.phase not in OUT:
        return []
    issued = [
        one
        for one in visit.work.certificates.of_marathon(marathon.id)
        if one.sha256 and one.revoked_at is None
    ]
    return [row for row in certificate_table.rows_of(visit, issued) if row["place"] in places]


@router.get("/coordinate/certificates")
def certificates(visit: VisitDep) -> Response:
    """The list, as a page, a spreadsheet or one archive of the files."""
    own = own_places(visit)
    marathon = chosen_marathon(visit)
    rows = own_rows(visit, marathon, {one.id for one in own})
    query = visit.request.query_params
    chosen = query.get("kind", "")
    kinds = [(kind.value, words) for kind, words in CERTIFICATE_NAMES.items()]
    picked = [row for row in rows if chosen in ("", row["code"])]
    shown = tables.table(query, COLUMNS, picked, sort="holder")
    if query.get("export"):
        return exported(visit, shown, query["export"], marathon)
    return visit.show(
        "coordinate/certificates.html",
        call=marathon,
        menu=menu(visit, marathon),
        places=own,
        out=marathon is not None and marathon.phase in OUT,
        table=shown,
        filters=[("kind", "Документ", kinds, chosen, dict(kinds).get(chosen, ""))],
        any=bool(rows),
    )


def exported(visit: Visit, shown: tables.Table, suffix: str, marathon: Marathon | None) -> Response:
    if marathon is None:
        raise NotFound(MISSING)
    if suffix == "zip":
        return certificate_table.archive(
            visit, shown.everything, f"Сертификаты {marathon.year}", zone=marathon.zone
        )
    return tables.download("Сертификаты", COLUMNS, shown.everything, suffix, zone=marathon.zone)
