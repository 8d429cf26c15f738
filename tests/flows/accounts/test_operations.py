"""Signing in: secrets work once, expire, and are never kept as they are."""

from datetime import timedelta

import builders
import pytest
from contents import contents
from together import in_threads

from flows.accounts import operations
from schemas.errors import BadInput, NotAllowed
from schemas.signing import LoginSecrets, Signer

pytestmark = pytest.mark.both_databases

SIGNER = Signer(key="key of this installation")


def asked(work, now, email="anna@example.ru"):
    return operations.ask_login(
        work,
        email,
        secrets=LoginSecrets(link="secret-of-the-link", code="123456"),
        minutes=20,
        signer=SIGNER,
        now=now,
    )


def test_link_signs_in_once_and_registers_a_new_person(work, now):
    asked(work, now)

    person = operations.spend_link(work, "secret-of-the-link", signer=SIGNER, now=now)

    assert person.email == "anna@example.ru"
    with pytest.raises(BadInput) as refusal:
        operations.spend_link(work, "secret-of-the-link", signer=SIGNER, now=now)
    assert "Запросите новую" in refusal.value.sentence


def test_known_and_unknown_addresses_leave_the_same_traces(installation, now):
    def traces():
        rows = contents(installation)
        return {name: len(rows[name]) for name in ("token", "notice", "journal", "person")}

    with installation.begin() as work:
        builders.a_person(work, email="known@example.ru")
    before = traces()
    with installation.begin() as work:
        operations.ask_login(
            work,
            "known@example.ru",
            secrets=LoginSecrets(link="s1", code="1"),
            minutes=9,
            signer=SIGNER,
            now=now,
        )
    known = traces()
    with installation.begin() as work:
        operations.ask_login(
            work,
            "new@example.ru",
            secrets=LoginSecrets(link="s2", code="2"),
            minutes=9,
            signer=SIGNER,
            now=now,
        )

    assert {name: known[name] - before[name] for name in known} == {
        name: traces()[name] - known[name] for name in known
    }


def test_code_signs_in_whatever_spaces_are_typed(work, now):
    asked(work, now)

    assert operations.spend_code(work, "ANNA@example.ru", " 123 456 ", signer=SIGNER, now=now)


@pytest.mark.parametrize(
    ("email", "code", "minutes"),
    [
        ("anna@example.ru", "654321", 0),
        ("anna@example.ru", "", 0),
        ("boris@example.ru", "123456", 0),
        ("anna@example.ru", "123456", 20),
    ],
)
def test_wrong_or_late_code_is_refused(work, now, email, code, minutes):
    asked(work, now)

    with pytest.raises(BadInput):
        operations.spend_code(
            work, email, code, signer=SIGNER, now=now + timedelta(minutes=minutes)
        )


def test_of_many_clicks_on_a_link_one_signs_in(installation, now):
    with installation.begin() as work:
        asked(work, now)
        builders.a_person(work, email="anna@example.ru")

    def spend(_number):
        with installation.begin() as work:
            return operations.spend_link(work, "secret-of-the-link", signer=SIGNER, now=now)

    results = in_threads(4, spend)

    assert sum(not isinstance(result, Exception) for result in results) == 1
    assert all(isinstance(r, BadInput) for r in results if isinstance(r, Exception))


def test_secrets_are_kept_as_hashes_only(installation, work, now):
    asked(work, now)
    person = operations.spend_link(work, "secret-of-the-link", signer=SIGNER, now=now)
    operations.open_session(
        work,
        person,
        secret="secret-of-the-cookie",
        days=1,
        user_agent="Firefox",
        signer=SIGNER,
        now=now,
    )
    operations.create_api_token(
        work, person.email, secret="secret-of-a-program", days=1, signer=SIGNER, now=now
    )
    work.session.commit()

    rows = contents(installation, without=("notice",))

    assert "secret-of" not in str(rows)


def test_session_ends_with_its_days_and_when_closed(work, now):
    person = builders.a_person(work)
    operations.open_session(
        work, person, secret="cookie", days=1, user_agent="Firefox", signer=SIGNER, now=now
    )

    assert operations.session_of(work, "cookie", signer=SIGNER, now=now).person_id == person.id
    assert operations.session_of(work, "cookie", signer=SIGNER, now=now + timedelta(days=1)) is None
    operations.close_session(work, "cookie", signer=SIGNER, now=now)
    operations.close_session(work, "cookie", signer=SIGNER, now=now)
    assert operations.session_of(work, "cookie", signer=SIGNER, now=now) is None


def test_acts_that_cannot_be_undone_need_a_fresh_sign_in(work, now):
    session = operations.open_session(
        work, builders.a_person(work), secret="c", days=1, user_agent="", signer=SIGNER, now=now
    )

    operations.require_recent(session, now=now + timedelta(minutes=15))
    with pytest.raises(NotAllowed):
        operations.require_recent(session, now=now + timedelta(minutes=16))


def test_program_gets_in_by_its_token_until_it_expires(work, now):
    token = operations.create_api_token(
        work, "robot@example.ru", secret="api", days=1, signer=SIGNER, now=now
    )

    assert operations.person_of_api_token(work, "api", signer=SIGNER, now=now).email == token.email
    assert operations.person_of_api_token(work, "api", signer=SIGNER, now=token.expires_at) is None
    assert operations.person_of_api_token(work, "other", signer=SIGNER, now=now) is None


@pytest.mark.parametrize(
    "wrong", ["", "anna", "@b.ru", "a@", "a@b", "a b@c.ru", "a\n@b.ru", "a" * 250 + "@b.ru"]
)
def test_address_that_cannot_be_one_is_refused(work, now, wrong):
    with pytest.raises(BadInput) as refusal:
        asked(work, now, wrong)

    assert "Пример" in refusal.value.sentence
    assert work.tokens.count() == work.notices.count() == 0


def test_what_one_installation_keeps_opens_nothing_in_another(work, now):
    asked(work, now)

    thief = Signer(key="another key")

    with pytest.raises(BadInput):
        operations.spend_link(work, "secret-of-the-link", signer=thief, now=now)
    with pytest.raises(BadInput):
        operations.spend_code(work, "anna@example.ru", "123456", signer=thief, now=now)


def test_secret_of_one_kind_does_not_serve_as_another(work, now):
    person = builders.a_person(work)
    operations.open_session(
        work, person, signer=SIGNER, secret="cookie", days=1, user_agent="", now=now
    )

    assert operations.person_of_api_token(work, "cookie", signer=SIGNER, now=now) is None
