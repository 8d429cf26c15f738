"""The page of a letter of one's own: write, look, send once; nobody but organisers."""

import re

import builders
import pytest

from schemas.people import Role
from schemas.submission import SubmissionStatus

FORM = {
    "audience": "authors_in_review",
    "address": "",
    "title": "О материале № {number}",
    "text": "Здравствуйте, {name}!\n\nПришлите <b>фото</b> 😀.",
}


@pytest.fixture
def author(installation, open_marathon):
    with installation.begin() as work:
        home = work.municipalities.all()[0]
        person = builders.a_person(work, "Ясенева Анна Петровна")
        facts = {"owner_id": person.id, "authors": (builders.an_author(person, home),)}
        builders.a_submission(work, open_marathon, home, status=SubmissionStatus.IN_REVIEW, **facts)
        return person


@pytest.fixture
def browser(installation, signed_in, author):
    with installation.begin() as work:
        person = builders.a_person(work, "Ясная Марина Олеговна")
        work.roles.give(person.id, Role.ORGANISER)
    return signed_in(person)


@pytest.fixture
def address(open_marathon):
    return f"/organise/{open_marathon.id}/letters/new"


def letters(installation):
    with installation.begin(read_only=True) as work:
        return [one for one in work.notices.all() if one.template == "own_letter"]


def sealed(page) -> str:
    return re.search(r'name="seal" value="([0-9a-f]{64})"', page.text)[1]


def test_letter_is_looked_at_then_sent_and_never_twice(installation, browser, address, author):
    assert "Авторы: на экспертизе — 1" in browser.get(address).text

    page = browser.post(address, data={**FORM, "act": "preview"})

    assert page.status_code == 200
    assert "О материале № 1" in page.text
    assert "Здравствуйте, Анна Петровна!" in page.text
    assert author.email in page.text
    assert "<b>фото</b>" not in page.text
    assert letters(installation) == []
    for _ in range(2):
        done = browser.post(address, data={**FORM, "act": "send", "seal": sealed(page)})
        assert (done.status_code, done.headers["location"].endswith("=own_letter")) == (303, True)
    assert [one.person_id for one in letters(installation)] == [author.id]
    again = browser.post(address, data={**FORM, "act": "preview"})
    assert "Второй раз оно им не уйдёт" in again.text
    assert 'name="seal"' not in again.text


def test_wrong_words_are_kept_and_nothing_is_sent(installation, browser, address):
    for wrong in (
        {"audience": ""},
        {"title": ""},
        {"text": "{decision}"},
        {"audience": "person", "address": "nobody@example.ru"},
        {"act": "send", "seal": "0" * 64},
        {"text": "ж" * 60_000},
    ):
        refused = browser.post(address, data={"act": "preview", **FORM, **wrong})
        assert refused.status_code == 422, wrong
        assert len(refused.content) < 120_000
        if "text" not in wrong:
            assert "&lt;b&gt;фото&lt;/b&gt; 😀" in refused.text
    assert letters(installation) == []


def test_own_materials_of_the_organiser_are_left_to_others(
    installation, signed_in, author, address
):
    with installation.begin() as work:
        work.roles.give(author.id, Role.ORGANISER)
    own = signed_in(author)

    assert "Авторы: на экспертизе" not in own.get(address).text
    assert own.post(address, data={**FORM, "act": "preview"}).status_code == 422


def test_nobody_but_organisers_writes_letters(installation, signed_in, author, address):
    visitor = signed_in(author)
    with installation.begin() as work:
        work.roles.give(author.id, Role.CHAIR)

    assert visitor.get(address).status_code == 404
    assert visitor.post(address, data={**FORM, "act": "preview"}).status_code == 404
