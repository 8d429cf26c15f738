"""A letter that came back, and the right address of whoever should have read it."""

from datetime import timedelta

import builders
import pytest

from flows.mending import mend_address
from flows.notices import returning
from schemas.errors import BadInput, Conflict
from schemas.outbox import Notice, NoticeStatus
from schemas.people import Session, Token, TokenKind
from storage.identifiers import new_id

UNKNOWN = "550 5.1.1 <anna@example.ru>: User unknown"


@pytest.fixture
def person(work):
    return builders.a_person(work, "Ясная Анна Петровна", email="anna@example.ru")


@pytest.fixture
def letter(work, person, now):
    """One that came back."""
    sent = work.notices.write(
        Notice(
            id=new_id(),
            template="erased",
            person_id=person.id,
            subject_kind="person",
            subject_id=person.id,
            dedup_key="one",
            status=NoticeStatus.SENT,
            created_at=now,
            title="Тема",
            body="Текст",
        )
    )
    returning.record(work, sent, UNKNOWN, now=now)
    return sent


def mended(work, notice_id, email, now):
    return mend_address(work, notice_id, email, by=builders.SYSTEM, now=now)


def test_mended_address_gets_the_letter_and_the_history_stays(work, person, letter, now):
    again = mended(work, letter.id, " Anna.Yasnaya@Example.ru ", now)

    assert work.people.get(person.id).email == "anna.yasnaya@example.ru"
    assert work.people.get(person.id).bounced_at is None
    assert (again.status, again.body) == (NoticeStatus.QUEUED, "Текст")
    assert work.notices.get(letter.id).status is NoticeStatus.BOUNCED
    with pytest.raises(Conflict):
        mended(work, again.id, "x@example.ru", now)


def test_whoever_came_in_by_the_dead_address_is_out(work, person, letter, now):
    dates = {"created_at": now, "expires_at": now + timedelta(days=1)}
    work.sessions.add(Session(id=new_id(), hash="open", person_id=person.id, **dates))
    token = Token(id=new_id(), hash="token", kind=TokenKind.LOGIN, email="anna@example.ru", **dates)
    work.tokens.add(token)

    mended(work, letter.id, "nova@example.ru", now)

    assert work.sessions.of(person.id) == []
    assert work.tokens.find(token.id) is None


def test_address_of_somebody_else_is_never_taken(work, letter, now):
    builders.a_person(work, "Другая Ия Львовна", email="ia@example.ru")

    with pytest.raises(Conflict, match="другого человека"):
        mended(work, letter.id, "ia@example.ru", now)


@pytest.mark.parametrize("email", ["", "anna", "a@b", "a b@example.ru", "a@b.ru\r\nBcc: c@d.ru"])
def test_what_is_no_address_is_refused(work, letter, now, email):
    with pytest.raises(BadInput):
        mended(work, letter.id, email, now)
