"""The offline kit: all my works as one file to take away, and the answers brought back.

An upload writes nothing before it has been looked at, saves drafts and never sends them; complete
drafts are sent by a button of their own that lists them.
"""

import json
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from flows.review import kit_table, operations, rules
from flows.review.kit_file import (
    MOST_BYTES,
    MOST_WORKS,
    NOT_A_KIT,
    KitAnswer,
    KitWork,
    key_of,
    read_answers,
    require_bounded,
    require_size,
)
from review_api import preferences
from review_api.frame import Link
from review_api.pages.expert.kit_merge import TO_SAVE, Fate, Merged, merged, resolved
from review_api.pages.expert.kit_page import kit_page
from review_api.pages.expert.queue import BACK, my_items
from review_api.pages.expert.sheet import Sheet, open_sheets
from review_api.pages.organise.desk import FormDep
from review_api.pages.visit import Visit, VisitDep
from review_api.templating import environment, said
from review_api.typed import whole
from schemas.assignment import TO_SCORE
from schemas.errors import BadFile, Conflict
from schemas.review import ReviewDraft

router = APIRouter()
PAGE = "/expert/kit"
TABLE_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
READERS = {".xlsx": kit_table.read_kit, ".json": read_answers}
CHUNK = 1024 * 1024
PRIVATE = {"cache-control": "private, no-store", "x-content-type-options": "nosniff"}
STALE = "Пока вы смотрели, работу изменили в другом месте. Посмотрите ещё раз, что изменится."
UPLOADED = Link(text="Комплект для работы без связи", href=PAGE)


def my_sheets(visit: Visit) -> list[Sheet]:
    """Works of mine that can be scored now, in the order of the queue."""
    _ = visit.person
    visit.require("review.pages")
    items = [item for item in my_items(visit) if item.status in TO_SCORE]
    return [sheet for sheet in open_sheets(visit, items) if sheet.is_open and not sheet.waits]


def kit_work(sheet: Sheet, language: str) -> KitWork:
    """The work in the words of the reader's language; what people typed stays as they typed it."""
    work, review, say = sheet.work, sheet.review, partial(said, language=language)
    due = sheet.item.due_at or sheet.marathon.reviews_until
    until = environment(language, sheet.marathon.zone).filters["moment"](due)
    about = {
        say("Направление"): say(work.track),
        say("Предмет"): work.subject,
        say("Уровень"): say(work.level),
    }
    return KitWork(
        key=key_of(sheet.item.id),
        code=work.code,
        title=work.title or say("Работа без названия"),
        abstract=work.abstract,
        about=". ".join(f"{name}: {words}" for name, words in about.items() if words),
        until=say(f"Оценить до {until}"),
        rubric=sheet.rubric,
        version=review.version if review else 0,
        draft=review.draft if review else ReviewDraft(),
    )


def language_of(visit: Visit) -> str:
    return preferences.read(visit.request, visit.settings.language).language


def complete(sheets: Sequence[Sheet]) -> list[Sheet]:
    """Drafts with nothing missing: they only have to be sent."""
    return [one for one in sheets if one.review and rules.is_complete(one.rubric, one.review.draft)]


@router.get(PAGE)
def kit(visit: VisitDep) -> Response:
    return show_kit(visit)


def show_kit(visit: Visit, *, error: str = "") -> Response:
    sheets = my_sheets(visit)
    return visit.show(
        "expert/kit.html",
        status=422 if error else 200,
        back=BACK,
        errors={"file": error} if error else {},
        sheets=sheets,
        ready=complete(sheets),
        most=MOST_BYTES,
    )


