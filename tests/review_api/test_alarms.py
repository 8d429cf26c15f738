"""Suspicious access is noticed, kept in the journal, and told to administrators once."""

from datetime import timedelta

import builders
import pytest

from flows.accounts.alarms import raise_alarm
from flows.notices.letters import LETTERS
from review_api.alarms import FILES, MOST_COUNTED, NAMES_SHOWN, RULES, SIGN_INS, Window
from review_api.routes import PAGE_ROUTERS
from schemas.people import Role


@pytest.fixture
def administrator(installation):
    with installation.begin() as work:
        person = builders.a_person(work, "Белова Зоя Ильинична")
        work.roles.give(person.id, Role.ADMINISTRATOR)
    return person


@pytest.fixture
def curious(installation):
    with installation.begin() as work:
        return builders.a_person(work, "Грачёв Пётр Львович")


def alarms(installation):
    with installation.begin(read_only=True) as work:
        return [one for one in work.journal.all() if one.action == "alarmed"]


def letters(installation):
    with installation.begin(read_only=True) as work:
        return [one for one in work.notices.all() if one.template == "suspicious_access"]


def settle(application):
    """Waits for what is being written beside the requests."""
    application.state.alarms.close()


def test_many_refusals_of_one_account_are_told_once(
    application, installation, signed_in, administrator, curious
):
    browser = signed_in(curious)
    for number in range(RULES["refusals"].most + 5):
        assert browser.get(f"/organise/{number}/works").status_code == 404
    settle(application)

    [alarm] = alarms(installation)
    assert (alarm.subject_kind, alarm.subject_id) == ("person", curious.id)
    assert alarm.details["rule"] == "refusals"
    [letter] = letters(installation)
    assert letter.person_id == administrator.id
    with installation.begin(read_only=True) as work:
        assert list(work.journal.broken()) == []


def test_failures_to_sign_in_are_counted_together_and_name_nobody(
    application, installation, client, administrator
):
    for _ in range(RULES["sign_in_failures"].most + 1):
        client.post("/login/code", data={"email": "gracheva@example.ru", "code": "000000"})
    settle(application)

    [alarm] = alarms(installation)
    assert (alarm.subject_kind, alarm.subject_id) == ("installation", "installation")
    assert "gracheva" not in str(alarm)


def test_a_day_of_honest_work_raises_no_alarm(application, installation, signed_in, curious):
    browser = signed_in(curious)
    for _ in range(RULES["works_opened"].most + 5):
        browser.get("/my")
    for number in range(RULES["refusals"].most):
        browser.get(f"/organise/{number}/works")
    settle(application)

    assert alarms(installation) == []


@pytest.mark.both_databases
def test_the_same_reason_is_news_again_the_next_day(installation, administrator, curious, now):

    told = []
    for moment in (now, now, now + timedelta(days=1)):
        with installation.begin() as work:
            told.append(raise_alarm(work, "downloads", person_id=curious.id, count=61, now=moment))

    assert told == [True, False, True]
    assert len(letters(installation)) == 2


def test_the_page_names_rules_and_who_broke_them(
    installation, signed_in, administrator, curious, now
):
    with installation.begin() as work:
        raise_alarm(work, "downloads", person_id=curious.id, count=61, now=now)
        raise_alarm(work, "sign_in_failures", person_id="", count=101, now=now)
    page = signed_in(administrator).get("/administer/alarms").text

    assert "Грачёв Пётр Львович" in page
    assert "неизвестно" in page
    assert all(rule.words in page for rule in RULES.values())
    assert signed_in(curious).get("/administer/alarms").status_code == 404


def test_a_window_counts_only_its_last_seconds_and_things_once():
    window, rule = Window(), RULES["works_opened"]
    for number in range(rule.most):
        window.count("works_opened", "a", str(number), now=float(number))

    assert window.count("works_opened", "a", "7", now=100.0) == rule.most
    assert window.count("works_opened", "b", "7", now=100.0) == 1
    assert window.count("works_opened", "a", "new", now=rule.seconds + rule.most) == 1


def test_a_process_remembers_a_bounded_number_of_people():
    window = Window()
    for number in range(MOST_COUNTED + 10):
        window.count("refusals", str(number), "", now=0.0)

    assert len(window.seen) == MOST_COUNTED


def test_rules_speak_of_routes_that_exist():
    routes = {route.path for router in PAGE_ROUTERS for route in router.routes}

    assert routes >= SIGN_INS | NAMES_SHOWN
    assert all(any(route.endswith(end) for route in routes) for end in FILES)


def test_the_letter_names_nobody():
    assert LETTERS["suspicious_access"].given == ()
