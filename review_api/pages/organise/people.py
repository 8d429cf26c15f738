"""People and their roles: finding somebody, giving a role and taking it away."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from flows.accounts import invitations, roles
from review_api import tables
from review_api.access import can
from review_api.formats import marked
from review_api.frame import Link
from review_api.history import history
from review_api.pages.organise.desk import ORGANISE
from review_api.pages.visit import Text, Visit, VisitDep
from schemas.errors import BadInput, Conflict, NotFound
from schemas.people import ROLE_NAMES, Person, Role, RoleGrant
from storage.repositories.many_lists import WantedPeople
from storage.repositories.rows import MISSING

router = APIRouter()
PEOPLE = Link(text="Люди и роли", href="/organise/people")
COLUMNS: Mapping[str, str] = {
    "name": "Человек",
    "email": "Почта",
    "municipality": "Муниципалитет",
    "roles": "Роли",
}
FORMS = "человек|человека|человек"


def role_words(grant: RoleGrant, places: Mapping[str, str]) -> str:
    """«муниципальный координатор (Киренский район)», «организатор («Весна-2026»)»."""
    told = grant.scope != "cluster" and grant.role is not Role.TEACHER  # those send to many
    place = places.get(grant.scope_id, "") if told else ""
    return ROLE_NAMES[grant.role] + (f" ({place})" if place else "")


def words_of(grants: Iterable[RoleGrant], places: Mapping[str, str]) -> str:
    """Each role with its scope once."""
    order = list(Role)
    told = sorted(grants, key=lambda grant: order.index(grant.role))
    return ", ".join(dict.fromkeys(role_words(grant, places) for grant in told))


def places_of(visit: Visit) -> dict[str, str]:
    return {one.id: one.name for one in visit.work.municipalities.all()}


def calls_of(visit: Visit) -> dict[str, str]:
    """Marathons a role may be given for, the newest first."""
    return {one.id: f"{one.title}, {one.year}" for one in reversed(visit.work.marathons.all())}


def rows_of(visit: Visit, ids: Sequence[str]) -> list[dict[str, object]]:
    places = places_of(visit) | calls_of(visit)
    found = visit.work.people.many(ids)
    held: dict[str, list[RoleGrant]] = {}
    for grant in visit.work.roles.of_many(ids):
        held.setdefault(grant.person_id, []).append(grant)
    return [
        {
            "href": f"{PEOPLE.href}/{person.id}",
            "name": person.name,
            "email": person.email or "",
            "municipality": places.get(person.municipality_id or "", ""),
            "roles": words_of(held.get(person.id, ()), places),
        }
        for person in (found[key] for key in ids)
    ]


@router.get("/organise/people")
def people(visit: VisitDep) -> Response:
    visit.require("role.see")
    query = visit.request.query_params
    chosen = query.get("role", "")
    lists, wanted = visit.work.people_lists, WantedPeople(words=query.get("q", ""), role=chosen)
    told = partial(rows_of, visit)
    if query.get("export"):
        rows = tables.every(query, lists, wanted, told)
        return tables.download("Люди и роли", COLUMNS, rows, query["export"])
    options = [(role.value, words) for role, words in ROLE_NAMES.items()]
    return visit.show(
        "organise/people.html",
        breadcrumbs=(ORGANISE,),
        table=tables.turned(query, COLUMNS, lists, wanted, told),
        forms=FORMS,
        waiting=len(invitations.open_ones(visit.work, now=visit.now)),
        filters=[("role", "Роль", options, chosen, dict(options).get(chosen, ""))],
    )


@router.get("/organise/people/new")
def invitation(visit: VisitDep) -> Response:
    visit.require("role.see")
    return show_invitation(visit, {})


def show_invitation(
    visit: Visit, typed: Mapping[str, str], errors: dict[str, str] | None = None
) -> Response:
    return visit.show(
        "organise/person_new.html",
        status=422 if errors else 200,
        breadcrumbs=(ORGANISE, PEOPLE),
        typed={"email": "", "name": "", "role": "", "municipality": "", "marathon": ""} | {**typed},
        offered=offered(visit),
        places=list(places_of(visit).items()),
        calls=list(calls_of(visit).items()),
        errors=errors or {},
    )


def offered(visit: Visit) -> list[tuple[str, str]]:
    """The roles this person may give."""
    return [
        (role.value, words)
        for role, words in ROLE_NAMES.items()
        if can(visit.viewer, "role.give", role)
    ]


@router.post("/organise/people/new")
def invite(
    visit: VisitDep,
    email: Text = "",
    name: Text = "",
    role: Text = "",
    municipality: Text = "",
    marathon: Text = "",
) -> Response:
    """Registers the person if need be, gives the role, sends the letter."""
    visit.require("role.see")
    typed = {"email": email, "name": name, "role": role}
    typed |= {"municipality": municipality, "marathon": marathon}
    try:
        chosen = role_of(visit, role)
        person = roles.invite(visit.work, email, name=name)
        require_recent(visit, chosen)
        give(visit, person, chosen, municipality, marathon)
    except BadInput as error:
        visit.work.forget()
        return show_invitation(visit, typed, {error.field or "": error.sentence})
    words = f"{person.name}: дана роль «{ROLE_NAMES[chosen]}», письмо отправляется."
    return visit.leave(f"{PEOPLE.href}/{person.id}", words)


def role_of(visit: Visit, text: str) -> Role:
    """Raises ``BadInput`` for no role, ``NotFound`` for one this person may not give."""
    if text not in set(Role):
        raise BadInput("Выберите роль.", field="role")
    role = Role(text)
    visit.require("role.give", role)
    return role


def require_recent(visit: Visit, role: Role) -> None:
    """Administrators are made by somebody who has just shown who they are."""
    if role is Role.ADMINISTRATOR:
        visit.require_recent(marked("Дать роль администратора"))


def give(visit: Visit, person: Person, role: Role, municipality: str, marathon: str) -> None:
    roles.give_role(
        visit.work,
        person,
        role,
        municipality_id=municipality,
        marathon_id=marathon,
        by=visit.actor,
        now=visit.now,
    )
    visit.send_letters()


def person_of(visit: Visit, person_id: str) -> Person:
    visit.require("role.see")
    person = visit.work.people.get(person_id)
    if person.erased_at:
        raise NotFound(MISSING)
    return person


@router.get("/organise/people/{person_id}")
def person(visit: VisitDep, person_id: str) -> Response:
    return show_person(visit, person_of(visit, person_id))


def show_person(
    visit: Visit,
    person: Person,
    typed: Mapping[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    places = places_of(visit)
    named = places | calls_of(visit)
    grants = [
        {
            "grant": grant,
            "words": ROLE_NAMES[grant.role],
            "where": role_words(grant, named).removeprefix(ROLE_NAMES[grant.role]).strip(),
            "may_take": can(visit.viewer, "role.give", grant.role),
        }
        for grant in visit.work.roles.of(person.id)
    ]
    return visit.show(
        "organise/person.html",
        status=422 if errors else 200,
        breadcrumbs=(ORGANISE, PEOPLE),
        person=person,
        place=places.get(person.municipality_id or "", ""),
        grants=grants,
        offered=offered(visit),
        places=list(places.items()),
        calls=list(calls_of(visit).items()),
        typed={
            "role": "",
            "municipality": person.municipality_id or "",
            "marathon": "",
            **(typed or {}),
        },
        **for_administrators(visit, person),
        history=history(visit.work, [person.id]),
        errors=errors or {},
    )


def for_administrators(visit: Visit, person: Person) -> dict[str, Any]:
    """Sessions of the person, and whether one may look with their eyes."""
    if not can(visit.viewer, "person.impersonate"):
        return {"sessions": None, "may_look": False}
    held = {grant.role for grant in visit.work.roles.of(person.id)}
    live = [one for one in visit.work.sessions.of(person.id) if one.expires_at > visit.now]
    other = person.id != visit.person.id and Role.ADMINISTRATOR not in held
    return {"sessions": len(live), "may_look": other and visit.viewer.behind is None}


@router.post("/organise/people/{person_id}/roles")
def give_role(
    visit: VisitDep,
    person_id: str,
    role: Text = "",
    municipality: Text = "",
    marathon: Text = "",
) -> Response:
    person = person_of(visit, person_id)
    try:
        chosen = role_of(visit, role)
        require_recent(visit, chosen)
        give(visit, person, chosen, municipality, marathon)
    except BadInput as error:
        typed = {"role": role, "municipality": municipality, "marathon": marathon}
        return show_person(visit, person, typed, {error.field or "": error.sentence})
    words = f"Дана роль «{ROLE_NAMES[chosen]}». Письмо отправляется."
    return visit.leave(f"{PEOPLE.href}/{person.id}", words)


@router.post("/organise/people/{person_id}/roles/{grant_id}/take")
def take_role(visit: VisitDep, person_id: str, grant_id: str) -> Response:
    person = person_of(visit, person_id)
    grant = visit.work.roles.get(grant_id)
    if grant.person_id != person.id:
        raise NotFound(MISSING)
    visit.require("role.give", grant.role)
    back = f"{PEOPLE.href}/{person.id}"
    try:
        roles.take_role(visit.work, grant.id, by=visit.actor, now=visit.now)
    except Conflict as error:
        return visit.refuse(back, error)
    return visit.leave(back, f"Роль «{ROLE_NAMES[grant.role]}» снята.")
