"""An invitation from the organiser's list of addresses to the first page of the person invited."""

import re
from datetime import timedelta

import builders
import pytest

from review_api.deps import get_now
from schemas.people import Role, TokenKind

EMAIL = "novikova@shkola.ru"
INVITE = "/organise/people/invite"


@pytest.fixture
def call(installation):
    with installation.begin() as work:
        made = builders.a_marathon(work)
        builders.members(work, work.clusters.only())
        return made


@pytest.fixture
def administrator(installation, signed_in, call):
    with installation.begin() as work:
        person = builders.a_person(work, "Орлова Нина Петровна")
        work.roles.give(person.id, Role.ADMINISTRATOR)
    return signed_in(person)


def form(call, **changes):
    return {
        "people": f"Новикова Анна Петровна <{EMAIL}>",
        "role": "organiser",
        "marathon": call.id,
        "note": "Ждём вас.",
        "act": "send",
    } | changes


def links(installation):
    with installation.begin(read_only=True) as work:
        found = [one for one in work.notices.all() if one.template == "invitation_to_role"]
        return [f"/invitations/{one.values['secret']}" for one in found]


def grants(installation):
    with installation.begin(read_only=True) as work:
        person = work.people.by_email(EMAIL)
        held = work.roles.of(person.id) if person else []
        return [(one.role, one.scope, one.scope_id) for one in held]


def test_list_is_shown_before_anything_is_sent(installation, administrator, call):
    page = administrator.post(INVITE, data=form(call, act=""))

    assert page.status_code == 200
    assert EMAIL in page.text
    assert "Новикова Анна Петровна" in page.text
    assert links(installation) == []


def test_invited_person_accepts_and_is_inside(installation, administrator, client, call):
    assert administrator.post(INVITE, data=form(call)).status_code == 303
    [link] = links(installation)

    page = client.get(link)
    assert "организатор" in page.text
    assert call.title in page.text
    assert "Ждём вас." in page.text
    assert grants(installation) == []  # looking spends nothing

    answer = client.post(link, data={"name": "Новикова Анна Петровна"})
    assert answer.headers["location"] == "/organise"
    assert grants(installation) == [(Role.ORGANISER, "marathon", call.id)]
    assert call.title in client.get("/organise").text


def test_accepted_link_leads_its_owner_on_and_others_to_the_sign_in_page(
    installation, administrator, client, application, call
):
    administrator.post(INVITE, data=form(call))
    [link] = links(installation)
    client.post(link, data={"name": "Новикова Анна Петровна"})

    assert client.get(link).headers["location"] == "/organise"
    assert client.post(link).headers["location"] == "/organise"
    assert "Приглашение уже принято" in administrator.get(link).text
    assert len(grants(installation)) == 1


def test_name_is_asked_when_only_an_address_was_given(installation, administrator, client, call):
    administrator.post(INVITE, data=form(call, people=EMAIL))
    [link] = links(installation)

    page = client.post(link, data={"name": "Анна"})

    assert page.status_code == 422
    assert "Напишите фамилию, имя и отчество" in page.text
    assert grants(installation) == []


def test_revoked_link_says_so(installation, administrator, client, call):
    administrator.post(INVITE, data=form(call))
    [link] = links(installation)
    with installation.begin(read_only=True) as work:
        [token] = work.tokens.every_of_kind(TokenKind.INVITATION)

    page = administrator.get("/organise/people/invitations").text
    assert EMAIL in page
    administrator.post(f"/organise/people/invitations/{token.id}/revoke")

    assert "Приглашение отозвано" in client.get(link).text
    assert "Приглашение отозвано" in client.post(link, data={"name": "А Б"}).text
    assert grants(installation) == []


def test_letter_is_sent_again(installation, administrator, application, call, now):
    administrator.post(INVITE, data=form(call))
    with installation.begin(read_only=True) as work:
        [token] = work.tokens.every_of_kind(TokenKind.INVITATION)
    application.dependency_overrides[get_now] = lambda: now + timedelta(days=3)

    administrator.post(f"/organise/people/invitations/{token.id}/again")

    assert len(links(installation)) == 2
    assert len(set(links(installation))) == 1


def test_wrong_line_stops_the_whole_list(installation, administrator, call):
    page = administrator.post(INVITE, data=form(call, people=f"{EMAIL}\nбез адреса"))

    assert page.status_code == 422
    assert "В строке нет адреса почты" in page.text
    assert links(installation) == []


@pytest.mark.parametrize(
    "people",
    ["", "x" * 1_000_000, "<script>alert(1)</script>"],
)
def test_bad_list_is_answered_in_words_and_small(installation, administrator, call, people):
    page = administrator.post(INVITE, data=form(call, people=people))

    assert page.status_code == 422
    assert "<script>alert" not in page.text
    assert links(installation) == []


@pytest.mark.parametrize("people", ["\u202egnp.exe@x.ru", "gnp\x00.exe@x.ru"])
def test_signs_nobody_sees_are_left_out_of_a_list(administrator, call, people):
    page = administrator.post(INVITE, data=form(call, people=people))

    assert page.status_code == 303
    assert "gnp.exe@x.ru" in administrator.get(page.headers["location"]).text


def test_unknown_link_is_a_missing_page(client):
    assert client.get("/invitations/0000").status_code == 404
    assert client.post("/invitations/0000").status_code == 404


@pytest.mark.parametrize("role", [Role.CHAIR, Role.EXPERT, Role.COORDINATOR])
def test_others_cannot_invite(installation, signed_in, call, role):
    with installation.begin() as work:
        person = builders.a_person(work, "Белова Зоя Ильинична")
        work.roles.give(person.id, role)
    browser = signed_in(person)

    assert browser.get(INVITE).status_code == 404
    assert browser.post(INVITE, data=form(call)).status_code == 404


def test_organiser_of_one_marathon_cannot_invite(installation, signed_in, call):
    with installation.begin() as work:
        person = builders.a_person(work, "Белова Зоя Ильинична")
        work.roles.give(person.id, Role.ORGANISER, scope="marathon", scope_id=call.id)

    assert signed_in(person).post(INVITE, data=form(call)).status_code == 404


def test_organiser_cannot_invite_administrators(installation, signed_in, call):
    with installation.begin() as work:
        person = builders.a_person(work, "Белова Зоя Ильинична")
        work.roles.give(person.id, Role.ORGANISER)

    assert signed_in(person).post(INVITE, data=form(call, role="administrator")).status_code == 404
    assert links(installation) == []


def test_double_click_sends_one_letter(installation, administrator, call):
    administrator.post(INVITE, data=form(call))
    administrator.post(INVITE, data=form(call))

    assert len(links(installation)) == 1
    assert re.fullmatch(r"/invitations/[0-9a-f]{64}", links(installation)[0])
