"""The administrator's area: state in words, no secrets, what failed repeated, access taken back."""

import builders
import pytest
from pydantic import SecretStr

from flows.accounts import operations as accounts
from review_api import installation_words
from schemas.outbox import Notice, NoticeStatus, RunState
from schemas.people import Role
from schemas.settings import Settings
from storage.identifiers import new_id

PAGES = ("", "/journal", "/settings", "/access", "/tokens", "/stuck")


@pytest.fixture
def browser(installation, signed_in):
    with installation.begin() as work:
        made = builders.a_person(work, "Орлова Нина Петровна")
        work.roles.give(made.id, Role.ADMINISTRATOR)
    return signed_in(made)


@pytest.mark.parametrize("page", PAGES)
def test_administrators_open_every_page_and_organisers_none(installation, signed_in, browser, page):
    with installation.begin() as work:
        organiser = builders.a_person(work, "Белова Зоя Ильинична")
        work.roles.give(organiser.id, Role.ORGANISER)

    assert browser.get(f"/administer{page}").status_code == 200
    assert signed_in(organiser).get(f"/administer{page}").status_code == 404


def test_state_says_what_to_do(browser):
    page = browser.get("/administer").text

    assert "схема новейшая" in page
    assert "MARATHON_MAIL_URL" in page  # the remedy of a missing mail server


def test_settings_show_no_secret(browser):
    secret = Settings(
        secret_key=SecretStr("s3cret-key-of-the-installation"),
        mail_url=SecretStr("smtp://user:pa55@mail.example.ru"),
        database_url="postgresql://marathon:pa55word@db.example.ru/marathon",
    )
    told = " ".join(row.value for row in installation_words.settings_rows(secret))

    assert "s3cret" not in told
    assert "pa55" not in told
    assert "postgresql://db.example.ru/marathon" in told
    assert browser.get("/administer/settings").status_code == 200


def test_every_setting_has_a_name():
    assert set(Settings.model_fields) == set(installation_words.NAMES)


def test_broken_journal_is_named_by_its_entry(installation, browser):
    assert "Цепочка цела" in browser.get("/administer/journal").text
    with installation.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE journal SET action = 'x' WHERE number = 1")

    assert "разорвана на записи № 1" in browser.get("/administer/journal").text


def test_failed_run_is_repeated_once(installation, browser, now):
    with installation.begin() as work:
        run = work.runs.ask("deliver_notices", marathon_id=None, by=None, now=now)
        work.runs.save(
            run.model_copy(update={"state": RunState.FAILED, "message": "Почта не отвечает."})
        )
    assert "Почта не отвечает." in browser.get("/administer/stuck").text

    for _ in range(2):
        assert browser.post(f"/administer/runs/{run.id}/repeat").status_code == 303

    with installation.begin(read_only=True) as work:
        assert len(work.runs.waiting()) == 1


def a_failed_letter(work, now):
    person = builders.a_person(work, "Тёплая Вера Ильинична")
    return work.notices.add(
        Notice(
            id=new_id(),
            template="role_given",
            person_id=person.id,
            subject_kind="role",
            subject_id="1",
            dedup_key=new_id(),
            status=NoticeStatus.FAILED,
            error="Ящик переполнен",
            created_at=now,
        )
    )


def test_letters_that_failed_leave_again(installation, browser, now):
    with installation.begin() as work:
        letters = [a_failed_letter(work, now) for _ in range(3)]
    assert "Ящик переполнен" in browser.get("/administer/stuck").text

    browser.post(f"/administer/letters/{letters[0].id}/repeat")
    browser.post("/administer/letters/repeat")

    with installation.begin(read_only=True) as work:
        found = work.notices.many(one.id for one in letters).values()
        assert {one.status for one in found} == {NoticeStatus.QUEUED}


def test_token_taken_back_opens_nothing(installation, browser, now):
    with installation.begin() as work:
        token = accounts.create_api_token(
            work,
            "robot@example.ru",
            signer=installation.signer,
            secret="x" * 40,
            days=30,
            now=now,
        )
    assert "robot@example.ru" in browser.get("/administer/tokens").text

    browser.post(f"/administer/tokens/{token.id}/revoke")

    browser.get("/administer/tokens")  # says once what was done
    assert "robot@example.ru" not in browser.get("/administer/tokens").text.split("<table")[-1]
    with installation.begin(read_only=True) as work:
        known = accounts.person_of_api_token(work, "x" * 40, signer=installation.signer, now=now)
        assert known is None


def test_long_lists_of_tokens_come_by_pages_and_are_searched(installation, browser, now):
    with installation.begin() as work:
        for number in range(60):
            accounts.create_api_token(
                work,
                f"robot{number}@example.ru",
                signer=installation.signer,
                secret=f"{number:040}",
                days=30,
                now=now,
            )
    first, second = (browser.get(f"/administer/tokens?page={n}").text for n in (1, 2))
    assert first.count("Отозвать</button>") == 50
    assert second.count("Отозвать</button>") == 10
    found = browser.get("/administer/tokens?q=robot42").text
    assert found.count("Отозвать</button>") == 1


def test_all_sessions_of_a_person_end(installation, signed_in, browser):
    with installation.begin() as work:
        person = builders.a_person(work, "Тёплая Вера Ильинична")
    theirs = signed_in(person)
    assert theirs.get("/me").status_code == 200

    browser.post(f"/administer/people/{person.id}/sessions/end")

    assert theirs.get("/me").status_code == 303
