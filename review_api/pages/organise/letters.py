"""The outbox of a marathon: read as it will leave, edit, release one or many, discard, mend."""

from collections.abc import Sequence
from functools import partial

from fastapi import APIRouter
from starlette.datastructures import QueryParams
from starlette.responses import Response

from flows import mending
from flows.notices import operations, reminders
from flows.notices.calendar_entry import FILE
from flows.notices.letters import LETTERS, MissingValues
from review_api import tables
from review_api.frame import Link
from review_api.letter_preview import Preview, preview_of
from review_api.letter_subjects import letters_about, works_of
from review_api.pages.organise import bulk, desk
from review_api.pages.organise.desk import FormDep
from review_api.pages.visit import Text, Visit, VisitDep
from schemas.errors import BadInput, Conflict, MarathonError, NotFound
from schemas.marathon import Marathon, Phase
from schemas.outbox import NOTICE_STATUS_NAMES, Notice, NoticeStatus
from schemas.people import Role
from storage.repositories.many_lists import WantedLetters
from storage.repositories.people import fold
from storage.repositories.rows import MISSING

router = APIRouter()
STATUS_NAMES = NOTICE_STATUS_NAMES
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
RETURNED = frozenset({NoticeStatus.BOUNCED, NoticeStatus.FAILED})
TOLD_AFTER = frozenset({Phase.RESULTS, Phase.ARCHIVE})
OFFICES = frozenset(Role) - {Role.TEACHER, Role.EXPERT}
ECHOED = 4000


def rows_of(visit: Visit, marathon: Marathon, ids: Sequence[str]) -> list[dict[str, object]]:
    found = visit.work.notices.many(ids)
    shown = [found[key] for key in ids]
    works = works_of(visit.work, shown)
    people = visit.work.people.many(one.person_id for one in shown if one.person_id)
    numbers = numbers_of(visit, works)
    return [
        {
            "id": one.id,
            "href": desk.address(marathon, f"letters/{one.id}"),
            "kind": LETTERS[one.template].name,
            "template": one.template,
            "person": people[one.person_id].name if one.person_id in people else one.address,
            "about": numbers[one.id],
            "status": STATUS_NAMES[one.status],
            "code": one.status.value,
            "edited": bool(one.body) and one.status in RELEASABLE,
            "created_at": one.created_at,
            "sent_at": one.sent_at,
            "error": one.error,
        }
        for one in shown
    ]


def numbers_of(visit: Visit, works: dict[str, frozenset[str]]) -> dict[str, str]:
    """«№ 7, 12» for letters about works, by the letter's id."""
    found = visit.work.submissions.many(one for ids in works.values() for one in ids)
    numbers = {key: sorted(found[one].number for one in ids) for key, ids in works.items()}
    return {key: f"№ {', '.join(map(str, many))}" if many else "" for key, many in numbers.items()}


def wanted_of(visit: Visit, marathon: Marathon) -> WantedLetters:
    """What the filters in the address leave; never letters about one's own works."""
    query = visit.request.query_params
    asked = query.get("status", "")
    return WantedLetters(
        marathon_id=marathon.id,
        words=query.get("q", ""),
        titles={code: fold(letter.name) for code, letter in LETTERS.items()},
        statuses=tuple(one for one in NoticeStatus if one.value == asked),
        template=query.get("template", ""),
        but=letters_about(visit.work, marathon.id, visit.viewer.authored),
    )


def ready_among(statuses: tuple[NoticeStatus, ...]) -> tuple[NoticeStatus, ...]:
    """Those that can still leave, of the chosen ones or of all."""
    return tuple(sorted(RELEASABLE & set(statuses or RELEASABLE)))


Filter = tuple[str, str, list[tuple[str, str]], str, str]


def filters_of(query: QueryParams, templates: Sequence[str]) -> list[Filter]:
    """(name, label, options, value, words) of each filter, for the form and the pills."""
    statuses = [(status.value, words) for status, words in STATUS_NAMES.items()]
    kinds = [(code, LETTERS[code].name) for code in templates]
    return [
        (name, label, options, query.get(name, ""), dict(options).get(query.get(name, ""), ""))
        for name, label, options in (("status", "Состояние", statuses), ("template", "Вид", kinds))
    ]


