"""Proposing experts, and the organisers' answer."""

import pytest

from schemas.nomination import NominationStatus
from tests import builders

FORM = {
    "name": "Ильина Ия Петровна",
    "email": "ilina@example.ru",
    "position": "методист",
    "specialisations": "математика, физика",
    "words": "Ведёт районное объединение.",
}


@pytest.fixture
def proposed(installation, coordinator):
    assert coordinator.post("/coordinate/nominations", data=FORM).status_code == 303
    with installation.begin(read_only=True) as work:
        [nomination] = work.nominations.all()
    return nomination


def test_a_proposal_reaches_the_organisers_who_accept_it(
    installation, coordinator, organiser_browser, proposed
):
    page = organiser_browser.get("/organise/nominations").text
    assert "Ильина Ия Петровна" in page
    assert "Ведёт районное объединение." in page
    answer = organiser_browser.post(f"/organise/nominations/{proposed.id}/accept")
    assert answer.status_code == 303
    assert "принят в реестр экспертов" in coordinator.get("/coordinate/nominations").text
    with installation.begin(read_only=True) as work:
        person = work.people.by_email("ilina@example.ru")
        assert work.experts.of_person(person.id).municipality_id == proposed.municipality_id


def test_a_refusal_needs_a_reason_and_is_read_by_the_coordinator(
    installation, coordinator, organiser_browser, proposed
):
    address = f"/organise/nominations/{proposed.id}/decline"
    without = organiser_browser.post(address, data={})
    assert "Напишите причину" in organiser_browser.get(without.headers["location"]).text
    long = organiser_browser.post(address, data={f"because-{proposed.id}": "я" * 1001})
    assert "Сократите причину" in organiser_browser.get(long.headers["location"]).text
    organiser_browser.post(address, data={f"because-{proposed.id}": "Нет стажа"})
    assert "Нет стажа" in coordinator.get("/coordinate/nominations").text
    with installation.begin(read_only=True) as work:
        assert work.nominations.get(proposed.id).status is NominationStatus.DECLINED


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "Ильина", "Напишите фамилию, имя"),
        ("name", "\u202eИльина\u200b", "Напишите фамилию, имя"),
        ("name", "Я" * 100_000, "Сократите имя"),
        ("email", "не адрес", "адрес"),
        ("email", "a@example.ru\r\nBcc: b@example.ru", "почт"),
        ("words", "а" * 3000, "Сократите рассказ"),
        ("specialisations", ", ".join(f"тема {one}" for one in range(11)), "не больше 10"),
    ],
)
def test_a_wrong_field_is_explained_and_the_rest_stays(
    installation, coordinator, places, field, value, sentence
):
    answer = coordinator.post("/coordinate/nominations", data=FORM | {field: value})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert FORM["position"] in answer.text
    with installation.begin(read_only=True) as work:
        assert work.nominations.all() == []


def test_all_that_is_missing_is_named_at_once(coordinator, places):
    answer = coordinator.post("/coordinate/nominations", data={"name": "", "email": ""})
    assert answer.status_code == 422
    assert {field for field in ("name", "email") if f'id="{field}-error"' in answer.text} == {
        "name",
        "email",
    }


def test_names_with_markup_are_shown_as_written(installation, coordinator, places):
    coordinator.post("/coordinate/nominations", data=FORM | {"name": "<b>Ия</b> Ильина"})
    assert "&lt;b&gt;Ия&lt;/b&gt; Ильина" in coordinator.get("/coordinate/nominations").text


def test_others_do_not_find_these_pages(client, organiser_browser, installation, signed_in, places):
    with installation.begin() as work:
        person = builders.a_person(work)
    teacher = signed_in(person)
    for address in ("/coordinate/nominations", "/coordinate/remind", "/coordinate/teachers"):
        assert organiser_browser.get(address).status_code == 404
        assert teacher.get(address).status_code == 404
    assert teacher.get("/organise/nominations").status_code == 404
    assert client.get("/coordinate/nominations").headers["location"].startswith("/login")
