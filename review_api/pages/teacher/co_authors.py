"""Co-authors: invited and reminded by whoever fills in, answering by a link or signed in."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from flows.intake import co_authors
from review_api.inviting import ways
from review_api.pages.teacher.authors import author_at
from review_api.pages.teacher.desk import Desk, open_desk
from review_api.pages.teacher.inviting import invite
from review_api.pages.visit import Visit, VisitDep
from review_api.typed import line
from schemas.base import Schema
from schemas.errors import BadInput, Conflict, NotFound
from schemas.people import Person
from schemas.submission import Submission
from storage.repositories.rows import MISSING

router = APIRouter()
FEWEST_NAMES = 2
THANKS = "Спасибо, соавторство подтверждено."
REMOVED = "Вас убрали из списка авторов. Тому, кто заполняет материал, ушло письмо."
WRONG = {
    "name": "Напишите фамилию, имя и отчество (если есть) полностью.",
    "organisation": "Напишите, где вы работаете.",
}


@router.post("/my/{submission_id}/co-authors")
def invite_co_authors(visit: VisitDep, submission_id: str) -> Response:
    """«Пригласить соавторов»: once each; pressing it again writes to nobody twice."""
    desk = open_desk(visit, submission_id)
    visit.require("submission.edit", desk.submission)
    invited = invite(visit, desk)
    words = f"Письма отправлены: {', '.join(invited)}." if invited else "Все письма уже отправлены."
    return visit.leave(f"{desk.address}/authors", words)


@router.post("/my/{submission_id}/co-authors/{place}/remind")
def remind_co_author(visit: VisitDep, submission_id: str, place: str) -> Response:
    desk = open_desk(visit, submission_id)
    visit.require("submission.edit", desk.submission)
    author, back = author_at(desk.submission, place), back_of(desk)
    try:
        letters = ways(visit.installation.signer)
        co_authors.remind(visit.work, desk.submission, author, letters, now=visit.now)
    except Conflict as error:
        return visit.refuse(back, error)
    visit.send_letters()
    return visit.leave(back, f"Письмо отправлено: {author.name}.")


def back_of(desk: Desk) -> str:
    """The list of authors while it may be changed, afterwards the material's page."""
    return f"{desk.address}/authors" if desk.is_editable else desk.address


class Answering(Schema):
    """A co-author's line, and the address its answers go to."""

    submission: Submission
    place: int
    address: str


SAID = tuple(co_authors.Corrections.model_fields)


class AnswerForm(Schema):
    """``act`` is «confirm», «correct» or «decline»."""

    act: str = ""
    name: str = ""
    organisation: str = ""
    position: str = ""

    @property
    def said(self) -> co_authors.Corrections:
        return co_authors.Corrections(**{name: line(getattr(self, name), 200) for name in SAID})


Answer = Annotated[AnswerForm, Form()]


def by_link(visit: Visit, secret: str) -> Answering:
    """Raises ``BadInput`` for a link that leads nowhere any more."""
    found, place = co_authors.opened(
        visit.work, secret, signer=visit.installation.signer, now=visit.now
    )
    return Answering(submission=found, place=place, address=f"/co-author/{secret}")


def signed_in(visit: Visit, submission_id: str) -> Answering:
    """Raises ``NotFound`` for who is named nowhere in the material."""
    person: Person = visit.person
    found = visit.work.submissions.get(submission_id)
    visit.require("submission.see", found)
    place = co_authors.place_of(found, person_id=person.id)
    if place is None or found.owner_id == person.id:
        raise NotFound(MISSING)
    return Answering(submission=found, place=place, address=f"/my/{submission_id}/co-author")


def show(
    visit: Visit,
    one: Answering,
    *,
    form: AnswerForm | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    author = one.submission.authors[one.place]
    marathon = visit.work.marathons.get(one.submission.marathon_id)
    said = {name: getattr(author, name) for name in SAID}
    return visit.show(
        "submission/co_author.html",
        status=422 if errors else status,
        marathon=marathon,
        one=one,
        author=author,
        owner=visit.work.people.get(one.submission.owner_id),
        places={
            place.id: place.name
            for place in visit.work.municipalities.of_cluster(marathon.cluster_id)
        },
        contact=marathon.contact or visit.settings.contact,
        form=form or AnswerForm(**said),
        may_correct=co_authors.may_correct(one.submission),
        errors=errors or {},
    )


def spent(visit: Visit, error: BadInput) -> Response:
    return visit.show("submission/co_author_spent.html", status=410, words=error.sentence)


def answered(visit: Visit, one: Answering, form: AnswerForm) -> Response:
    """What was pressed, done; back to the same page, or home for who is there no more."""
    acts = {"confirm": confirm, "correct": correct, "decline": decline}
    if form.act not in acts:
        return show(visit, one)
    try:
        return acts[form.act](visit, one, form)
    except Conflict as error:
        return visit.refuse(one.address, error)


def confirm(visit: Visit, one: Answering, _form: AnswerForm) -> Response:
    co_authors.confirm(visit.work, one.submission, one.place, now=visit.now)
    return visit.leave(one.address, THANKS)


def correct(visit: Visit, one: Answering, form: AnswerForm) -> Response:
    said = form.said
    errors = {
        field: words
        for field, words in WRONG.items()
        if not getattr(said, field) or (field == "name" and len(said.name.split()) < FEWEST_NAMES)
    }
    if errors:
        kept = AnswerForm(**said.model_dump())
        return show(visit, one, form=kept, errors=errors)
    co_authors.correct(visit.work, one.submission, one.place, said, now=visit.now)
    return visit.leave(one.address, THANKS)


def decline(visit: Visit, one: Answering, _form: AnswerForm) -> Response:
    co_authors.decline(visit.work, one.submission, one.place, now=visit.now)
    return visit.leave("/", REMOVED)


@router.get("/co-author/{secret}")
def invitation(visit: VisitDep, secret: str) -> Response:
    """Opening it changes nothing: mail scanners open links too."""
    try:
        return show(visit, by_link(visit, secret))
    except BadInput as error:
        return spent(visit, error)


@router.post("/co-author/{secret}")
def answer_by_link(visit: VisitDep, secret: str, form: Answer) -> Response:
    try:
        return answered(visit, by_link(visit, secret), form)
    except BadInput as error:
        return spent(visit, error)


@router.get("/my/{submission_id}/co-author")
def own_line(visit: VisitDep, submission_id: str) -> Response:
    return show(visit, signed_in(visit, submission_id))


@router.post("/my/{submission_id}/co-author")
def answer_signed_in(visit: VisitDep, submission_id: str, form: Answer) -> Response:
    return answered(visit, signed_in(visit, submission_id), form)