@router.get("/organise/{marathon_id}/letters")
def letters(visit: VisitDep, marathon_id: str) -> Response:
    marathon = desk.marathon_of(visit, marathon_id, "notice.edit")
    query = visit.request.query_params
    lists, wanted = visit.work.letter_lists, wanted_of(visit, marathon)
    told = partial(rows_of, visit, marathon)
    if query.get("export"):
        rows = tables.every(query, lists, wanted, told)
        return tables.download("Письма", COLUMNS, rows, query["export"], zone=marathon.zone)
    ready = wanted.model_copy(update={"statuses": ready_among(wanted.statuses)})
    returned = WantedLetters(
        marathon_id=marathon.id, statuses=(NoticeStatus.BOUNCED,), but=wanted.but
    )
    some = bool(ready.statuses)
    return desk.show(
        visit,
        marathon,
        "organise/letters.html",
        table=tables.turned(query, COLUMNS, lists, wanted, told),
        filters=filters_of(query, lists.templates(marathon.id)),
        ready=told(lists.first(ready, sort=lists.usual, limit=tables.AT_ONCE)) if some else [],
        ready_total=lists.count(ready) if some else 0,
        returned=lists.count(returned),
        tell_experts=marathon.phase in TOLD_AFTER,
        acts=bulk.acts_of("letters"),
        show_mail=visit.settings.show_mail,
    )


def letter_of(visit: Visit, marathon: Marathon, notice_id: str) -> Notice:
    """Raises ``NotFound``, also for letters about one's own work: others release those."""
    notice = visit.work.notices.get(notice_id)
    own = visit.viewer.authored & works_of(visit.work, [notice])[notice.id]
    if notice.marathon_id != marathon.id or own:
        raise NotFound(MISSING)
    return notice


@router.get("/organise/{marathon_id}/letters/{notice_id}")
def letter(visit: VisitDep, marathon_id: str, notice_id: str) -> Response:
    marathon = desk.marathon_of(visit, marathon_id, "notice.edit")
    return show_letter(visit, marathon, letter_of(visit, marathon, notice_id))


@router.get(f"/organise/{{marathon_id}}/letters/{{notice_id}}/{FILE}")
def talk(visit: VisitDep, marathon_id: str, notice_id: str) -> Response:
    """The calendar the letter carries."""
    marathon = desk.marathon_of(visit, marathon_id, "notice.edit")
    calendar = preview_of(visit, letter_of(visit, marathon, notice_id)).calendar
    if not calendar:
        raise NotFound(MISSING)
    return tables.attachment(calendar, FILE, "text/calendar")


def show_letter(
    visit: Visit,
    marathon: Marathon,
    notice: Notice,
    error: MarathonError | None = None,
    typed: tuple[str, str] | None = None,
) -> Response:
    preview = preview_of(visit, notice)
    title, body = typed or (preview.notice.title, preview.notice.body)
    field = error.field if isinstance(error, BadInput) else None
    return desk.show(
        visit,
        marathon,
        "organise/letter.html",
        Link(text="Письма", href=desk.address(marathon, "letters")),
        status=422 if error else 200,
        preview=preview,
        notice=notice,
        kind=LETTERS[notice.template].name,
        person=preview.person,
        status_words=STATUS_NAMES[notice.status],
        title=title,
        body=body,
        edited=bool(notice.body) and notice.status in RELEASABLE,
        unsent=notice.status in RELEASABLE,
        secret=operations.carries_secret(notice),
        came_back=notice.status in RETURNED and may_mend(visit, preview),
        calendar_name=FILE,
        errors={field or "body": error.sentence} if error else {},
    )


def may_mend(visit: Visit, preview: Preview) -> bool:
    """Whose address opens an office is changed by administrators only.

    A letter that lets its reader in goes to nobody else: another is made for another address.
    """
    if operations.carries_secret(preview.notice):
        return False
    roles = visit.work.roles.of(preview.person.id) if preview.person else []
    holds_office = any(grant.role in OFFICES for grant in roles)
    return not holds_office or visit.viewer.has(Role.ADMINISTRATOR)


def chosen(visit: Visit, marathon: Marathon, form: FormDep) -> list[Notice]:
    """The letters that were listed and can still be changed; the others are left out."""
    wanted = [letter_of(visit, marathon, one) for one in dict.fromkeys(desk.texts(form, "letter"))]
    return [one for one in wanted if one.status in RELEASABLE]


