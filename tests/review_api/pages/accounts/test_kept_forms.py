"""A form sent after the session ended is given back to whoever wrote it."""

import re
from datetime import timedelta
from html import unescape

import builders
import pytest

from flows.accounts import kept_forms
from review_api.deps import get_now
from review_api.pages.accounts.kept import KEPT_COOKIE

EMAIL = "vetrova@example.ru"
TEXT = "Практика «смысловое чтение» 📚\r\nвторая строка <b>не жирная</b>"


@pytest.fixture
def teacher(installation):
    with installation.begin() as work:
        return builders.a_person(work, "Ветрова Дарья Олеговна", email=EMAIL)


@pytest.fixture
def draft(installation, open_marathon, teacher):
    with installation.begin() as work:
        place = work.municipalities.all()[0]
        return builders.a_submission(
            work,
            open_marathon,
            place,
            owner_id=teacher.id,
            status="draft",
            submitted_at=None,
            authors=(builders.an_author(teacher, place),),
        )


@pytest.fixture
def expired(application, signed_in, teacher, now):
    """A browser whose session has run out."""
    browser = signed_in(teacher)
    application.dependency_overrides[get_now] = lambda: now + timedelta(days=31)
    return browser


def write(browser, draft, version, **more):
    data = {"title": "Читаем карту", "abstract": TEXT, "version": version} | more
    return browser.post(f"/my/{draft.id}/practice", data=data)


def sign_in_by_code(browser, installation, next_="/kept"):
    browser.post("/login", data={"email": EMAIL, "next": next_})
    with installation.begin(read_only=True) as work:
        code = [one for one in work.notices.all() if one.address == EMAIL][-1].values["code"]
    return browser.post("/login/code", data={"email": EMAIL, "code": code, "next": next_})


def hidden(page):
    pairs = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page.text)
    return {unescape(name): unescape(text) for name, text in pairs}


def stored(installation, draft):
    with installation.begin(read_only=True) as work:
        return work.submissions.get(draft.id)


def stamp(browser, draft):
    page = browser.get(f"/my/{draft.id}/practice")
    return re.search(r'name="version" value="([^"]*)"', page.text).group(1)


def test_what_was_written_comes_back_after_signing_in_and_is_sent_by_one_button(
    application, installation, signed_in, draft, teacher, now
):
    browser = signed_in(teacher)
    version = stamp(browser, draft)
    application.dependency_overrides[get_now] = lambda: now + timedelta(days=31)
    answer = write(browser, draft, version)
    assert answer.headers["location"] == "/login?next=/kept"
    assert "сохранено" in browser.get("/login?next=/kept").text
    application.dependency_overrides[get_now] = lambda: now + timedelta(hours=1)
    assert sign_in_by_code(browser, installation).headers["location"] == "/kept"

    page = browser.get("/kept")
    assert "Мы сохранили то, что вы написали" in page.text
    assert "&lt;b&gt;не жирная" in page.text
    fields = hidden(page)
    assert fields["abstract"] == TEXT
    again = browser.post("/kept/send", data=fields)
    assert again.status_code == 307
    done = browser.post(again.headers["location"], data=fields)
    assert done.status_code == 303, done.text
    assert stored(installation, draft).title == "Читаем карту"
    assert browser.get("/kept").headers["location"] == "/my"


def test_a_text_that_became_stale_meanwhile_shows_both(
    application, installation, signed_in, draft, teacher, now
):
    browser = signed_in(teacher)
    version = stamp(browser, draft)
    assert write(browser, draft, version, title="Другое окно").status_code == 303
    application.dependency_overrides[get_now] = lambda: now + timedelta(days=31)
    write(browser, draft, version)
    application.dependency_overrides[get_now] = lambda: now + timedelta(hours=1)
    sign_in_by_code(browser, installation)
    fields = hidden(browser.get("/kept"))
    again = browser.post("/kept/send", data=fields)
    page = browser.post(again.headers["location"], data=fields)
    assert page.status_code == 409
    assert "Читаем карту" in page.text
    assert "Другое окно" in page.text


def test_somebody_else_at_the_same_computer_does_not_see_the_text(
    expired, application, installation, draft, signed_in, now
):
    write(expired, draft, "1")
    application.dependency_overrides[get_now] = lambda: now + timedelta(hours=1)
    with installation.begin() as work:
        other = builders.a_person(work, "Орлова Нина Петровна")
    stranger = signed_in(other)
    stranger.cookies.set(KEPT_COOKIE, expired.cookies[KEPT_COOKIE])
    assert stranger.get("/kept").headers["location"] == "/my"


def test_a_kept_text_is_gone_after_a_day(installation, now):
    signer = installation.signer
    with installation.begin() as work:
        kept_forms.keep(
            work, "/my/1", (("title", "А"),), writer="", secret="s", signer=signer, now=now
        )
        later = now + timedelta(hours=25)
        assert kept_forms.waiting(work, "s", reader="", signer=signer, now=now)
        assert kept_forms.waiting(work, "s", reader="", signer=signer, now=later) is None


def test_secrets_files_and_megabytes_are_never_kept(expired, installation, draft):
    answer = write(expired, draft, "1", abstract="x" * 250_000)
    assert answer.headers["location"].startswith("/login?next=/my/")
    answer = expired.post("/me/password", data={"password": "совершенно секретно"})
    assert answer.headers["location"].startswith("/login")
    with installation.begin(read_only=True) as work:
        assert work.kept_forms.all() == []
    sent = [("title", "А"), ("password", "секрет"), ("code", "123456")]
    assert kept_forms.keepable("/my/1/practice", sent) == (("title", "А"),)


def test_text_no_database_takes_is_kept_without_it(expired, installation, draft):
    write(expired, draft, "1", title="А\0Б\u202e")
    with installation.begin(read_only=True) as work:
        assert dict(work.kept_forms.all()[0].entries)["title"] == "АБ\u202e"


def test_the_autosave_of_an_expired_session_is_a_problem_for_the_script(expired, draft):
    answer = expired.post(
        f"/my/{draft.id}/practice/autosave",
        data={"title": "А", "version": "1"},
        headers={"accept": "application/json"},
    )
    assert answer.status_code == 401
    assert answer.json()["type"] == "/problems/sign_in"


def test_the_writer_may_have_the_text_forgotten(expired, application, installation, draft, now):
    write(expired, draft, "1")
    application.dependency_overrides[get_now] = lambda: now
    sign_in_by_code(expired, installation)
    assert expired.post("/kept/forget").status_code == 303
    with installation.begin(read_only=True) as work:
        assert work.kept_forms.all() == []


def test_a_text_whose_session_was_swept_away_is_still_for_its_writer_alone(
    client, application, installation, draft, teacher, signed_in, now
):
    sign_in_by_code(client, installation, "/my")
    with installation.begin() as work:
        work.sessions.end_all(teacher.id)
        other = builders.a_person(work, "Орлова Нина Петровна")
    assert write(client, draft, "1").headers["location"] == "/login?next=/kept"

    stranger = signed_in(other)
    stranger.cookies.set(KEPT_COOKIE, client.cookies[KEPT_COOKIE])
    assert stranger.get("/kept").headers["location"] == "/my"
    sign_in_by_code(client, installation)
    assert "Читаем карту" in client.get("/kept").text
