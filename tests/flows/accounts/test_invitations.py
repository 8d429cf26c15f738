"""Invitations to a role: sent once, opened by their link, accepted once, taken back, sent again."""

from datetime import timedelta

import builders
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.accounts import address_lines, invitations
from flows.accounts.address_lines import Invitee
from flows.accounts.invitations import Offer, Standing
from schemas.errors import BadInput, Conflict, NotFound
from schemas.people import Actor, Role

NEW = Invitee(email="novikova@shkola.ru", name="Новикова Анна Петровна")


@pytest.fixture
def signer(installation):
    return installation.signer


@pytest.fixture
def call(work):
    return builders.a_marathon(work)


@pytest.fixture
def invite(work, call, signer, now):
    def sent(invitee=NEW, **offered):
        offer = Offer(**{"role": Role.ORGANISER, "marathon_id": call.id} | offered)
        by = Actor(person_id=builders.a_person(work, "Орлова Нина Петровна").id)
        return invitations.invite(work, offer, invitee, signer=signer, by=by, now=now)

    return sent


def letters(work):
    return [one for one in work.notices.all() if one.template == "invitation_to_role"]


def test_link_opens_the_offer_and_is_not_kept(work, invite, signer):
    token = invite()

    link = letters(work)[0].values["secret"]
    assert invitations.opened(work, link, signer=signer) == token
    assert link not in token.model_dump_json()
    with pytest.raises(NotFound):
        invitations.opened(work, link + "0", signer=signer)


def test_accepted_invitation_gives_the_role_in_its_scope_once(work, invite, call, now):
    token = invite()

    person = invitations.accept(work, token, name=NEW.name, now=now)

    [grant] = work.roles.of(person.id)
    assert (grant.role, grant.scope, grant.scope_id) == (Role.ORGANISER, "marathon", call.id)
    assert person.name == NEW.name
    with pytest.raises(Conflict):
        invitations.accept(work, work.tokens.get(token.id), name=NEW.name, now=now)


def test_second_invitation_to_the_same_is_the_first(work, invite):
    assert invite().id == invite().id
    assert len(letters(work)) == 1


def test_letter_sent_again_has_the_same_link_and_two_weeks_more(work, invite, signer, now):
    token, by, later = invite(), Actor(part="test"), now + timedelta(days=20)
    assert invitations.standing(token, now=later) is Standing.EXPIRED

    again = invitations.send_again(work, token.id, signer=signer, by=by, now=later)

    assert invitations.standing(again, now=later) is Standing.OPEN
    first, second = (one.values["secret"] for one in letters(work))
    assert first == second


def test_revoked_invitation_opens_nothing(work, invite, now):
    token = invite()

    revoked = invitations.revoke(work, token.id, by=Actor(part="test"), now=now)

    assert invitations.standing(revoked, now=now) is Standing.REVOKED
    with pytest.raises(Conflict):
        invitations.accept(work, revoked, name=NEW.name, now=now)


def test_accepted_invitation_cannot_be_revoked(work, invite, now):
    token = invite()
    invitations.accept(work, token, name=NEW.name, now=now)

    with pytest.raises(Conflict):
        invitations.revoke(work, token.id, by=Actor(part="test"), now=now)


def test_coordinator_needs_a_municipality(invite):
    with pytest.raises(BadInput) as raised:
        invite(role=Role.COORDINATOR, marathon_id="")

    assert raised.value.field == "municipality"


@pytest.mark.parametrize(
    ("line", "email", "name"),
    [
        ("Новикова Анна Петровна <Novikova@Shkola.ru>", "novikova@shkola.ru", NEW.name),
        ("novikova@shkola.ru", "novikova@shkola.ru", ""),
        ("Новикова Анна Петровна; novikova@shkola.ru;", "novikova@shkola.ru", NEW.name),
        ("novikova@shkola.ru\tНовикова Анна Петровна", "novikova@shkola.ru", NEW.name),
    ],
)
def test_line_is_read_however_it_was_copied(line, email, name):
    [one] = address_lines.read(line).people

    assert (one.email, one.name) == (email, name)


def test_wrong_lines_are_named_by_their_numbers_and_repeats_come_once():
    found = address_lines.read("a@b.ru\n\nбез адреса\na@b.ru\nx@y.ru z@y.ru\nИмя <q@w.ru>")

    assert [one.email for one in found.people] == ["a@b.ru"]
    assert [one.number for one in found.wrong] == [3, 5, 6]


@given(st.text(max_size=300))
@settings(max_examples=60, deadline=None)
def test_every_line_of_any_text_is_read_or_refused_in_words(text):
    for _number, line in address_lines.numbered(text):
        found = address_lines.read(line)
        assert all("@" in one.email for one in found.people)
        assert all(one.sentence for one in found.wrong)
        assert len(found.people) + len(found.wrong) <= 1
