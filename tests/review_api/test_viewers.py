"""Who looks, as the database knows them: roles, own works, assignments, another's eyes."""

from dataclasses import dataclass, field

import builders
import pytest

from review_api import access
from schemas.people import Role, RoleGrant
from storage.identifiers import new_id

JUDGES = {Role.ORGANISER, Role.ADMINISTRATOR, Role.CHAIR, Role.SECRETARY}


@dataclass
class Town:
    work: object
    marathon: object = field(init=False)

    def __post_init__(self):
        self.home = builders.a_municipality(self.work, builders.a_cluster(self.work))
        self.marathon = builders.a_marathon(self.work)

    def a_work_of(self, person):
        author = builders.an_author(person, self.home)
        return builders.a_submission(
            self.work, self.marathon, self.home, owner_id=person.id, authors=(author,)
        )

    def give(self, person, role):
        self.work.roles.add(RoleGrant(id=new_id(), person_id=person.id, role=role))


@pytest.fixture
def town(work):
    return Town(work)


@pytest.mark.parametrize("role", Role)
def test_works_of_judges_are_looked_up(town, role):
    person = builders.a_person(town.work)
    own = town.a_work_of(person)
    town.give(person, role)

    seen = access.viewer_of(town.work, person)

    assert seen.roles == {role}
    assert seen.person == person
    assert seen.behind is None
    assert seen.authored == ({own.id} if role in JUDGES else frozenset())


def test_one_role_that_judges_is_enough_to_look_own_works_up(town):
    person = builders.a_person(town.work)
    own = town.a_work_of(person)
    for role in (Role.EXPERT, Role.SECRETARY, Role.TEACHER):
        town.give(person, role)

    assert access.viewer_of(town.work, person).authored == {own.id}


def test_expert_comes_with_every_assignment(town):
    expert = builders.an_expert(town.work, town.home)
    person = town.work.people.get(expert.person_id)
    item = builders.an_assignment(
        town.work, builders.a_submission(town.work, town.marathon, town.home), expert
    )

    seen = access.viewer_of(town.work, person)

    assert (seen.expert, dict(seen.assignments)) == (expert, {item.id: item})
    assert access.viewer_of(town.work, builders.a_person(town.work)).assignments == {}


def test_other_eyes_see_nothing_of_the_administrators_own_works(town):
    administrator = builders.a_person(town.work, "Ветрова Дарья Олеговна")
    expert = builders.an_expert(town.work, town.home)
    person = town.work.people.get(expert.person_id)
    town.give(person, Role.CHAIR)
    theirs, own = town.a_work_of(person), town.a_work_of(administrator)
    foreign = builders.a_submission(town.work, town.marathon, town.home)
    kept = builders.an_assignment(town.work, foreign, expert)
    builders.an_assignment(town.work, own, expert)

    seen = access.through_eyes(town.work, person, administrator)

    assert (seen.person, seen.behind) == (person, administrator)
    assert seen.authored == {theirs.id, own.id}
    assert dict(seen.assignments) == {kept.id: kept}
