"""«Мои данные»: names for papers, workplace, language, letters, devices one is signed in on."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from flows.accounts import profile
from flows.accounts.homes import Move
from flows.documents import declension
from review_api.formats import browser
from review_api.pages.visit import Visit, VisitDep
from review_api.typed import echoed, line
from schemas.base import Schema
from schemas.errors import BadInput, NotFound
from schemas.people import CATEGORY_NAMES, Category, Person, Session
from storage.repositories.rows import MISSING

router = APIRouter()
LANGUAGES = (("ru", "Русский"), ("en", "English"))
UNKNOWN_SCHOOL = (
    "Такой организации нет в реестре этого муниципалитета. Выберите из списка или оставьте поле "
    "пустым: место работы вы указываете и в каждом материале."
)


class ProfileForm(Schema):
    name: str = ""
    name_genitive: str = ""
    name_dative: str = ""
    name_latin: str = ""
    position: str = ""
    category: str = ""
    municipality: str = ""
    organisation: str = ""
    language: str = "ru"
    digests: str = ""

    @property
    def cleaned(self) -> "ProfileForm":
        lines = {name: line(getattr(self, name)) for name in type(self).model_fields}
        return self.model_copy(update=lines)

    @property
    def told(self) -> profile.Profile:
        return profile.Profile(
            **self.model_dump(
                include={
                    "name",
                    "name_genitive",
                    "name_dative",
                    "name_latin",
                    "position",
                    "organisation",
                }
            ),
            category=Category(self.category) if self.category else Category.NONE,
            municipality_id=self.municipality,
            language="en" if self.language == "en" else "ru",
            digests=bool(self.digests),
        )


class Device(Schema):
    """A place somebody is signed in: ``words`` name the browser and the system."""

    id: str
    words: str
    since: datetime
    until: datetime
    is_this: bool


@router.get("/me")
def my_data(visit: VisitDep) -> Response:
    return show_me(visit, form_of(visit, visit.account))


def form_of(visit: Visit, person: Person) -> ProfileForm:
    named = "@" not in person.name
    school = (
        visit.work.organisations.find(person.organisation_id) if person.organisation_id else None
    )
    return ProfileForm(
        name=person.name if named else "",
        name_genitive=declension.genitive(person) if named else "",
        name_dative=declension.dative(person) if named else "",
        name_latin=declension.latin(person) if named else "",
        position=person.position,
        category=person.category,
        municipality=person.municipality_id or "",
        organisation=(school.short_name or school.name) if school else "",
        language=person.language,
        digests="yes" if person.digests else "",
    )


def show_me(visit: Visit, form: ProfileForm, *, errors: dict[str, str] | None = None) -> Response:
    work, person = visit.work, visit.account
    cluster = work.clusters.only()
    return visit.show(
        "accounts/me.html",
        status=422 if errors else 200,
        person=person,
        form=form,
        categories=CATEGORY_NAMES.items(),
        languages=LANGUAGES,
        places=work.municipalities.of_cluster(cluster.id) if cluster else [],
        schools=work.organisations.of_cluster(cluster.id) if cluster else [],
        devices=devices(visit),
        errors=errors or {},
    )


@router.post("/me")
def save_my_data(visit: VisitDep, form: Annotated[ProfileForm, Form()]) -> Response:
    person, clean = visit.account, form.cleaned
    errors = errors_of(visit, clean)
    if errors:
        return show_me(visit, shortened(clean), errors=errors)
    told = renamed(person, clean).told
    try:
        moved = profile.save(visit.work, person.id, told, by=visit.actor, now=visit.now)
    except BadInput as error:
        return show_me(visit, shortened(clean), errors={error.field or "": error.sentence})
    return visit.leave(f"/me?lang={told.language}", saved(moved))


def saved(moved: Move | None) -> str:
    """That it is kept and, to an expert who has moved, what becomes of their works."""
    if moved is None or not (moved.place or moved.taken):
        return "Сохранено."
    place, taken = moved.place, len(moved.taken)
    if not taken:
        return f"Сохранено. В реестре экспертов у вас теперь тоже {place}."
    return (
        f"Сохранено. Работ ваших земляков и коллег было у вас на экспертизе: {taken}. "
        "Их передадут другим экспертам."
    )


def renamed(person: Person, form: ProfileForm) -> ProfileForm:
    """With another name, cases and Latin proposed for the old one make way for new proposals."""
    if person.name == form.name:
        return form
    old = {
        "name_genitive": declension.genitive(person),
        "name_dative": declension.dative(person),
        "name_latin": declension.latin(person),
    }
    kept = {name: "" for name, text in old.items() if getattr(form, name) == text}
    return form.model_copy(update=kept)


def errors_of(visit: Visit, form: ProfileForm) -> dict[str, str]:
    if form.category not in {"", *map(str, Category)}:
        return {"category": "Выберите категорию из списка."}
    wrong = profile.errors_of(visit.work, form.told)
    place, school = form.municipality, form.organisation
    known = not school or visit.work.organisations.by_name(place, school)
    return wrong if known else {"organisation": UNKNOWN_SCHOOL} | wrong


def shortened(form: ProfileForm) -> ProfileForm:
    """What was typed, without a megabyte of it coming back."""
    lines = {name: echoed(getattr(form, name)) for name in type(form).model_fields}
    return form.model_copy(update=lines)


def devices(visit: Visit) -> list[Device]:
    """Where this person is signed in, this place first, then the newest."""
    this = visit.session.id if visit.session else ""
    live = [one for one in visit.work.sessions.of(visit.account.id) if one.expires_at > visit.now]
    ordered = sorted(live, key=lambda one: one.created_at, reverse=True)
    return [device(one, this) for one in sorted(ordered, key=lambda one: one.id != this)]


def device(session: Session, this: str) -> Device:
    return Device(
        id=session.id,
        words=browser(session.user_agent),
        since=session.created_at,
        until=session.expires_at,
        is_this=session.id == this,
    )


@router.post("/me/sessions/{session_id}/end")
def end_one_session(visit: VisitDep, session_id: str) -> Response:
    """Ended twice, it stays ended; this very browser uses «Выйти»."""
    mine = {one.id for one in visit.work.sessions.of(visit.account.id)}
    found = visit.work.sessions.find(session_id)
    if found is not None and session_id not in mine:
        raise NotFound(MISSING)
    if found is not None:
        visit.work.sessions.remove(session_id)
    return visit.leave("/me#devices", "На этом устройстве вы вышли.")


@router.post("/me/sessions/end")
def end_all_sessions(visit: VisitDep) -> Response:
    visit.work.sessions.end_all(visit.account.id)
    return visit.leave("/login", "Вы вышли на всех устройствах.")