@router.get(f"{PAGE}/works.xlsx")
def table(visit: VisitDep) -> Response:
    language = language_of(visit)
    works = [kit_work(sheet, language) for sheet in my_sheets(visit)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kit.xlsx"
        kit_table.write_kit(path, works, now=visit.now, say=partial(said, language=language))
        return sent_file(path.read_bytes(), "raboty.xlsx", TABLE_TYPE)


@router.get(f"{PAGE}/works.html")
def page(visit: VisitDep) -> Response:
    language = language_of(visit)
    works = [(sheet, kit_work(sheet, language)) for sheet in my_sheets(visit)]
    html = kit_page(visit, works, language=language)
    return sent_file(html.encode("utf-8"), "raboty.html", "text/html; charset=utf-8")


def sent_file(content: bytes, name: str, kind: str) -> Response:
    headers = {**PRIVATE, "content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=kind, headers=headers)


@router.get(f"{PAGE}/upload")
@router.get(f"{PAGE}/save")
@router.get(f"{PAGE}/send")
def form_address(visit: VisitDep) -> Response:
    return visit.leave(PAGE)


@router.post(f"{PAGE}/upload")
def upload(visit: VisitDep, form: FormDep) -> Response:
    """Step one: what the file would change."""
    my_sheets(visit)
    try:
        answers = uploaded(form)
    except BadFile as error:
        return show_kit(visit, error=error.sentence)
    return show_preview(visit, merged(visit, answers))


def uploaded(form: FormData) -> list[KitAnswer]:
    """Answers of the file that was sent; raises ``BadFile`` with what is wrong with it."""
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise BadFile("Выберите файл.", field="file")
    suffix = Path(file.filename).suffix.lower()
    if suffix in {".html", ".htm"}:
        raise BadFile(
            "Это сам комплект. Откройте его, нажмите «Сохранить ответы» и загрузите тот файл.",
            field="file",
        )
    if suffix not in READERS:
        raise BadFile(NOT_A_KIT, field="file")
    content = file.file.read(MOST_BYTES + 1)
    require_size(len(content))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"answers{suffix}"
        path.write_bytes(content)
        return READERS[suffix](path)


def show_preview(visit: Visit, found: Sequence[Merged], *, error: str = "") -> Response:
    return visit.show(
        "expert/kit_preview.html",
        status=409 if error else 200,
        back=UPLOADED,
        error=error,
        found=found,
        to_save=[one for one in found if one.fate in TO_SAVE],
        packed={one.key: packed(one) for one in found if one.fate in TO_SAVE},
    )


def packed(one: Merged) -> str:
    """The answers as a hidden field carries them to the second step."""
    answer = {"place": one.place, "key": one.key, "version": one.seen, "fields": one.fields}
    return json.dumps(answer, ensure_ascii=False)


@router.post(f"{PAGE}/save")
def save(visit: VisitDep, form: FormDep) -> Response:
    """Step two: drafts of what was shown; what has changed since then is shown again."""
    my_sheets(visit)
    try:
        answers = kept_answers(form)
    except BadFile as error:
        return show_kit(visit, error=error.sentence)
    found = merged(visit, answers)
    if any(moved_on(one, form) for one in found):
        return show_preview(visit, found, error=STALE)
    chosen = [one for one in found if is_chosen(one, form)]
    try:
        for one in chosen:
            operations.save_draft(
                visit.work,
                one.assignment_id,
                chosen_draft(visit, one, form),
                version=one.seen,
                by=visit.actor,
                now=visit.now,
            )
    except Conflict as error:
        return visit.refuse(PAGE, error)
    return visit.leave(PAGE, f"Черновики сохранены: {len(chosen)}. Ничего ещё не отправлено.")


def kept_answers(form: FormData) -> list[KitAnswer]:
    listed = [value for value in form.getlist("answer") if isinstance(value, str)]
    try:
        answers = [KitAnswer.model_validate(read_json(value)) for value in listed[:MOST_WORKS]]
    except (ValidationError, ValueError, RecursionError) as error:
        raise BadFile("Страница устарела. Загрузите файл ещё раз.", field="file") from error
    require_bounded(answers)
    return answers


def read_json(text: str) -> Any:  # noqa: ANN401  (checked by the schema)
    return json.loads(text)


def moved_on(one: Merged, form: FormData) -> bool:
    """Whether the work is not what it was when the person looked at it."""
    if one.fate in {Fate.SAME, Fate.BLANK}:
        return False
    return one.fate is Fate.REFUSED or form.get(f"seen-{one.key}") != str(one.seen)


def is_chosen(one: Merged, form: FormData) -> bool:
    """Of a conflict something is saved only where the person chose a text of the file."""
    if one.fate not in TO_SAVE:
        return False
    return not was_conflict(one, form) or any(
        side != "stored" for side in sides(one, form).values()
    )


def was_conflict(one: Merged, form: FormData) -> bool:
    """Whether it was shown with a choice for every field."""
    return form.get(f"conflict-{one.key}") == "yes"


def sides(one: Merged, form: FormData) -> dict[str, str]:
    """What was chosen for each differing field: ``file``, ``both`` or ``stored``."""
    return {
        field.name: str(form.get(f"take-{one.key}-{field.name}", "stored"))
        for field in one.differing
    }


def chosen_draft(visit: Visit, one: Merged, form: FormData) -> ReviewDraft:
    return resolved(visit, one, sides(one, form)) if was_conflict(one, form) else one.draft


@router.post(f"{PAGE}/send")
def send(visit: VisitDep, form: FormDep) -> Response:
    """Send the complete drafts that were listed, each in the version that was shown."""
    ready = {sheet.item.id: sheet for sheet in complete(my_sheets(visit))}
    listed = [(name, value) for name, value in form.items() if name in ready]
    try:
        for key, version in listed:
            send_one(visit, ready[key], str(version))
    except Conflict as error:
        return visit.refuse(PAGE, error)
    return visit.leave(PAGE, sent_sentence(len(listed)))


def send_one(visit: Visit, sheet: Sheet, version: str) -> None:
    assert sheet.review is not None  # noqa: S101  (only complete drafts come here)
    operations.submit(
        visit.work,
        sheet.item.id,
        sheet.review.draft,
        version=whole(version) or 0,
        by=visit.actor,
        now=visit.now,
    )


def sent_sentence(count: int) -> str:
    return f"Отправлено оценок: {count}. Спасибо!" if count else "Отправлять нечего."
