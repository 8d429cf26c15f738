"""A marathon in expertise with works, experts and a plan, as an organiser meets them."""

from datetime import timedelta

import pytest

from flows.assignment import operations as assignment
from schemas.marathon import Phase
from schemas.people import Role
from tests import builders

TITLES = (
    "Разноуровневые задания на уроках математики",
    "Читательский дневник в начальной школе",
    "Лаборатория функциональной грамотности",
    "Наставничество молодых учителей",
)


@pytest.fixture
def organiser_browser(installation, signed_in):
    with installation.begin() as work:
        person = builders.a_person(work, "Орлова Нина Петровна")
        work.roles.give(person.id, Role.ORGANISER)
    return signed_in(person)


@pytest.fixture
def expertise(installation, now):
    """A marathon that asks for two reviews a work."""
    with installation.begin() as work:
        made = builders.a_marathon(
            work, phase=Phase.EXPERTISE, reviews_until=now + timedelta(days=30)
        )
        policy = made.assignment.model_copy(update={"reviews": 2})
        return work.marathons.save(made.model_copy(update={"assignment": policy}))


@pytest.fixture
def assignable(installation, expertise):
    """(works, experts): four works of four municipalities, two experts in each."""
    with installation.begin() as work:
        places = builders.members(work, work.clusters.only())
        works = [
            builders.a_submission(work, expertise, place, title=title)
            for place, title in zip(places, TITLES, strict=True)
        ]
        experts = [
            builders.an_expert(
                work,
                place,
                person_id=builders.a_person(work, f"{name}{number} Анна Петровна").id,
                specialisations=("Математика",) if number else ("История",),
                capacity=3,
            )
            for place, name in zip(
                places, ("Арсеньева", "Белова", "Волкова", "Гусева"), strict=True
            )
            for number in range(2)
        ]
        return works, experts


@pytest.fixture
def proposal(installation, expertise, assignable, now):
    """The plan that waits for a yes."""
    with installation.begin() as work:
        return assignment.propose(work, expertise.id, now=now)


@pytest.fixture
def make_requested(installation, now):
    """Makes every plan that was asked for, as the flow does."""

    def make(marathon):
        with installation.begin() as work:
            for asked in assignment.requested(work, marathon.id):
                posed = assignment.waiting(work, marathon.id, now=now, what_if=asked.what_if)
                assignment.keep(work, asked.id, posed, assignment.solved(posed), now=now)

    return make
