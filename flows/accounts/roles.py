"""Who holds which role, and how far it reaches: giving and taking away.

Coordinators and experts hold their role for a municipality; organisers, chairs and secretaries for
one marathon or the whole cluster; the others for the cluster. Somebody who can sign in stays
administrator whatever is taken away.
"""

from datetime import datetime

from schemas.address import fold_email
from schemas.cluster import Expert
from schemas.errors import BadInput, Conflict
from schemas.people import Actor, Person, Role, RoleGrant
from storage.identifiers import new_id
from storage.work import Work

NEEDS_PLACE = frozenset({Role.COORDINATOR, Role.EXPERT})
MAY_BE_OF_A_MARATHON = frozenset({Role.ORGANISER, Role.CHAIR, Role.SECRETARY})
LONGEST_NAME = 200


def invite(work: Work, email: str, *, name: str) -> Person:
    """The person with this address, registered now if nobody has it.

    ``name`` also replaces an address that stood in for it. Raises ``BadInput``.
    """
    address, words = fold_email(email), " ".join(name.split())
    found = work.people.by_email(address)
    if found and "@" not in found.name:
        return found
    if " " not in words or len(words) > LONGEST_NAME:
        raise BadInput("Напишите фамилию, имя и отчество (если есть).", field="name")
    if found:
        return work.people.save(found.model_copy(update={"name": words}))
    return work.people.add(Person(id=new_id(), name=words, email=address))


def give_role(
    work: Work,
    person: Person,
    role: Role,
    *,
    municipality_id: str = "",
    marathon_id: str = "",
    by: Actor,
    now: datetime,
) -> RoleGrant:
    """The role, journalled, with a letter about it; given again, it changes nothing.

    Raises ``BadInput`` when the role needs a municipality and there is none.
    """
    before = {grant.id for grant in work.roles.of(person.id)}
    grant = grant_role(
        work,
        person,
        role,
        municipality_id=municipality_id,
        marathon_id=marathon_id,
        by=by,
        now=now,
    )
    if grant.id not in before:
        tell(work, grant, now=now)
    return grant


def grant_role(
    work: Work,
    person: Person,
    role: Role,
    *,
    municipality_id: str = "",
    marathon_id: str = "",
    by: Actor,
    now: datetime,
) -> RoleGrant:
    """The role without a letter; an expert also gets a place in the registry of experts."""
    home = place_of(work, role, municipality_id)
    before = {grant.id for grant in work.roles.of(person.id)}
    if role is Role.EXPERT:
        enrol(work, person, home)
    scope = scope_of(work, role, home, marathon_id)
    grant = work.roles.give(person.id, role, **scope)
    if grant.id not in before:
        write_journal(work, "role_given", grant, by=by, now=now)
    return grant


def municipality_named(work: Work, name: str) -> str:
    """The id of the member people call so; raises ``BadInput`` with the names that come near."""
    cluster = work.clusters.only()
    return work.municipalities.resolve(cluster.id, name).id if name and cluster else ""


def place_of(work: Work, role: Role, municipality_id: str) -> str:
    """The municipality of the role; empty for a role of the whole cluster."""
    if role not in NEEDS_PLACE:
        return ""
    if work.municipalities.find(municipality_id) is None:
        raise BadInput(
            "Для этой роли укажите муниципальное образование из реестра.",
            code="no_municipality",
            field="municipality",
        )
    return municipality_id


def scope_of(work: Work, role: Role, municipality_id: str, marathon_id: str = "") -> dict[str, str]:
    """How far the role reaches; raises ``NotFound`` for a marathon that is not there."""
    if role is Role.COORDINATOR:
        return {"scope": "municipality", "scope_id": municipality_id}
    if marathon_id and role in MAY_BE_OF_A_MARATHON:
        return {"scope": "marathon", "scope_id": work.marathons.get(marathon_id).id}
    cluster = work.clusters.only()
    return {"scope": "cluster", "scope_id": cluster.id if cluster else ""}


def enrol(work: Work, person: Person, municipality_id: str) -> Expert:
    """The expert in the registry: a new one, or the one who had left."""
    known = work.experts.of_person(person.id)
    if known:
        return work.experts.save(known.model_copy(update={"active": True}))
    home = work.municipalities.get(municipality_id)
    if person.municipality_id is None:
        work.people.save(person.model_copy(update={"municipality_id": home.id}))
    return work.experts.add(
        Expert(
            id=new_id(),
            cluster_id=home.cluster_id,
            person_id=person.id,
            municipality_id=home.id,
            organisation_id=person.organisation_id,
            position=person.position,
        )
    )


def take_role(work: Work, grant_id: str, *, by: Actor, now: datetime) -> RoleGrant:
    """Away at once; an expert finishes what they hold but gets no new works.

    Raises ``NotFound`` and, for the last administrator, ``Conflict``.
    """
    work.journal.lock()  # two administrators who remove each other must not both succeed
    grant = work.roles.get(grant_id)
    if grant.role is Role.ADMINISTRATOR:
        require_another_administrator(work, grant)
    if grant.role is Role.EXPERT:
        dismiss(work, grant.person_id)
    work.roles.remove(grant.id)
    write_journal(work, "role_taken", grant, by=by, now=now)
    return grant


def require_another_administrator(work: Work, grant: RoleGrant) -> None:
    people = [
        person
        for person in work.people.with_role(Role.ADMINISTRATOR)
        if person.email and person.erased_at is None
    ]
    others = [
        one
        for person in people
        for one in work.roles.of(person.id)
        if one.role is Role.ADMINISTRATOR and one.id != grant.id
    ]
    if not others:
        raise Conflict(
            "Это последний администратор. Сначала дайте эту роль другому человеку.",
            code="last_administrator",
        )


def dismiss(work: Work, person_id: str) -> None:
    expert = work.experts.of_person(person_id)
    if expert:
        work.experts.save(expert.model_copy(update={"active": False}))


def write_journal(work: Work, action: str, grant: RoleGrant, *, by: Actor, now: datetime) -> None:
    details = {"role": grant.role.value, "scope": grant.scope, "scope_id": grant.scope_id}
    work.journal.write(
        by, action=action, kind="person", subject_id=grant.person_id, now=now, details=details
    )


def tell(work: Work, grant: RoleGrant, *, now: datetime) -> None:
    about = ("role", grant.id)
    work.notices.tell("role_given", grant.id, about=about, person_id=grant.person_id, now=now)
