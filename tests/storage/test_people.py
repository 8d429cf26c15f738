"""People, roles and the secrets they sign in with."""

from datetime import timedelta

import builders
import pytest
from together import in_threads

from schemas.people import Role, Session, Token, TokenKind
from storage.identifiers import new_id

pytestmark = pytest.mark.both_databases


def a_token(work, now, **changes):
    facts = {
        "id": new_id(),
        "hash": new_id(),
        "kind": TokenKind.LOGIN,
        "email": "anna@example.ru",
        "created_at": now,
        "expires_at": now + timedelta(minutes=20),
    }
    return work.tokens.add(Token(**facts | changes))


def test_address_is_found_in_any_case_but_yo_is_a_letter_of_its_own(work):
    person = builders.a_person(work, email="Артём@Школа.рф")

    assert work.people.by_email(" АРТЁМ@школа.РФ ").id == person.id
    assert work.people.by_email("артем@школа.рф") is None
    assert [one.id for one in work.people.by_emails(["АРТЁМ@школа.рф", "x@y.ru"]).values()] == [
        person.id
    ]


def test_role_is_given_once_however_often_it_is_given(work):
    person = builders.a_person(work)

    grants = {work.roles.give(person.id, Role.ORGANISER, scope_id="c").id for _ in range(3)}

    assert len(grants) == 1
    assert [grant.role for grant in work.roles.of(person.id)] == [Role.ORGANISER]
    assert [one.id for one in work.people.with_role(Role.ORGANISER)] == [person.id]
    assert work.people.with_role(Role.ORGANISER, scope_id="other") == []


def test_token_lives_until_it_expires_or_is_spent(work, now):
    token = a_token(work, now)
    live = work.tokens.live

    assert live(token.hash, kind=TokenKind.LOGIN, now=now) == token
    assert live(token.hash, kind=TokenKind.API, now=now) is None
    assert live(token.hash, kind=TokenKind.LOGIN, now=token.expires_at) is None
    assert work.tokens.spend(token, now=now)
    assert live(token.hash, kind=TokenKind.LOGIN, now=now) is None


def test_of_many_clicks_on_one_link_exactly_one_wins(installation, now):
    with installation.begin() as work:
        token = a_token(work, now)

    def spend(_number):
        with installation.begin() as work:
            return work.tokens.spend(token, now=now)

    assert sorted(in_threads(5, spend)) == [False, False, False, False, True]


def test_sessions_end_one_by_one_or_all_together(work, now):
    person = builders.a_person(work)
    for number in range(3):
        work.sessions.add(
            Session(
                id=new_id(),
                hash=f"hash-{number}",
                person_id=person.id,
                created_at=now,
                expires_at=now + timedelta(days=1),
            )
        )

    assert work.sessions.live("hash-1", now=now).person_id == person.id
    assert work.sessions.live("hash-1", now=now + timedelta(days=1)) is None
    work.sessions.end_all(person.id)
    assert work.sessions.of(person.id) == []
