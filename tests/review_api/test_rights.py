"""The table of rights covers every action and every predicate, and the documentation has it."""

from pathlib import Path

import builders
import pytest

from review_api import access, rights
from review_api.access import Viewer, can
from schemas.people import Person, Role, RoleGrant

DOCUMENT = Path(__file__).parents[2] / "docs" / "reference" / "rights.md"


def test_every_action_and_every_predicate_has_words():
    assert set(rights.ACTIONS) == set(access.MAY)
    used = {predicate for predicates in access.MAY.values() for predicate in predicates}
    assert used <= set(rights.WORDS)


def test_documentation_holds_the_table_as_it_is():
    text = DOCUMENT.read_text(encoding="utf-8")
    missing = [line for line in rights.as_markdown().splitlines() if line not in text]
    assert missing == []


def viewer(role, scope="cluster", scope_id=""):
    grant = RoleGrant(id="1", person_id="p", role=role, scope=scope, scope_id=scope_id)
    return Viewer(person=Person(id="p", name="Орлова Нина Петровна"), grants=(grant,))


@pytest.fixture
def calls(work):
    cluster = builders.a_cluster(work)
    return builders.a_marathon(work, cluster), builders.a_marathon(work, cluster)


@pytest.mark.parametrize("role", [Role.ORGANISER, Role.CHAIR, Role.SECRETARY])
def test_role_of_one_marathon_reaches_no_other(calls, role):
    own, other = calls
    one, everywhere = viewer(role, "marathon", own.id), viewer(role)

    for action in ("decision.list", "report.see", "council.see"):
        assert can(one, action, own)
        assert not can(one, action, other)
        assert not can(one, action)
        assert can(everywhere, action, own)
        assert can(everywhere, action, other)


def test_scope_of_another_kind_reaches_no_marathon(calls):
    own, _ = calls

    assert not can(viewer(Role.ORGANISER, "municipality", own.id), "marathon.edit", own)


def test_registries_are_for_every_organiser_and_roles_for_those_of_the_cluster(calls):
    own, _ = calls
    one = viewer(Role.ORGANISER, "marathon", own.id)

    assert can(one, "registry.edit")
    assert can(one, "organise.enter")
    assert not can(one, "role.see")
    assert not can(one, "role.give", Role.EXPERT)
    assert not can(viewer(Role.ORGANISER), "role.give", Role.ADMINISTRATOR)
    assert can(viewer(Role.ADMINISTRATOR), "role.give", Role.ADMINISTRATOR)
