"""The authors of a material: several, in the order the author sets, without a script."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from flows.accounts.operations import fold_email
from review_api.pages.teacher.desk import STALE, Desk, open_desk, plain_line
from review_api.pages.visit import Visit, VisitDep
from schemas.base import Schema
from schemas.errors import BadInput, Conflict, NotFound
from schemas.people import Category, Person
from schemas.submission import Author, Submission
from storage.repositories.rows import MISSING

router = APIRouter()
MOST_AUTHORS = 12
NEW = "new"
CATEGORIES = (
    (Category.HIGHEST, "Высшая"),
    (Category.FIRST, "Первая"),
    (Category.COMPLIANCE, "Соответствие занимаемой должности"),
    (Category.NONE, "Нет категории"),
)


class AuthorForm(Schema):
    name: str = ""
    position: str = ""
    category: str = ""
    municipality: str = ""
    organisation: str = ""
    email: str = ""
    version: int = 0
    after: str = ""

    @property
    def cleaned(self) -> "AuthorForm":
        lines = {
            field: plain_line(getattr(self, field), 200)
            for field in ("name", "position", "organisation", "email")
        }
        return self.model_copy(update=lines)


class ActForm(Schema):
    """``act`` is «up», «down» or «remove» and the author's place from 0: ``remove:2``."""

    act: str = ""
    version: int = 0
    after: str = ""


def form_errors(form: AuthorForm, desk: Desk) -> dict[str, str]:
    """What keeps this line from standing in the collection."""
    checks = {
        "name": len(form.name.split()) > 1 and "@" not in form.name,
        "municipality": form.municipality in {one.id for one in desk.municipalities},
        "organisation": bool(form.organisation),
        "category": form.category in {"", *(str(category) for category, _ in CATEGORIES)},
        "email": is_address(form.email),
    }
    return {field: SENTENCES[field] for field, fine in checks.items() if not fine}


SENTENCES = {
    "name": "Напишите фамилию, имя и отчество (если есть) полностью.",
    "municipality": "Выберите муниципальное образование из списка.",
    "organisation": "Напишите, где работает автор.",
    "category": "Выберите категорию из списка.",
    "email": "Адрес почты записан с ошибкой. Пример: ivanova@shkola.ru",
}


def is_address(email: str) -> bool:
    """An empty address is fine: a co-author may have none."""
    try:
        return not email or bool(fold_email(email))
    except BadInput:
        return False


def author_of(form: AuthorForm, desk: Desk, before: Author | None) -> Author:
    """The line as it will stand; an organisation of the registry is tied to it by name."""
    known = desk.visit.work.organisations.by_name(form.municipality, form.organisation)
    email = fold_email(form.email) if form.email else None
    same_person = before is not None and before.email == email
    return Author(
        name=form.name,
        position=form.position,
        category=Category(form.category) if form.category else Category.NONE,
        organisation=form.organisation,
        organisation_id=known.id if known else None,
        municipality_id=form.municipality,
        email=email,
        person_id=before.person_id if before and same_person else None,
    )


def prefilled(desk: Desk, place: str) -> AuthorForm:
    """The stored line; for the first author what is known about the owner."""
    version = desk.submission.version
    if place != NEW:
        author = author_at(desk.submission, place)
        return AuthorForm(
            name=author.name,
            position=author.position,
            category=author.category,
            municipality=author.municipality_id,
            organisation=author.organisation,
            email=author.email or "",
            version=version,
        )
    if desk.submission.authors:
        return AuthorForm(version=version)
    return about_owner(desk, desk.visit.work.people.get(desk.submission.owner_id), version)


def about_owner(desk: Desk, owner: Person, version: int) -> AuthorForm:
    work = desk.visit.work
    organisation = work.organisations.find(owner.organisation_id) if owner.organisation_id else None
    known = owner.category is not Category.NONE
    return AuthorForm(
        name="" if "@" in owner.name else owner.name,
        position=owner.position,
        category=owner.category if known else "",
        municipality=owner.municipality_id or "",
        organisation=(organisation.short_name or organisation.name) if organisation else "",
        email=owner.email or "",
        version=version,
    )


