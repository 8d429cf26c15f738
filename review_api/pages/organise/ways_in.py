"""More time for single people, and access codes for late and invited ones."""

import secrets
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form
from pydantic import Field
from starlette.responses import Response

from flows.intake import ways_in
from review_api.formats import Formats
from review_api.frame import Link
from review_api.pages.organise import desk
from review_api.pages.organise.form import moment
from review_api.pages.visit import Visit, VisitDep
from review_api.typed import echoed, line, too_long, whole
from schemas.base import Schema
from schemas.errors import BadInput, Conflict, NotFound
from schemas.intake_access import AccessCode, Extension
from schemas.marathon import Marathon
from schemas.people import Person
from storage.repositories.rows import MISSING

router = APIRouter()
TITLE = "Продления и коды доступа"
MOST_USES = 1000
UNKNOWN = (
    "Такого материала или адреса нет. Тому, кто ещё не начинал материал, дайте код доступа: "
    "он подойдёт любому."
)


class ExtensionForm(Schema):
    """``whom`` is the number of a material or the address of its author."""

    whom: str = ""
    until: str = ""
    reason: str = ""


class CodeForm(Schema):
    code_until: str = ""
    most_uses: str = "1"
    tracks: tuple[str, ...] = Field(default=())
    note: str = ""


class Typed(Schema):
    """Both forms of the page as they stand."""

    extension: ExtensionForm = ExtensionForm()
    code: CodeForm = CodeForm()


@router.get("/organise/{marathon_id}/extensions")
def extensions(visit: VisitDep, marathon_id: str, work: str = "") -> Response:
    marathon = desk.marathon_of(visit, marathon_id)
    typed = Typed(extension=ExtensionForm(whom=line(work)))
    return show(visit, marathon, typed)


def show(
    visit: Visit,
    marathon: Marathon,
    typed: Typed,
    *,
    errors: dict[str, str] | None = None,
    status: int = 0,
) -> Response:
    given = visit.work.extensions.of_marathon(marathon.id)
    codes = visit.work.access_codes.of_marathon(marathon.id)
    asked = [one.person_id for one in given] + [one.granted_by or "" for one in given]
    return desk.show(
        visit,
        marathon,
        "organise/extensions.html",
        Link(text=TITLE, href=visit.request.url.path),
        status=status or (422 if errors else 200),
        title=TITLE,
        given=list(reversed(given)),
        people=visit.work.people.many(asked),
        codes=[shown(visit, marathon, one) for one in reversed(codes)],
        code_words={one.id: spaced(one.code) for one in codes},
        typed=typed,
        errors=errors or {},
    )


class ShownCode(Schema):
    """A code as organisers read it out or send it on."""

    code: AccessCode
    words: str
    link: str
    state: str
    is_live: bool


def spaced(code: str) -> str:
    """«ABCE-2347», easier to read out."""
    half = len(code) // 2
    return f"{code[:half]}-{code[half:]}"


def shown(visit: Visit, marathon: Marathon, one: AccessCode) -> ShownCode:
    words = spaced(one.code)
    return ShownCode(
        code=one,
        words=words,
        link=f"{visit.settings.base_url.rstrip('/')}/marathons/{marathon.id}/code/{words}",
        state=state_of(one, now=visit.now),
        is_live=state_of(one, now=visit.now) == "действует",
    )


def state_of(one: AccessCode, *, now: datetime) -> str:
    if one.closed_at is not None:
        return "закрыт"
    if one.until < now:
        return "срок прошёл"
    return "использован весь" if one.uses >= one.most_uses else "действует"


@router.post("/organise/{marathon_id}/extensions")
def extend(visit: VisitDep, marathon_id: str, form: Annotated[ExtensionForm, Form()]) -> Response:
    marathon = desk.marathon_of(visit, marathon_id)
    kept = form.model_copy(update={"whom": line(form.whom)})
    typed = Typed(extension=kept.model_copy(update={"reason": echoed(form.reason)}))
    try:
        person = person_of(visit, marathon, kept.whom)
        given = grant(visit, marathon, person, form)
    except BadInput as error:
        return show(visit, marathon, typed, errors={error.field or "": error.sentence})
    except Conflict as error:
        return show(visit, marathon, typed, errors={"": error.sentence}, status=409)
    words = Formats("ru", marathon.zone, str).moment(given.until)
    return visit.leave(desk.address(marathon, "extensions"), f"{person.name}: срок до {words}.")


