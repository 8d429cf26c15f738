"""A letter of the organisers' own to people they choose: words, who gets it, one example, sending."""

from fastapi import APIRouter
from starlette.responses import Response

from flows.notices import own_letter
from flows.notices.own_letter import Asker, Recipient, Told
from review_api.formats import marked
from review_api.frame import Link
from review_api.letter_preview import Preview, preview_of
from review_api.pages.organise import desk
from review_api.pages.organise.desk import FormDep
from review_api.pages.visit import Visit, VisitDep
from schemas.base import Schema
from schemas.errors import BadInput, Conflict, MarathonError
from schemas.marathon import Marathon

router = APIRouter(prefix="/organise/{marathon_id}/letters/new")
ECHOED = 4000
LISTED = 300
ONE_PERSON = (own_letter.ONE_PERSON, marked("Один человек: укажите его адрес"))


class Previewed(Schema):
    """What will leave: ``seal`` is given back with the button, so that nothing else can."""

    leaving: tuple[Recipient, ...]
    returned: tuple[Recipient, ...]
    before: int
    seal: str
    example: Preview


@router.get("")
def blank(visit: VisitDep, marathon_id: str) -> Response:
    marathon = desk.marathon_of(visit, marathon_id, "notice.edit")
    query = visit.request.query_params
    told = Told(
        audience=query.get("audience", "")[:60],
        address=query.get("address", "")[:300],
        title="",
        text=own_letter.GREETING,
    )
    return show(visit, marathon, told)


def asker_of(visit: Visit, marathon: Marathon) -> Asker:
    return Asker(visit.work, marathon.id, visit.viewer.authored)


def show(
    visit: Visit,
    marathon: Marathon,
    told: Told,
    *,
    error: MarathonError | None = None,
    preview: Previewed | None = None,
) -> Response:
    asker = asker_of(visit, marathon)
    field = error.field if isinstance(error, BadInput) else None
    return desk.show(
        visit,
        marathon,
        "organise/own_letter.html",
        Link(text="Письма", href=desk.address(marathon, "letters")),
        status=422 if error else 200,
        told=shortened(told),
        audiences=own_letter.audiences(asker),
        one_person=ONE_PERSON,
        groups=(
            (marked("Всем"), own_letter.fields("")),
            (marked("Авторам"), own_letter.fields("authors")),
            (marked("Выступающим"), own_letter.fields("speakers")),
        ),
        own=bool(visit.viewer.authored),
        preview=preview,
        listed=LISTED,
        errors={field or "text": error.sentence} if error else {},
    )


def shortened(told: Told) -> Told:
    """What was typed; of a text far too long, its beginning."""
    if len(told.text) + len(told.title) <= own_letter.LONGEST_TEXT * 2:
        return told
    changes = {"title": told.title[:300], "text": told.text[:ECHOED]}
    return told.model_copy(update=changes)


@router.post("")
def write(visit: VisitDep, marathon_id: str, form: FormDep) -> Response:
    """Look at what will leave, or send what was looked at; typed words stay whatever happens."""
    marathon = desk.marathon_of(visit, marathon_id, "notice.edit")
    told = Told(
        audience=desk.text(form, "audience")[:60],
        address=desk.text(form, "address")[:300],
        title=desk.text(form, "title"),
        text=desk.text(form, "text").replace("\r\n", "\n"),
    )
    try:
        if desk.text(form, "act") == "send":
            return send(visit, marathon, told, desk.text(form, "seal"))
        return show(visit, marathon, told, preview=previewed(visit, marathon, told))
    except (BadInput, Conflict) as error:
        visit.work.forget()
        return show(visit, marathon, told, error=error)


def previewed(visit: Visit, marathon: Marathon, told: Told) -> Previewed:
    told = own_letter.checked(told)
    found = own_letter.recipients(asker_of(visit, marathon), told)
    leaving = tuple(one for one in found if not one.returned)
    known = visit.work.notices.of_marathon(marathon.id)
    keys = {one.dedup_key for one in known if one.template == own_letter.OWN_LETTER}
    return Previewed(
        leaving=leaving,
        returned=tuple(one for one in found if one.returned),
        before=sum(own_letter.key_of(told, one) in keys for one in leaving),
        seal=own_letter.seal(found, told),
        example=example(visit, marathon, told, (*leaving, *found)[0]),
    )


def example(visit: Visit, marathon: Marathon, told: Told, one: Recipient) -> Preview:
    letter = own_letter.letter_to(
        visit.work, marathon.id, told, one, settings=visit.settings, now=visit.now
    )
    return preview_of(visit, letter)


def send(visit: Visit, marathon: Marathon, told: Told, sealed: str) -> Response:
    new = own_letter.send(
        asker_of(visit, marathon),
        told,
        sealed=sealed,
        settings=visit.settings,
        by=visit.actor,
        now=visit.now,
    )
    there = f"{desk.address(marathon, 'letters')}?template={own_letter.OWN_LETTER}"
    if not new:
        return visit.leave(there, "Эти люди уже получили это письмо.", kind="info")
    visit.send_letters()
    return visit.leave(there, f"Отправляется писем: {new}.")
