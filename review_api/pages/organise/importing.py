"""A roster in three steps: the file, its columns with a preview, the commit.

The file waits in the file store between the steps; the preview is the import itself, undone
afterwards, so it cannot promise anything else than what is then written.
"""

import tempfile
from pathlib import Path

from fastapi import APIRouter
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from flows.registry.columns import KINDS, headed, match
from flows.registry.importing import Desk, import_sheet
from flows.registry.reports import HasProblems, ImportReport
from flows.registry.sheets import Sheet, read_sheet
from review_api import tables
from review_api.pages.organise import desk
from review_api.pages.organise.desk import FormDep
from review_api.pages.organise.registry import ROWS_THERE, TITLES, way
from review_api.pages.visit import Visit, VisitDep
from review_api.typed import whole
from schemas.cluster import UNNAMED, Cluster
from schemas.errors import BadInput, BadTable, NotFound
from schemas.marathon import Marathon
from storage.identifiers import new_id
from storage.repositories.rows import MISSING
from storage.work import Work

router = APIRouter()
SUFFIXES = (".xlsx", ".xls", ".ods", ".csv", ".txt", ".tsv")
SAMPLE_ROWS = 3


def marathon_in(visit: Visit, kind: str) -> Marathon | None:
    """Works need their marathon, named in the address; other rosters have none."""
    if kind not in KINDS:
        raise NotFound(MISSING)
    if kind != "submissions":
        return None
    return visit.work.marathons.get(visit.request.query_params.get("marathon", ""))


def leading_back(kind: str, marathon: Marathon | None) -> str:
    return desk.address(marathon, "works") if marathon else f"/organise/registry/{kind}"


@router.get("/organise/registry/{kind}/import")
def first_step(visit: VisitDep, kind: str) -> Response:
    visit.require("registry.edit")
    marathon = marathon_in(visit, kind)
    if visit.request.query_params.get("blank"):
        headings = {one.field: one.names[0] for one in KINDS[kind]}
        return tables.download(TITLES[kind], headings, (), "xlsx")
    return show_upload(visit, kind, marathon)


def show_upload(
    visit: Visit, kind: str, marathon: Marathon | None, errors: dict[str, str] | None = None
) -> Response:
    return visit.show(
        "organise/import_upload.html",
        status=422 if errors else 200,
        marathon=marathon,
        breadcrumbs=way(kind) if kind in ROWS_THERE else (desk.ORGANISE,),
        kind=kind,
        title=TITLES[kind],
        columns=KINDS[kind],
        address=address_of(visit, kind),
        errors=errors or {},
    )


def address_of(visit: Visit, kind: str) -> str:
    query = visit.request.url.query
    return f"/organise/registry/{kind}/import" + (f"?{query}" if query else "")


@router.post("/organise/registry/{kind}/import")
def second_step(visit: VisitDep, kind: str, form: FormDep) -> Response:
    """Columns and preview of a fresh file, or of the kept one with other columns chosen."""
    visit.require("registry.edit")
    marathon = marathon_in(visit, kind)
    try:
        sha256, suffix = kept_file(visit, form)
        sheet = headed(kind, sheet_of(visit, sha256, suffix))
    except (BadInput, NotFound) as error:
        return show_upload(visit, kind, marathon, {"file": error.sentence})
    chosen = chosen_columns(kind, sheet, form)
    if desk.text(form, "act") == "commit":
        return commit(visit, kind, renamed(kind, sheet, chosen), marathon)
    report, refusal = preview(visit, kind, renamed(kind, sheet, chosen), marathon)
    return visit.show(
        "organise/import_preview.html",
        status=422 if refusal else 200,
        marathon=marathon,
        breadcrumbs=way(kind) if kind in ROWS_THERE else (desk.ORGANISE,),
        kind=kind,
        title=TITLES[kind],
        columns=KINDS[kind],
        header=[(str(position), name) for position, name in enumerate(sheet.header) if name],
        chosen=chosen,
        samples=samples(sheet, chosen),
        total=len(sheet.rows),
        report=report,
        refusal=refusal,
        kept=sha256 + suffix,
        address=address_of(visit, kind),
    )


