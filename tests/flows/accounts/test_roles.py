"""Roles: given once, for a place where one is needed, and never taken from the last administrator."""

import builders
import pytest
from together import in_threads

from flows.accounts import roles
from schemas.errors import BadInput, Conflict
from schemas.people import Actor, Role

pytestmark = pytest.mark.both_databases


@pytest.fixture
def home(work):
    return builders.a_municipality(work, builders.a_cluster(work), "Киренский район")


@pytest.fixture
def by(work):
    return Actor(person_id=builders.a_person(work, "Орлова Нина Петровна").id)


def give(work, person, role, by, now, place=""):
    return roles.give_role(work, person, role, municipality_id=place, by=by, now=now)


def test_role_is_given_once_with_one_letter_and_one_entry(work, home, by, now):
    person = builders.a_person(work)

    first = give(work, person, Role.SECRETARY, by, now)
    again = give(work, person, Role.SECRETARY, by, now)

    assert first == again
    assert first.scope_id == home.cluster_id
    [letter] = work.notices.all()
    assert (letter.template, letter.person_id) == ("role_given", person.id)
    [entry] = work.journal.about(person.id)
    assert (entry.action, entry.person_id) == ("role_given", by.person_id)
    assert entry.details == {
        "role": "secretary",
        "scope": "cluster",
        "scope_id": home.cluster_id,
    }


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.EXPERT])
def test_role_of_a_municipality_needs_one_of_the_registry(work, home, by, now, role):
    person = builders.a_person(work)

    for place in ("", "nowhere"):
        with pytest.raises(BadInput) as refusal:
            give(work, person, role, by, now, place)
        assert (refusal.value.code, refusal.value.field) == ("no_municipality", "municipality")
    assert work.roles.of(person.id) == []
    give(work, person, role, by, now, home.id)
    assert [grant.role for grant in work.roles.of(person.id)] == [role]


def test_coordinator_holds_the_role_for_the_municipality(work, home, by, now):
    grant = give(work, builders.a_person(work), Role.COORDINATOR, by, now, home.id)

    assert (grant.scope, grant.scope_id) == ("municipality", home.id)


def test_expert_joins_the_registry_leaves_it_and_comes_back(work, home, by, now):
    person = builders.a_person(work)

    grant = give(work, person, Role.EXPERT, by, now, home.id)
    expert = work.experts.of_person(person.id)
    assert (expert.municipality_id, expert.active) == (home.id, True)

    roles.take_role(work, grant.id, by=by, now=now)
    assert work.experts.of_person(person.id).active is False

    give(work, person, Role.EXPERT, by, now, home.id)
    assert work.experts.of_person(person.id) == expert


def test_taken_role_is_gone_and_stands_in_the_journal(work, home, by, now):
    person = builders.a_person(work)
    grant = give(work, person, Role.CHAIR, by, now)

    roles.take_role(work, grant.id, by=by, now=now)

    assert work.roles.of(person.id) == []
    assert [entry.action for entry in work.journal.about(person.id)] == ["role_given", "role_taken"]


def test_last_administrator_stays(work, home, by, now):
    first = give(work, builders.a_person(work), Role.ADMINISTRATOR, by, now)
    nobody = builders.a_person(work, "Безадресова Анна", email=None)
    give(work, nobody, Role.ADMINISTRATOR, by, now)
    gone = builders.a_person(work, "Ушедшая Анна", erased_at=now)
    give(work, gone, Role.ADMINISTRATOR, by, now)

    with pytest.raises(Conflict) as refusal:
        roles.take_role(work, first.id, by=by, now=now)
    assert refusal.value.code == "last_administrator"

    give(work, builders.a_person(work), Role.ADMINISTRATOR, by, now)
    roles.take_role(work, first.id, by=by, now=now)


def test_two_administrators_who_remove_each_other_leave_one(installation, now):
    with installation.begin() as work:
        people = [builders.a_person(work, f"Админова Анна {number}-я") for number in range(2)]
        grants = [work.roles.give(person.id, Role.ADMINISTRATOR) for person in people]

    def remove_the_other(number):
        by = Actor(person_id=people[1 - number].id)
        with installation.begin() as work:
            roles.take_role(work, grants[number].id, by=by, now=now)

    outcomes = in_threads(2, remove_the_other)

    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 1
    with installation.begin(read_only=True) as work:
        assert len(work.people.with_role(Role.ADMINISTRATOR)) == 1


def test_invited_person_is_registered_once_and_keeps_the_known_name(work):
    made = roles.invite(work, " Anna@Example.RU ", name="Ветрова  Анна Олеговна")

    assert (made.name, made.email) == ("Ветрова Анна Олеговна", "anna@example.ru")
    assert roles.invite(work, "anna@example.ru", name="Другая Фамилия") == made


def test_address_that_stood_for_a_name_gives_way_to_the_name(work):
    builders.a_person(work, "anna@example.ru", email="anna@example.ru")

    assert roles.invite(work, "anna@example.ru", name="Ветрова Анна").name == "Ветрова Анна"


@pytest.mark.parametrize(("email", "name"), [("anna", "Ветрова Анна"), ("a@example.ru", "Анна")])
def test_invitation_needs_an_address_and_a_full_name(work, email, name):
    with pytest.raises(BadInput):
        roles.invite(work, email, name=name)

    assert work.people.count() == 0
