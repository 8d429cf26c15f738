"""The authors of a material: several, in the order the author sets, without a script."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from flows.intake import co_authors
from review_api.errors import problem
from review_api.pages.teacher import begun_lines
from review_api.pages.teacher.begun_lines import LINE, stamp_of_line
from review_api.pages.teacher.desk import (
    SENT,
    STALE,
    YOURS_IS_BELOW,
    Desk,
    open_desk,
)
from review_api.pages.teacher.inviting import invite
from review_api.pages.visit import Visit, VisitDep
from review_api.typed import line, whole
from schemas.address import fold_email
from schemas.base import Schema
from schemas.errors import BadInput, NotFound
from schemas.people import CATEGORY_NAMES, Category, Person
from schemas.submission import Author, Submission
from storage.repositories.rows import MISSING

router = APIRouter()
MOST_AUTHORS = 12
NEW = "new"


class AuthorForm(Schema):
    name: str = ""
    position: str = ""
    category: str = ""
    municipality: str = ""
    organisation: str = ""
    email: str = ""
    version: int = 0
    after: str = ""
    draft: str = ""

    @property
    def typed(self) -> dict[str, str]:
        """What is kept of an unfinished line: printable, and no longer than a name can be."""
        return {name: line(getattr(self, name), 200) for name in LINE}

    @property
    def cleaned(self) -> "AuthorForm":
        lines = {
            field: line(getattr(self, field), 200)
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
        "category": form.category in {"", *map(str, Category)},
    }
    errors = {field: SENTENCES[field] for field, fine in checks.items() if not fine}
    fault = address_fault(form.email)
    return errors | {"email": fault} if fault else errors


SENTENCES = {
    "name": "Напишите фамилию, имя и отчество (если есть) полностью.",
    "municipality": "Выберите муниципальное образование из списка.",
    "organisation": "Напишите, где работает автор.",
    "category": "Выберите категорию из списка.",
}


def address_fault(email: str) -> str:
    """What is wrong with the address; an empty one is fine: a co-author may have none."""
    try:
        _ = email and fold_email(email)
    except BadInput as error:
        return error.sentence
    return ""


def author_of(form: AuthorForm, desk: Desk, before: Author | None) -> Author:
    """The line as it will stand; an organisation of the registry is tied to it by name."""
    known = desk.visit.work.organisations.by_name(form.municipality, form.organisation)
    email = fold_email(form.email) if form.email else None
    same_person = before is not None and before.email == email
    made = Author(
        name=form.name,
        position=form.position,
        category=Category(form.category) if form.category else Category.NONE,
        organisation=form.organisation,
        organisation_id=known.id if known else None,
        municipality_id=form.municipality,
        email=email,
        person_id=before.person_id if before and same_person else None,
    )
    confirmed = before.confirmed_at if before and says_the_same(before, made) else None
    return made.model_copy(update={"confirmed_at": confirmed})


def says_the_same(before: Author, after: Author) -> bool:
    """A co-author has confirmed these very words; other words want another look."""
    own = {"confirmed_at", "person_id", "organisation_id"}
    return before.model_dump(exclude=own) == after.model_dump(exclude=own)


def prefilled(desk: Desk, place: str) -> AuthorForm:
    """What was begun, else the stored line, else for the first author what is known of the owner."""
    author = line_at(desk, place)
    begun = begun_lines.begun(desk, author)
    form = AuthorForm(**begun) if begun else stored_line(desk, author)
    return form.model_copy(update={"version": stamp_of_line(desk, author)})


def stored_line(desk: Desk, author: Author | None) -> AuthorForm:
    if author is not None:
        return AuthorForm(
            name=author.name,
            position=author.position,
            category=author.category,
            municipality=author.municipality_id,
            organisation=author.organisation,
            email=author.email or "",
        )
    if desk.submission.authors:
        return AuthorForm()
    return about_owner(desk, desk.visit.work.people.get(desk.submission.owner_id))


def about_owner(desk: Desk, owner: Person) -> AuthorForm:
    """From the person, and where that is silent from their line in an earlier work."""
    work = desk.visit.work
    organisation = work.organisations.find(owner.organisation_id) if owner.organisation_id else None
    school = (organisation.short_name or organisation.name) if organisation else ""
    known = owner.category is not Category.NONE
    before = earlier_line(desk, owner)
    return AuthorForm(
        name="" if owner.guest or "@" in owner.name else owner.name,
        position=owner.position or (before.position if before else ""),
        category=owner.category if known else before.category if before else "",
        municipality=owner.municipality_id or (before.municipality_id if before else ""),
        organisation=school or (before.organisation if before else ""),
        email=owner.email or "",
    )


def earlier_line(desk: Desk, owner: Person) -> Author | None:
    """How the owner stands in the newest of their other works."""
    works = desk.visit.work.submissions.of_person(owner.id)
    lines = [
        author
        for one in sorted(works, key=lambda one: one.created_at, reverse=True)
        for author in one.authors
        if one.id != desk.submission.id and owner.id == author.person_id
    ]
    return lines[0] if lines else None


def earlier_words(desk: Desk) -> dict[str, list[str]]:
    """Positions and schools of this person's earlier works, to pick from."""
    works = desk.visit.work.submissions.of_person(desk.submission.owner_id)
    lines = [author for one in works for author in one.authors]
    return {
        "positions": sorted({author.position for author in lines if author.position}),
        "organisations": sorted({author.organisation for author in lines if author.organisation}),
    }


