"""``marathon token create``: a secret printed once, a role where it belongs."""

import builders
import pytest

from review_api.cli.main import run
from review_api.cli.up import tell_how_to_begin
from schemas.people import Role

EMAIL = "ryabinina@example.ru"


@pytest.fixture
def places(installation, monkeypatch):
    monkeypatch.setenv("MARATHON_DATA", str(installation.settings.data))
    with installation.begin() as work:
        return builders.members(work, builders.a_cluster(work))


def grants(installation):
    with installation.begin(read_only=True) as work:
        person = work.people.by_email(EMAIL)
        held = work.roles.of(person.id) if person else []
        return [(grant.role, grant.scope, grant.scope_id) for grant in held]


def test_coordinator_holds_the_municipality_named_in_any_spelling(installation, places, capsys):
    assert (
        run(["token", "create", EMAIL, "--role", "coordinator", "--scope", "КИРЕНСКИЙ  район"]) == 0
    )

    assert len(capsys.readouterr().out.strip()) > 30
    assert grants(installation) == [(Role.COORDINATOR, "municipality", places[1].id)]
    with installation.begin(read_only=True) as work:
        assert work.journal.last().action == "role_given"
        assert work.notices.count() == 0


@pytest.mark.parametrize("scope", [(), ("--scope", "Киренск")])
def test_unknown_or_missing_municipality_leaves_nothing(installation, places, capsys, scope):
    assert run(["token", "create", EMAIL, "--role", "coordinator", *scope]) == 2

    captured = capsys.readouterr()
    assert captured.out == ""
    assert "муниципал" in captured.err.lower()
    with installation.begin(read_only=True) as work:
        assert work.people.by_email(EMAIL) is None


def test_administrator_is_appointed_without_a_token(installation, places, capsys):
    assert run(["administrator", " Ryabinina@Example.ru "]) == 0

    assert "Войдите на сайте" in capsys.readouterr().out
    assert [role for role, _, _ in grants(installation)] == [Role.ADMINISTRATOR]
    with installation.begin(read_only=True) as work:
        assert work.tokens.count() == 0


def test_empty_installation_tells_how_to_begin(installation, places, capsys):
    tell_how_to_begin(installation.settings)
    assert "marathon administrator" in capsys.readouterr().out

    assert run(["administrator", EMAIL]) == 0
    capsys.readouterr()
    tell_how_to_begin(installation.settings)
    assert capsys.readouterr().out == ""


def test_scope_without_a_role_is_refused(installation, places, capsys):
    assert run(["token", "create", EMAIL, "--scope", "Киренский район"]) == 2

    assert "--role" in capsys.readouterr().err


def test_administrator_needs_no_registry(installation, monkeypatch, capsys):
    monkeypatch.setenv("MARATHON_DATA", str(installation.settings.data))

    assert run(["token", "create", EMAIL, "--role", "administrator"]) == 0
    assert grants(installation) == [(Role.ADMINISTRATOR, "cluster", "")]
