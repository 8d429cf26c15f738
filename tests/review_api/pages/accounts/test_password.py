"""The optional password: set after a fresh sign-in, refused when weak, no wiser answers for strangers."""

from datetime import timedelta

import builders
import pytest

from flows.accounts import operations, passwords
from review_api.deps import COOKIE, get_now
from schemas.errors import BadInput

EMAIL = "vetrova@example.ru"
GOOD = "лиса бежит по снегу"


@pytest.fixture
def teacher(installation):
    with installation.begin() as work:
        return builders.a_person(work, "Ветрова Дарья Олеговна", email=EMAIL)


@pytest.fixture
def browser(signed_in, teacher):
    return signed_in(teacher)


def by_password(client, password, email=EMAIL):
    data = {"account": email, "password": password, "next": "/my"}
    return client.post("/login/password", data=data)


def test_a_password_set_on_the_page_opens_the_account_and_is_kept_as_argon2id(
    browser, client, installation, teacher
):
    assert browser.post("/me/password", data={"password": GOOD}).status_code == 303
    with installation.begin(read_only=True) as work:
        kept = work.people.get(teacher.id).password_hash
        assert [one.template for one in work.notices.of_person(teacher.id)] == ["password_changed"]
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    answer = by_password(client, GOOD, " VETROVA@example.ru ")
    assert answer.headers["location"] == "/my"
    assert client.get("/me").status_code == 200


def test_wrong_password_and_unknown_address_get_the_same_answer(browser, client):
    browser.post("/me/password", data={"password": GOOD})
    wrong = by_password(client, "совсем не тот")
    unknown = by_password(client, "совсем не тот", "nobody@example.ru")
    assert wrong.status_code == unknown.status_code == 422
    assert passwords.WRONG in wrong.text
    assert wrong.text.replace(EMAIL, "") == unknown.text.replace("nobody@example.ru", "")
    assert "совсем не тот" not in wrong.text


def test_someone_without_a_password_cannot_come_in_by_an_empty_one(client, teacher):
    assert by_password(client, "").status_code == 422
    assert by_password(client, "nobody has this password").status_code == 422


@pytest.mark.parametrize(
    "password",
    [
        "короткий",
        "1234567890",
        "Qwertyuiop",
        "йцукенгшщз",
        "аааааааааааа",
        "vetrova@example.ru",
        "x" * 1_000_000,
        "с нулём\0внутри",
    ],
)
def test_weak_and_odd_passwords_are_refused_in_words_and_never_echoed(browser, password):
    answer = browser.post("/me/password", data={"password": password})
    assert answer.status_code == 422
    assert "govuk-error-message" in answer.text
    assert password not in answer.text.replace(f'value="{EMAIL}"', "")
    assert len(answer.text) < 20_000


def test_an_old_session_has_to_confirm_before_the_password_changes(
    browser, application, installation, teacher, now
):
    application.dependency_overrides[get_now] = lambda: now + timedelta(hours=1)
    page = browser.get("/me/password")
    assert "подтвердите, что это вы" in page.text
    answer = browser.post("/me/password", data={"password": GOOD})
    assert "подтвердите, что это вы" in answer.text
    assert browser.post("/me/unlock", data={"to": "/me/password"}).status_code == 403
    assert browser.post("/me/unlock", data={"to": "/organise"}).status_code == 404
    with installation.begin(read_only=True) as work:
        assert work.people.get(teacher.id).password_hash is None


def test_a_password_may_be_removed_again(browser, client, installation, teacher):
    browser.post("/me/password", data={"password": GOOD})
    assert "Удалить пароль" in browser.get("/me/password").text
    assert browser.post("/me/password/remove").status_code == 303
    assert by_password(client, GOOD).status_code == 422


def test_one_account_is_tried_five_times_and_then_has_to_wait(client, teacher):
    answers = [by_password(client, "мимо мимо мимо").status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]


def test_the_rules_name_what_is_wrong_with_a_password():
    with pytest.raises(BadInput, match="не меньше 10"):
        passwords.check("коротко", email=EMAIL)
    passwords.check(GOOD, email=EMAIL)


def test_one_device_is_signed_out_and_others_stay(browser, installation, teacher, now, client):
    with installation.begin() as work:
        other = operations.open_session(
            work,
            teacher,
            signer=installation.signer,
            secret="another",
            days=3,
            user_agent="Mozilla/5.0 (Linux; Android 14) Chrome/130 Mobile",
            now=now,
        )
    page = browser.get("/me")
    assert "Chrome, Android" in page.text
    assert browser.post(f"/me/sessions/{other.id}/end").status_code == 303
    client.cookies.set(COOKIE, "another")
    assert client.get("/me").headers["location"].startswith("/login")
    assert browser.get("/me").status_code == 200


def test_nobody_ends_the_sessions_of_others(browser, signed_in, installation):
    with installation.begin() as work:
        stranger = builders.a_person(work, "Орлова Нина Петровна")
    theirs = signed_in(stranger)
    with installation.begin(read_only=True) as work:
        session = work.sessions.of(stranger.id)[0]
    assert browser.post(f"/me/sessions/{session.id}/end").status_code == 404
    assert theirs.get("/me").status_code == 200


def test_leaving_everywhere_ends_every_session(browser):
    assert browser.post("/me/sessions/end").headers["location"] == "/login"
    assert browser.get("/me").headers["location"].startswith("/login")


def test_a_new_password_signs_out_everywhere_but_here(browser, client, installation, teacher, now):
    with installation.begin() as work:
        operations.open_session(
            work,
            teacher,
            signer=installation.signer,
            secret="elsewhere",
            days=30,
            user_agent="",
            now=now,
        )
    client.cookies.set(COOKIE, "elsewhere")
    assert client.get("/me").status_code == 200
    assert browser.post("/me/password", data={"password": "123"}).status_code == 422
    assert client.get("/me").status_code == 200

    browser.post("/me/password", data={"password": GOOD})

    assert browser.get("/me").status_code == 200
    assert client.get("/me").headers["location"].startswith("/login")