@router.post("/organise/{marathon_id}/letters/release")
def release_many(visit: VisitDep, marathon_id: str, form: FormDep) -> Response:
    """Send, or discard, exactly the letters that were listed."""
    marathon = desk.marathon_of(visit, marathon_id, "notice.edit")
    back = desk.address(marathon, "letters")
    ready = chosen(visit, marathon, form)
    if not ready:
        return visit.leave(back, "Эти письма уже отправлены или удалены.", kind="info")
    if desk.text(form, "act") == "discard":
        for one in ready:
            operations.discard(visit.work, one.id, by=visit.actor, now=visit.now)
        return visit.leave(back, f"Удалено писем: {len(ready)}.")
    for one in ready:
        operations.release(visit.work, one.id, by=visit.actor, now=visit.now)
    ask_delivery(visit)
    return visit.leave(back, f"Отправляется писем: {len(ready)}.")


def ask_delivery(visit: Visit) -> None:
    visit.work.runs.ask("deliver_notices", marathon_id=None, by=visit.person.id, now=visit.now)


@router.post("/organise/{marathon_id}/letters/outcomes")
def tell_experts(visit: VisitDep, marathon_id: str) -> Response:
    """Drafts for experts: what was decided about the works they read."""
    marathon = desk.marathon_of(visit, marathon_id, "notice.edit")
    back = desk.address(marathon, "letters")
    if marathon.phase not in TOLD_AFTER:
        raise Conflict("Экспертам рассказывают о решениях, когда итоги подведены.")
    count = reminders.write_outcomes(visit.work, marathon.id, now=visit.now)
    return visit.leave(f"{back}?template=review_outcomes", f"Писем экспертам: {count}.")


@router.post("/organise/{marathon_id}/letters/{notice_id}/address")
def mend_address(visit: VisitDep, marathon_id: str, notice_id: str, email: Text = "") -> Response:
    """Another address for whoever a letter did not reach; the letter is sent again."""
    marathon = desk.marathon_of(visit, marathon_id, "notice.edit")
    notice = letter_of(visit, marathon, notice_id)
    here = desk.address(marathon, f"letters/{notice_id}")
    if not may_mend(visit, preview_of(visit, notice)):
        raise NotFound(MISSING)
    try:
        again = mending.mend_address(visit.work, notice_id, email, by=visit.actor, now=visit.now)
    except (BadInput, Conflict) as error:
        return visit.refuse(here, error)
    ask_delivery(visit)
    there = desk.address(marathon, f"letters/{again.id}")
    return visit.leave(there, "Адрес исправлен, письмо отправляется снова.")


@router.post("/organise/{marathon_id}/letters/{notice_id}")
def change_letter(visit: VisitDep, marathon_id: str, notice_id: str, form: FormDep) -> Response:
    """Save the text, send the letter as it stands in the form, revert or discard it."""
    act, title, body = (desk.text(form, name) for name in ("act", "title", "body"))
    marathon = desk.marathon_of(visit, marathon_id, "notice.edit")
    notice = letter_of(visit, marathon, notice_id)
    back, here = desk.address(marathon, "letters"), desk.address(marathon, f"letters/{notice_id}")
    try:
        if act == "discard":
            operations.discard(visit.work, notice_id, by=visit.actor, now=visit.now)
            return visit.leave(back, "Письмо удалено, никому не уйдёт.")
        if act == "revert":
            operations.revert(visit.work, notice_id, by=visit.actor, now=visit.now)
            return visit.leave(here, "Письмо снова написано по шаблону.")
        if not (act == "release" and operations.carries_secret(notice)):
            keep_text(visit, notice, title.strip(), body.replace("\r\n", "\n").strip())
        if act == "release":
            operations.release(visit.work, notice_id, by=visit.actor, now=visit.now)
            ask_delivery(visit)
            return visit.leave(back, "Письмо отправляется.")
    except BadInput as error:
        visit.work.forget()
        typed = (title[:300], body[:ECHOED] if len(body) > operations.MOST["body"][0] else body)
        return show_letter(visit, marathon, notice, error, typed)
    except Conflict as error:
        return visit.refuse(here, error)
    return visit.leave(here, "Текст сохранён. Письмо пока не отправлено.")


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
