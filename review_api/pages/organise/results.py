"""What remains of a marathon: editions of the collection and certificates."""

from fastapi import APIRouter
from starlette.datastructures import QueryParams
from starlette.responses import Response

from flows.certificates import operations as certificates
from flows.compilation import operations as compilation
from flows.compilation import proofs, publishing
from flows.marathons.rules import STAGE_TITLES
from review_api import certificate_table, edition_files, tables
from review_api.access import can
from review_api.certificate_table import COLUMNS
from review_api.formats import marked
from review_api.frame import Link
from review_api.pages.organise import bulk, desk
from review_api.pages.organise.assignment import newest_run
from review_api.pages.organise.proofs import is_newest
from review_api.pages.visit import Text, Visit, VisitDep
from schemas.certificate import CERTIFICATE_NAMES, Certificate
from schemas.collection import Edition, EditionStatus
from schemas.errors import BadInput, Conflict, NotFound
from schemas.marathon import Marathon
from schemas.ordering import name_key
from schemas.outbox import RUN_STATE_NAMES
from storage.repositories.rows import MISSING

router = APIRouter()
Filter = tuple[str, str, list[tuple[str, str]], str, str]
EDITION_NAMES = {
    EditionStatus.BUILT: "собран, не опубликован",
    EditionStatus.PUBLISHED: "опубликован",
    EditionStatus.SUPERSEDED: "заменён новым",
}
MAIN_FILES = {
    "collection.pdf": "PDF для печати и чтения",
    "collection.epub": "EPUB",
    "collection.docx": "DOCX для редакторов",
    "cover.pdf": "Обложка для печати",
    "build.json": "Паспорт сборки",
    "problems.json": "Список замечаний",
}


@router.get("/organise/{marathon_id}/collection")
def collection(visit: VisitDep, marathon_id: str) -> Response:
    marathon = desk.marathon_of(visit, marathon_id, "collection.unpublished")
    editions = list(reversed(visit.work.editions.of_marathon(marathon.id)))
    return desk.show(
        visit,
        marathon,
        "organise/collection.html",
        editions=[edition_view(visit, one, editions) for one in editions],
        ready=len(compilation.approved(visit.work, marathon.id)),
        can_build=can(visit.viewer, "collection.build", marathon),
        run=newest_run(visit, marathon, "compile_collection"),
        titles=STAGE_TITLES,
        words=RUN_STATE_NAMES,
    )


def edition_view(visit: Visit, edition: Edition, editions: list[Edition]) -> dict[str, object]:
    """An edition of before the published one is only looked at."""
    out = max((one.number for one in editions if one.published_at), default=0)
    works = visit.work.submissions.many(edition.articles)
    by_path = {one.path: one for one in edition.artefacts}
    shown = [one for one in MAIN_FILES.items() if edition.problems or one[0] != "problems.json"]
    rest = [one for one in edition.artefacts if one.path.startswith("metadata/")]
    return {
        "edition": edition,
        "status": EDITION_NAMES[edition.status],
        "built": edition.status is EditionStatus.BUILT,
        "overtaken": edition.number < out,
        "published": edition.status is EditionStatus.PUBLISHED,
        "files": [(by_path[path], words) for path, words in shown if path in by_path],
        "metadata": rest,
        "site": edition_files.has(edition, edition_files.SITE),
        "alone": edition_files.has(edition, edition_files.ARTICLES),
        "told": proofs.answers(visit.work, edition),
        "newest": is_newest(visit, edition),
        "titles": sorted(f"№ {one.number}. {one.title}" for one in works.values()),
    }


def edition_of(visit: Visit, marathon: Marathon, number: int) -> Edition:
    for edition in visit.work.editions.of_marathon(marathon.id):
        if edition.number == number:
            return edition
    raise NotFound(MISSING)


@router.get("/organise/{marathon_id}/collection/{number}/site.zip")
def edition_site(visit: VisitDep, marathon_id: str, number: int) -> Response:
    """The whole site with what it links to."""
    marathon = desk.marathon_of(visit, marathon_id, "collection.unpublished")
    entries = edition_files.whole_site(edition_of(visit, marathon, number))
    name = f"Сайт сборника {marathon.year}, выпуск {number}"
    return edition_files.archive(entries, name, visit.files)


@router.get("/organise/{marathon_id}/collection/{number}/articles.zip")
def edition_articles(visit: VisitDep, marathon_id: str, number: int) -> Response:
    """Every article's own PDF."""
    marathon = desk.marathon_of(visit, marathon_id, "collection.unpublished")
    edition = edition_of(visit, marathon, number)
    works = visit.work.submissions.many(edition.articles)
    entries = edition_files.single_articles(edition, works)
    name = f"Статьи сборника {marathon.year}, выпуск {number}"
    return edition_files.archive(entries, name, visit.files)


