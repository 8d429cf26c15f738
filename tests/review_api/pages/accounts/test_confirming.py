"""Acts that cannot be taken back ask again who it is, keep what was typed, and are done by a click."""

import html
import re
from datetime import timedelta

import builders
import pytest

from flows.accounts import passwords
from review_api.deps import get_now
from schemas.people import Actor, Role

CODE = re.compile(r"\d{6}")


@pytest.fixture
def person(installation):
    with installation.begin() as work:
        made = builders.a_person(work, "Орлова Нина Петровна")
        work.roles.give(made.id, Role.ADMINISTRATOR)
        return made


@pytest.fixture
def helped(installation):
    with installation.begin() as work:
        return builders.a_person(work, "Тёплая Вера Ильинична")


@pytest.fixture
def late(application, signed_in, person, now):
    """A browser that signed in an hour ago."""
    browser = signed_in(person)
    application.dependency_overrides[get_now] = lambda: now + timedelta(hours=1)
    return browser


@pytest.fixture
def act(helped):
    return f"/organise/people/{helped.id}/roles"


FORM = {"role": "administrator", "note": "<b>два\nслова</b>"}


def codes(installation):
    with installation.begin(read_only=True) as work:
        return [one.values["code"] for one in work.notices.all() if one.template == "confirm"]


def hidden(page):
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
    return {name: html.unescape(value) for name, value in fields}


def roles_of(installation, someone):
    with installation.begin(read_only=True) as work:
        return [one.role for one in work.roles.of(someone.id)]


def test_recent_session_is_not_asked(installation, signed_in, person, act, helped):
    assert signed_in(person).post(act, data=FORM).status_code == 303
    assert roles_of(installation, helped) == [Role.ADMINISTRATOR]


def test_old_session_gets_a_code_and_the_act_waits(installation, late, act, helped):
    page = late.post(act, data=FORM)

    assert page.status_code == 403
    assert "Подтвердите, что это вы" in page.text
    assert len(codes(installation)) == 1
    assert roles_of(installation, helped) == []


def test_code_leads_back_to_the_act_with_everything_typed(installation, late, act, helped):
    page = late.post(act, data=FORM)
    [code] = codes(installation)

    confirmed = late.post("/confirm", data=hidden(page) | {"code": code})

    assert confirmed.status_code == 200
    assert f'action="{act}"' in confirmed.text
    assert hidden(confirmed)["note"] == FORM["note"]
    assert roles_of(installation, helped) == []
    late.post(act, data=FORM)
    assert roles_of(installation, helped) == [Role.ADMINISTRATOR]


def test_code_opens_a_page_that_was_closed_without_another_button(installation, late):
    page = late.post("/me/unlock", data={"to": "/me/erase"})
    [code] = codes(installation)
    opened = late.post("/confirm", data=hidden(page) | {"code": code})
    assert (opened.status_code, opened.headers["location"]) == (303, "/me/erase")
    assert "Что будет удалено" in late.get("/me/erase").text


def test_wrong_code_is_said_and_the_form_stays(installation, late, act):
    page = late.post(act, data=FORM)

    again = late.post("/confirm", data=hidden(page) | {"code": "000000x"})

    assert again.status_code == 422
    assert "Код не подошёл" in again.text
    assert hidden(again) == hidden(page)
    assert late.post(act, data=FORM).status_code == 403


def test_code_of_another_person_does_not_fit(installation, application, signed_in, late, act, now):
    with installation.begin() as work:
        other = builders.a_person(work, "Белова Зоя Ильинична")
        work.roles.give(other.id, Role.ADMINISTRATOR)
    application.dependency_overrides[get_now] = lambda: now
    second = signed_in(other)
    application.dependency_overrides[get_now] = lambda: now + timedelta(hours=1)
    second.post(act, data=FORM)
    [code] = codes(installation)
    page = late.post(act, data=FORM)

    assert late.post("/confirm", data=hidden(page) | {"code": code}).status_code == 422


def test_password_serves_as_well(installation, late, person, act, now):
    with installation.begin() as work:
        own, here = work.people.get(person.id), work.sessions.of(person.id)[0].id
        by = Actor(person_id=own.id)
        passwords.keep(work, own, "тихая река утром", by=by, now=now, here=here)
    page = late.post(act, data=FORM)
    assert "Или ваш пароль" in page.text

    wrong = late.post("/confirm", data=hidden(page) | {"password": "другой пароль"})
    assert wrong.status_code == 422
    right = late.post("/confirm", data=hidden(page) | {"password": "тихая река утром"})
    assert right.status_code == 200
    assert late.post(act, data=FORM).status_code == 303


def test_double_click_sends_one_letter(installation, late, act):
    late.post(act, data=FORM)
    page = late.post(act, data=FORM)
    again = late.post("/confirm", data=hidden(page) | {"again": "yes"})

    assert len(codes(installation)) == 1
    assert "меньше минуты назад" in again.text


def test_reloading_the_confirmation_is_no_error(installation, late, act):
    page = late.post(act, data=FORM)
    data = hidden(page) | {"code": codes(installation)[0]}

    assert late.post("/confirm", data=data).status_code == 200
    assert late.post("/confirm", data=data).status_code == 200


def test_way_back_leads_to_our_own_pages_only(installation, late, act):
    page = late.post(act, data=FORM)
    data = hidden(page) | {"code": codes(installation)[0], "to": "https://evil.example/x"}

    assert "evil.example" not in late.post("/confirm", data=data).text


def test_huge_text_is_not_echoed_whole(late, act):
    page = late.post(act, data=FORM | {"note": "ж" * 100_000})

    assert page.status_code == 403
    assert page.text.count("ж") < 21_000


def test_program_gets_the_problem(late, act):
    answer = late.post(act, data=FORM, headers={"accept": "application/json"})

    assert answer.status_code == 403
    assert answer.json()["type"] == "/problems/confirm_again"