def line_at(desk: Desk, place: str) -> Author | None:
    """The stored line, None for a new one."""
    return None if place == NEW else author_at(desk.submission, place)


def author_at(submission: Submission, place: str) -> Author:
    """Raises ``NotFound`` for a place nobody stands at."""
    number = whole(place, most=len(submission.authors) - 1)
    if number is None:
        raise NotFound(MISSING)
    return submission.authors[number]


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
        stamp=desk.stamp("authors"),
        begun=begun_lines.begun(desk, None),
        places={one.id: one.name for one in desk.municipalities},
        standing=standing(desk),
        may_invite=may_invite(desk),
        is_full=len(desk.submission.authors) >= MOST_AUTHORS,
    )


class Standing(Schema):
    """Where a co-author stands: asked when, confirmed when; the owner needs no confirmation."""

    is_owner: bool
    invited_at: datetime | None = None
    confirmed_at: datetime | None = None


def standing(desk: Desk) -> list[Standing]:
    """In the order of the authors."""
    owner = desk.visit.work.people.get(desk.submission.owner_id)
    invited = co_authors.invited_at(desk.visit.work, desk.submission)
    return [
        Standing(
            is_owner=co_authors.is_owner(author, owner),
            invited_at=invited.get(author.email or ""),
            confirmed_at=author.confirmed_at,
        )
        for author in desk.submission.authors
    ]


def may_invite(desk: Desk) -> bool:
    """Somebody has an address and no letter yet, and the writer is no guest."""
    owner = desk.visit.work.people.get(desk.submission.owner_id)
    invited = co_authors.invited_at(desk.visit.work, desk.submission)
    waiting = co_authors.unconfirmed(desk.visit.work, desk.submission)
    return owner.email is not None and any(
        one.email and one.email not in invited for one in waiting
    )


@router.post("/my/{submission_id}/authors")
def arrange_authors(
    visit: VisitDep, submission_id: str, form: Annotated[ActForm, Form()]
) -> Response:
    desk = open_desk(visit, submission_id, to="edit")
    act, _, place = form.act.partition(":")
    if act == "forget":
        begun_lines.drop(desk, None)
        return visit.leave(f"{desk.address}/authors", "Незаконченная строка убрана.")
    author = author_at(desk.submission, place)
    order = moved(desk.submission.authors, int(place), act)
    desk.keep_part(form.version, authors=order)
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
        categories=CATEGORY_NAMES.items(),
        earlier=earlier_words(desk),
        errors=errors or {},
    )


Line = Annotated[AuthorForm, Form()]


@router.post("/my/{submission_id}/authors/{place}")
def save_author(visit: VisitDep, submission_id: str, place: str, form: Line) -> Response:
    desk = open_desk(visit, submission_id, to="edit", late=True)
    clean, before = form.cleaned, line_at(desk, place)
    if desk.too_late:
        errors = {"": f"{desk.too_late} {YOURS_IS_BELOW}"}
        return show_author(visit, desk, place, clean, status=409, errors=errors)
    fresh = form.version == stamp_of_line(desk, before)
    if not fresh and not stands_already(desk, clean):
        mine = clean.model_copy(update={"version": stamp_of_line(desk, before)})
        return show_author(visit, desk, place, mine, status=409, errors={"": STALE})
    if form.draft and desk.is_unsent:
        begun_lines.keep(desk, before, form.typed)
        return visit.leave(desk.address, "Начатая строка автора сохранена.")
    errors = form_errors(clean, desk)
    if errors:
        return show_author(visit, desk, place, clean, status=422, errors=errors)
    invited = keep_author(desk, place, clean) if fresh else ()
    query = "?after=check" if form.after == "check" else ""
    words = f"Сохранено. Письмо отправлено: {', '.join(invited)}." if invited else "Сохранено."
    return visit.leave(f"{desk.address}/authors{query}", words)


def stands_already(desk: Desk, form: AuthorForm) -> bool:
    """A second click of a button that has done its work."""
    said = form.typed | {"category": form.category or str(Category.NONE)}
    return any(stored_line(desk, author).typed == said for author in desk.submission.authors)


def keep_author(desk: Desk, place: str, form: AuthorForm) -> tuple[str, ...]:
    """Names of the co-authors written to: those of a draft are invited when it is sent."""
    before = line_at(desk, place)
    order = with_author(desk, place, form)
    begun_lines.drop(desk, before)
    desk.keep(desk.submission.version, authors=order)
    introduce_owner(desk, form)
    return () if desk.is_unsent else invite(desk.visit, desk)


@router.post("/my/{submission_id}/authors/{place}/autosave")
def autosave_author(visit: VisitDep, submission_id: str, place: str, form: Line) -> Response:
    """Keep an unfinished line as it is typed; it joins the authors by the button."""
    desk = open_desk(visit, submission_id, to="edit")
    before = line_at(desk, place)
    if not desk.is_unsent:
        return problem(409, "not_editable", SENT)
    if (
        form.version != stamp_of_line(desk, before)
        and begun_lines.begun(desk, before) != form.typed
    ):
        return problem(409, "stale_version", STALE)
    begun_lines.keep(desk, before, form.typed)
    return desk.saved(stamp_of_line(desk, before))


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
    """Somebody who signed in by address alone, or not at all, is named by the first author line."""
    people = desk.visit.work.people
    owner = people.get(desk.submission.owner_id)
    signs = bool(form.email) and "@" in owner.name and fold_email(form.email) == owner.email
    if not signs and (not owner.guest or len(desk.submission.authors) > 1):
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
