"""A coordinator of the first member, and a marathon in expertise."""

import pytest

from schemas.marathon import Phase
from schemas.people import Role
from tests import builders


@pytest.fixture
def places(installation):
    with installation.begin() as work:
        return builders.members(work, builders.a_cluster(work))


@pytest.fixture
def marathon(installation, places):
    with installation.begin() as work:
        return builders.a_marathon(work, phase=Phase.EXPERTISE)


@pytest.fixture
def coordinator(installation, signed_in, places):
    with installation.begin() as work:
        person = builders.a_person(work, "Координатова Ольга Львовна")
        work.roles.give(person.id, Role.COORDINATOR, scope="municipality", scope_id=places[0].id)
    return signed_in(person)