@router.get("/organise/{marathon_id}/collection/{number}/{path:path}")
def edition_file(visit: VisitDep, marathon_id: str, number: int, path: str) -> Response:
    """A file of an edition, published or not; the pages of its site are opened."""
    marathon = desk.marathon_of(visit, marathon_id, "collection.unpublished")
    return edition_files.sent(edition_of(visit, marathon, number), path, visit.files)


@router.post("/organise/{marathon_id}/collection/{number}/publish")
def publish(visit: VisitDep, marathon_id: str, number: int) -> Response:
    marathon = desk.marathon_of(visit, marathon_id, "collection.build")
    back = desk.address(marathon, "collection")
    edition = edition_of(visit, marathon, number)
    visit.require_recent(marked("Опубликовать выпуск"))
    try:
        publishing.publish(visit.work, edition.id, by=visit.actor, now=visit.now)
    except Conflict as error:
        return visit.refuse(back, error)
    return visit.leave(back, f"Выпуск {number} опубликован: его видят все.")


@router.get("/organise/{marathon_id}/certificates")
def certificate_list(visit: VisitDep, marathon_id: str) -> Response:
    marathon = desk.marathon_of(visit, marathon_id, "certificate.issue")
    query = visit.request.query_params
    rows = certificate_table.rows_of(visit, visit.work.certificates.of_marathon(marathon.id))
    filters = filters_of(query, rows)
    picked = [row for row in rows if all(row[key] == value for key, value in wanted(filters))]
    shown = tables.table(query, COLUMNS, picked)
    if query.get("export") == "zip":
        name = f"Сертификаты {marathon.year}"
        return certificate_table.archive(visit, shown.everything, name, zone=marathon.zone)
    if query.get("export"):
        return tables.download(
            "Сертификаты", COLUMNS, shown.everything, query["export"], zone=marathon.zone
        )
    return desk.show(
        visit,
        marathon,
        "organise/certificates.html",
        table=shown,
        filters=filters,
        any=bool(rows),
        acts=bulk.acts_of("certificates"),
        run=newest_run(visit, marathon, "issue_certificates"),
        titles=STAGE_TITLES,
        words=RUN_STATE_NAMES,
    )


def filters_of(query: QueryParams, rows: list[dict[str, object]]) -> list[Filter]:
    """(name, label, options, value, words) by kind of document and by municipality."""
    kinds = {kind.value: words for kind, words in CERTIFICATE_NAMES.items()}
    homes = {str(row["place"]): str(row["home"]) for row in rows if row["place"]}
    places = dict(sorted(homes.items(), key=lambda pair: name_key(pair[1])))
    return [
        (name, label, list(options.items()), value, options.get(value, ""))
        for name, label, options in (("kind", "Документ", kinds), ("home", COLUMNS["home"], places))
        for value in (query.get(name, ""),)
    ]


def wanted(filters: list[Filter]) -> list[tuple[str, str]]:
    """The key of a row and the value it must have, for every filter in force."""
    keys = {"kind": "code", "home": "place"}
    return [(keys[name], value) for name, _, _, value, _ in filters if value]


def certificate_of(visit: Visit, marathon: Marathon, number: str) -> Certificate:
    found = visit.work.certificates.by_number(number)
    if found is None or found.marathon_id != marathon.id:
        raise NotFound(MISSING)
    return found


@router.get("/organise/{marathon_id}/certificates/{number}")
def certificate(visit: VisitDep, marathon_id: str, number: str) -> Response:
    marathon = desk.marathon_of(visit, marathon_id, "certificate.issue")
    return show_certificate(visit, marathon, certificate_of(visit, marathon, number))


def show_certificate(
    visit: Visit, marathon: Marathon, found: Certificate, error: str = ""
) -> Response:
    return desk.show(
        visit,
        marathon,
        "organise/certificate.html",
        Link(text="Сертификаты", href=desk.address(marathon, "certificates")),
        status=422 if error else 200,
        one=found,
        kind=CERTIFICATE_NAMES[found.kind],
        state=certificate_table.state_of(found),
        errors={"reason": error} if error else {},
    )


@router.get("/organise/{marathon_id}/certificates/{number}/file")
def certificate_file(visit: VisitDep, marathon_id: str, number: str) -> Response:
    marathon = desk.marathon_of(visit, marathon_id, "certificate.issue")
    found = certificate_of(visit, marathon, number)
    content = certificates.content(visit.work, visit.files, found.number)
    return tables.attachment(content, f"{found.number}.pdf", "application/pdf")


@router.post("/organise/{marathon_id}/certificates/{number}/revoke")
def revoke(visit: VisitDep, marathon_id: str, number: str, reason: Text = "") -> Response:
    marathon = desk.marathon_of(visit, marathon_id, "certificate.issue")
    found = certificate_of(visit, marathon, number)
    try:
        certificates.revoke(visit.work, found.id, by=visit.actor, now=visit.now, reason=reason)
    except BadInput as error:
        return show_certificate(visit, marathon, found, error.sentence)
    return visit.leave(desk.address(marathon, "certificates"), f"Сертификат {number} отозван.")