def author_at(submission: Submission, place: str) -> Author:
    """Raises ``NotFound`` for a place nobody stands at."""
    if not place.isdecimal() or int(place) >= len(submission.authors):
        raise NotFound(MISSING)
    return submission.authors[int(place)]


@router.get("/my/{submission_id}/authors")
def authors(visit: VisitDep, submission_id: str, after: str = "") -> Response:
    desk = open_desk(visit, submission_id, to="edit")
    if not desk.submission.authors:
        return show_author(visit, desk, NEW, prefilled(desk, NEW))
    return visit.show(
        "submission/authors.html",
        marathon=desk.marathon,
        back=desk.link,
        desk=desk,
        after=after,
        places={one.id: one.name for one in desk.municipalities},
        is_full=len(desk.submission.authors) >= MOST_AUTHORS,
    )


@router.post("/my/{submission_id}/authors")
def arrange_authors(
    visit: VisitDep, submission_id: str, form: Annotated[ActForm, Form()]
) -> Response:
    desk = open_desk(visit, submission_id, to="edit")
    act, _, place = form.act.partition(":")
    author = author_at(desk.submission, place)
    order = moved(desk.submission.authors, int(place), act)
    desk.keep(form.version, authors=order)
    words = f"{author.name}: " + ("убран из авторов." if act == "remove" else "порядок изменён.")
    query = "?after=check" if form.after == "check" else ""
    return visit.leave(f"{desk.address}/authors{query}", words)


def moved(authors: tuple[Author, ...], place: int, act: str) -> tuple[Author, ...]:
    """The authors with one moved up, down or removed."""
    order = list(authors)
    author = order.pop(place)
    step = {"up": -1, "down": 1}.get(act, 0)
    if act != "remove":
        order.insert(max(0, min(place + step, len(order))), author)
    return tuple(order)


@router.get("/my/{submission_id}/authors/{place}")
def author(visit: VisitDep, submission_id: str, place: str, after: str = "") -> Response:
    desk = open_desk(visit, submission_id, to="edit")
    form = prefilled(desk, place).model_copy(update={"after": after})
    return show_author(visit, desk, place, form)


def show_author(
    visit: Visit,
    desk: Desk,
    place: str,
    form: AuthorForm,
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
) -> Response:
    return visit.show(
        "submission/author.html",
        status=status,
        marathon=desk.marathon,
        back=desk.link,
        desk=desk,
        place=place,
        form=form,
        categories=CATEGORIES,
        errors=errors or {},
    )


@router.post("/my/{submission_id}/authors/{place}")
def save_author(
    visit: VisitDep, submission_id: str, place: str, form: Annotated[AuthorForm, Form()]
) -> Response:
    desk = open_desk(visit, submission_id, to="edit")
    clean = form.cleaned
    errors = form_errors(clean, desk)
    if errors:
        return show_author(visit, desk, place, clean, status=422, errors=errors)
    try:
        desk.keep(form.version, authors=with_author(desk, place, clean))
    except Conflict:
        mine = clean.model_copy(update={"version": desk.submission.version})
        return show_author(visit, desk, place, mine, status=409, errors={"": STALE})
    introduce_owner(desk, clean)
    query = "?after=check" if form.after == "check" else ""
    return visit.leave(f"{desk.address}/authors{query}", "Сохранено.")


def with_author(desk: Desk, place: str, form: AuthorForm) -> tuple[Author, ...]:
    order = desk.submission.authors
    if place == NEW:
        if len(order) >= MOST_AUTHORS:
            raise BadInput(f"Авторов может быть не больше {MOST_AUTHORS}.", field="name")
        return (*order, author_of(form, desk, None))
    before = author_at(desk.submission, place)
    at = int(place)
    return (*order[:at], author_of(form, desk, before), *order[at + 1 :])


def introduce_owner(desk: Desk, form: AuthorForm) -> None:
    """Somebody who signed in by address alone gets a name with the first author line."""
    people = desk.visit.work.people
    owner = people.get(desk.submission.owner_id)
    if "@" not in owner.name or not form.email or fold_email(form.email) != owner.email:
        return
    people.save(
        owner.model_copy(
            update={
                "name": form.name,
                "position": form.position,
                "municipality_id": form.municipality,
            }
        )
    )
