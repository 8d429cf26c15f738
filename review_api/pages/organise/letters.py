"""The outbox of a marathon: read with real values, edit, release one or many, discard."""

from collections.abc import Iterable, Mapping

from fastapi import APIRouter
from starlette.datastructures import QueryParams
from starlette.responses import Response

from flows.notices import operations
from flows.notices.letters import LETTERS, MissingValues
from review_api import tables
from review_api.frame import Link
from review_api.pages.organise import desk
from review_api.pages.organise.desk import FormDep
from review_api.pages.visit import Text, Visit, VisitDep
from schemas.errors import Conflict, NotFound
from schemas.marathon import Marathon
from schemas.outbox import Notice, NoticeStatus
from storage.repositories.rows import MISSING

router = APIRouter()
STATUS_NAMES = {
    NoticeStatus.DRAFT: "черновик",
    NoticeStatus.QUEUED: "отправляется",
    NoticeStatus.SENT: "отправлено",
    NoticeStatus.FAILED: "не ушло",
    NoticeStatus.DISCARDED: "удалено",
}
COLUMNS = {
    "kind": "Письмо",
    "person": "Кому",
    "about": "О чём",
    "status": "Состояние",
    "created_at": "Создано",
    "sent_at": "Отправлено",
    "error": "Ошибка",
}
RELEASABLE = frozenset({NoticeStatus.DRAFT, NoticeStatus.FAILED})


def rows_of(visit: Visit, marathon: Marathon, notices: list[Notice]) -> list[dict[str, object]]:
    homes = homes_of(visit, notices)
    notices = [one for one in notices if homes.get(one.subject_id) not in visit.viewer.authored]
    people = visit.work.people.many(one.person_id for one in notices if one.person_id)
    about = subjects(visit, homes)
    return [
        {
            "id": one.id,
            "href": desk.address(marathon, f"letters/{one.id}"),
            "kind": LETTERS[one.template].name,
            "template": one.template,
            "person": people[one.person_id].name if one.person_id in people else one.address,
            "about": about.get(one.subject_id, ""),
            "status": STATUS_NAMES[one.status],
            "code": one.status.value,
            "created_at": one.created_at,
            "sent_at": one.sent_at,
            "error": one.error,
        }
        for one in reversed(notices)
    ]


def homes_of(visit: Visit, notices: Iterable[Notice]) -> dict[str, str]:
    """The work a letter is about, by the id the letter carries."""
    by_kind: dict[str, set[str]] = {}
    for one in notices:
        by_kind.setdefault(one.subject_kind, set()).add(one.subject_id)
    work = visit.work
    homes = {identifier: identifier for identifier in by_kind.get("submission", set())}
    for item in work.assignments.many(by_kind.get("assignment", ())).values():
        homes[item.id] = item.submission_id
    for decision in work.decisions.many(by_kind.get("decision", ())).values():
        homes[decision.id] = decision.submission_id
    for certificate in work.certificates.many(by_kind.get("certificate", ())).values():
        homes[certificate.id] = certificate.submission_id or ""
    return homes


def subjects(visit: Visit, homes: Mapping[str, str]) -> dict[str, str]:
    """«№ 7» for letters about a work, by the id the letter carries."""
    works = visit.work.submissions.many(home for home in homes.values() if home)
    return {key: f"№ {works[home].number}" for key, home in homes.items() if home in works}


def filtered(rows: list[dict[str, object]], query: QueryParams) -> list[dict[str, object]]:
    if query.get("status"):
        rows = [row for row in rows if row["code"] == query["status"]]
    if query.get("template"):
        rows = [row for row in rows if row["template"] == query["template"]]
    return rows


@router.get("/organise/{marathon_id}/letters")
def letters(visit: VisitDep, marathon_id: str) -> Response:
    marathon = desk.marathon_of(visit, marathon_id, "notice.edit")
    query = visit.request.query_params
    rows = rows_of(visit, marathon, visit.work.notices.of_marathon(marathon.id))
    shown = tables.table(query, COLUMNS, filtered(rows, query))
    if query.get("export"):
        return tables.download(
            "Письма", COLUMNS, shown.everything, query["export"], zone=marathon.zone
        )
    statuses = [(status.value, words) for status, words in STATUS_NAMES.items()]
    kinds = [(code, LETTERS[code].name) for code in sorted({str(row["template"]) for row in rows})]
    filters = [
        (name, label, options, query.get(name, ""), dict(options).get(query.get(name, ""), ""))
        for name, label, options in (("status", "Состояние", statuses), ("template", "Вид", kinds))
    ]
    releasable = {status.value for status in RELEASABLE}
    return desk.show(
        visit,
        marathon,
        "organise/letters.html",
        table=shown,
        filters=filters,
        ready=[row for row in shown.everything if row["code"] in releasable],
        show_mail=visit.settings.show_mail,
    )