def grant(visit: Visit, marathon: Marathon, person: Person, form: ExtensionForm) -> Extension:
    reason = line(form.reason, 10**4)
    if not reason:
        raise BadInput("Напишите, почему продлён срок: это останется в журнале.", field="reason")
    if too_long(reason, 1000):
        raise BadInput(too_long(reason, 1000), field="reason")
    given = ways_in.extend(
        visit.work,
        marathon,
        person.id,
        until=moment(form.until, marathon.zone, "until"),
        reason=reason,
        by=visit.actor,
        now=visit.now,
    )
    visit.send_letters()
    return given


def person_of(visit: Visit, marathon: Marathon, whom: str) -> Person:
    """Whose material has this number, or who has this address; raises ``BadInput``."""
    work, number = visit.work, whom.removeprefix("№").strip()
    wanted = whole(number)
    if wanted is not None:
        for one in work.submissions.of_marathon(marathon.id):
            if one.number == wanted:
                return work.people.get(one.owner_id)
    found = work.people.by_email(whom.casefold()) if "@" in whom else None
    if found is None:
        raise BadInput(UNKNOWN, field="whom")
    return found


@router.post("/organise/{marathon_id}/codes")
def make_code(visit: VisitDep, marathon_id: str, form: Annotated[CodeForm, Form()]) -> Response:
    marathon = desk.marathon_of(visit, marathon_id)
    note = line(form.note, 10**4)
    typed = Typed(
        code=form.model_copy(update={"note": echoed(note), "code_until": echoed(form.code_until)})
    )
    try:
        wanted = wanted_code(marathon, form, note)
        made = ways_in.make_code(
            visit.work, marathon, wanted, code=drawn(), by=visit.actor, now=visit.now
        )
    except BadInput as error:
        fields = {"until": "code_until"}
        field = fields.get(error.field or "", error.field or "")
        return show(visit, marathon, typed, errors={field: error.sentence})
    except Conflict as error:
        return show(visit, marathon, typed, errors={"": error.sentence}, status=409)
    return visit.leave(
        desk.address(marathon, "extensions"),
        f"Код {spaced(made.code)} готов: отправьте его ссылкой.",
    )


def wanted_code(marathon: Marathon, form: CodeForm, note: str) -> ways_in.NewCode:
    """Raises ``BadInput``."""
    uses = whole(form.most_uses, most=MOST_USES)
    if not uses:
        raise BadInput(f"Число людей должно быть от 1 до {MOST_USES}.", field="most_uses")
    if too_long(note, 500):
        raise BadInput(too_long(note, 500), field="note")
    known = {str(track.number) for track in marathon.tracks}
    if set(form.tracks) - known:
        raise BadInput("Такого направления нет в этом марафоне.", field="tracks")
    return ways_in.NewCode(
        until=moment(form.code_until, marathon.zone, "code_until"),
        most_uses=uses,
        tracks=tuple(int(number) for number in form.tracks),
        note=note,
    )


def drawn() -> str:
    return "".join(secrets.choice(ways_in.ALPHABET) for _ in range(ways_in.CODE_LETTERS))


@router.post("/organise/{marathon_id}/codes/{code_id}/close")
def close_code(visit: VisitDep, marathon_id: str, code_id: str) -> Response:
    marathon = desk.marathon_of(visit, marathon_id)
    code = visit.work.access_codes.get(code_id)
    if code.marathon_id != marathon.id:
        raise NotFound(MISSING)
    ways_in.close_code(visit.work, code, by=visit.actor, now=visit.now)
    return visit.leave(
        desk.address(marathon, "extensions"),
        f"Код {spaced(code.code)} закрыт. У тех, кто им воспользовался, срок остался.",
    )