def kept_file(visit: Visit, form: FormData) -> tuple[str, str]:
    """(sha256, suffix) of the file sent now or kept from the step before."""
    sent = form.get("file")
    if isinstance(sent, UploadFile) and sent.filename:
        suffix = Path(sent.filename).suffix.lower()
        if suffix not in SUFFIXES:
            raise BadInput("Нужна таблица XLSX, XLS, ODS или CSV.", field="file")
        stored = visit.files.save(
            iter(lambda: sent.file.read(128 * 1024), b""), limit=visit.settings.max_upload
        )
        return stored.sha256, suffix
    sha256, dot, suffix = desk.text(form, "kept").partition(".")
    if not is_hash(sha256) or dot + suffix not in SUFFIXES:
        raise BadInput("Выберите файл с таблицей.", field="file")
    return sha256, dot + suffix


def is_hash(text: str) -> bool:
    return len(text) == 64 and all(letter in "0123456789abcdef" for letter in text)  # noqa: PLR2004


def sheet_of(visit: Visit, sha256: str, suffix: str) -> Sheet:
    content = visit.files.read(sha256)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"roster{suffix}"
        path.write_bytes(content)
        return read_sheet(path)


def chosen_columns(kind: str, sheet: Sheet, form: FormData) -> dict[str, int]:
    """Field to position: as chosen on the page, else as the headings say."""
    if desk.text(form, "chosen") == "yes":
        picked = {one.field: desk.text(form, f"column_{one.field}") for one in KINDS[kind]}
        width = len(sheet.header)
        return {
            field: int(text)
            for field, text in picked.items()
            if whole(text, most=width - 1) is not None
        }
    try:
        return match(kind, sheet.header)
    except BadTable:
        return guessed(kind, sheet)


def guessed(kind: str, sheet: Sheet) -> dict[str, int]:
    """What can be told although a needed column is missing."""
    found = {}
    for one in KINDS[kind]:
        named = [name for name in one.names if name in sheet.header]
        if named:
            found[one.field] = sheet.header.index(named[0])
    return found


def renamed(kind: str, sheet: Sheet, chosen: dict[str, int]) -> Sheet:
    """The sheet with our headings over the chosen columns and none over the others."""
    header = [""] * len(sheet.header)
    for one in KINDS[kind]:
        if one.field in chosen:
            header[chosen[one.field]] = one.names[0]
    return sheet.model_copy(update={"header": tuple(header)})


def samples(sheet: Sheet, chosen: dict[str, int]) -> dict[str, str]:
    return {
        field: " · ".join(row[position] for row in sheet.rows[:SAMPLE_ROWS] if row[position])[:120]
        for field, position in chosen.items()
    }


def desk_of(visit: Visit, marathon: Marathon | None) -> Desk:
    """The first roster of an installation also makes the cluster it belongs to."""
    cluster = cluster_of(visit.work)
    return Desk(visit.work, cluster, by=visit.actor, now=visit.now, marathon=marathon)


def cluster_of(work: Work) -> Cluster:
    return work.clusters.only() or work.clusters.add(Cluster(id=new_id(), name=UNNAMED))


def preview(
    visit: Visit, kind: str, sheet: Sheet, marathon: Marathon | None
) -> tuple[ImportReport | None, str]:
    """The report of an import that is undone, or why the table cannot be read at all."""
    try:
        return import_sheet(desk_of(visit, marathon), kind, sheet), ""
    except HasProblems as error:
        return error.report, ""
    except BadTable as error:
        return None, error.sentence
    finally:
        visit.work.forget()


def commit(visit: Visit, kind: str, sheet: Sheet, marathon: Marathon | None) -> Response:
    report = import_sheet(desk_of(visit, marathon), kind, sheet)
    visit.work.journal.write(
        visit.actor, action="imported", kind=kind, subject_id=kind, now=visit.now
    )
    sentence = (
        f"Таблица записана: создано {report.created}, обновлено {report.updated}, "
        f"без изменений {report.same}."
    )
    return visit.leave(leading_back(kind, marathon), sentence)