def letter_of(visit: Visit, marathon: Marathon, notice_id: str) -> Notice:
    notice = visit.work.notices.get(notice_id)
    home = homes_of(visit, [notice]).get(notice.subject_id)
    if notice.marathon_id != marathon.id or home in visit.viewer.authored:
        raise NotFound(MISSING)  # letters about one's own work are released by others
    return notice


@router.get("/organise/{marathon_id}/letters/{notice_id}")
def letter(visit: VisitDep, marathon_id: str, notice_id: str) -> Response:
    marathon = desk.marathon_of(visit, marathon_id, "notice.edit")
    return show_letter(visit, marathon, letter_of(visit, marathon, notice_id))


def show_letter(
    visit: Visit,
    marathon: Marathon,
    notice: Notice,
    errors: dict[str, str] | None = None,
    typed: tuple[str, str] | None = None,
) -> Response:
    problem = ""
    try:
        notice = operations.written(visit.work, notice, visit.settings)
    except MissingValues as error:
        problem = f"Не заполнены поля: {error}."
    person = visit.work.people.find(notice.person_id) if notice.person_id else None
    return desk.show(
        visit,
        marathon,
        "organise/letter.html",
        Link(text="Письма", href=desk.address(marathon, "letters")),
        status=422 if errors else 200,
        notice=notice,
        kind=LETTERS[notice.template].name,
        person=person,
        address=operations.address_of(visit.work, notice),
        status_words=STATUS_NAMES[notice.status],
        title=typed[0] if typed else notice.title,
        body=typed[1] if typed else notice.body,
        problem=problem,
        unsent=notice.status in RELEASABLE,
        errors=errors or {},
    )


@router.post("/organise/{marathon_id}/letters/release")
def release_many(visit: VisitDep, marathon_id: str, form: FormDep) -> Response:
    """Send exactly the letters that were listed; those gone in the meantime are left out."""
    marathon = desk.marathon_of(visit, marathon_id, "notice.edit")
    back = desk.address(marathon, "letters")
    wanted = [letter_of(visit, marathon, one) for one in desk.texts(form, "letter")]
    ready = [one for one in wanted if one.status in RELEASABLE]
    for one in ready:
        operations.release(visit.work, one.id, by=visit.actor, now=visit.now)
    if not ready:
        return visit.leave(back, "Эти письма уже отправлены или удалены.", kind="info")
    visit.work.runs.ask("deliver_notices", marathon_id=None, by=visit.person.id, now=visit.now)
    return visit.leave(back, f"Отправляется писем: {len(ready)}.")


@router.post("/organise/{marathon_id}/letters/{notice_id}")
def change_letter(
    visit: VisitDep,
    marathon_id: str,
    notice_id: str,
    act: Text = "save",
    title: Text = "",
    body: Text = "",
) -> Response:
    """Save the text, send the letter as it stands in the form, or discard it."""
    marathon = desk.marathon_of(visit, marathon_id, "notice.edit")
    notice = letter_of(visit, marathon, notice_id)
    back, here = desk.address(marathon, "letters"), desk.address(marathon, f"letters/{notice_id}")
    try:
        if act == "discard":
            operations.discard(visit.work, notice_id, by=visit.actor, now=visit.now)
            return visit.leave(back, "Письмо удалено, никому не уйдёт.")
        errors = faults(title, body)
        if errors:
            return show_letter(visit, marathon, notice, errors, (title, body))
        keep_text(visit, notice, title.strip(), body.replace("\r\n", "\n").strip())
        if act == "release":
            operations.release(visit.work, notice_id, by=visit.actor, now=visit.now)
            return visit.leave(back, "Письмо отправляется.")
    except Conflict as error:
        return visit.refuse(here, error)
    return visit.leave(here, "Текст сохранён. Письмо пока не отправлено.")


def faults(title: str, body: str) -> dict[str, str]:
    found = {}
    if not title.strip():
        found["title"] = "Напишите тему письма."
    if not body.strip():
        found["body"] = "Напишите текст письма."
    return found


def keep_text(visit: Visit, notice: Notice, title: str, body: str) -> None:
    """Keep an edited text; an untouched one stays with its template and its latest values."""
    try:
        before = operations.written(visit.work, notice, visit.settings)
    except MissingValues:
        before = notice
    if (before.title.strip(), before.body.strip()) != (title, body):
        operations.edit(
            visit.work, notice.id, title=title, body=body, by=visit.actor, now=visit.now
        )
