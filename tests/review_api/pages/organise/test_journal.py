"""The journal as people read it: words, filters, pages by key, and nothing about one's own work."""

import re
from datetime import timedelta

import pytest

from review_api.journal_words import WORDS
from review_api.pages.organise import journal
from schemas.marathon import Phase
from schemas.people import Actor, Role
from schemas.submission import SubmissionStatus
from tests import builders


@pytest.fixture
def season(installation, now):
    """A marathon with one work that was sent back, and another marathon beside it."""
    with installation.begin() as work:
        marathon = builders.a_marathon(work, phase=Phase.INTAKE)
        other = builders.a_marathon(work, work.clusters.only(), title="Другой марафон")
        home = builders.a_municipality(work, work.clusters.only())
        person = builders.a_person(work, "Ёлкина Пелагея Юрьевна")
        one = builders.a_submission(work, marathon, home, status=SubmissionStatus.SUBMITTED)
        by = Actor(person_id=person.id)
        work.submissions.move(one, to=SubmissionStatus.RETURNED, by=by, now=now)
        foreign = builders.a_submission(work, other, home, status=SubmissionStatus.SUBMITTED)
        work.submissions.move(foreign, to=SubmissionStatus.CHECKED, by=builders.SYSTEM, now=now)
        return marathon, one, person


def lines(browser, marathon, **query):
    answer = browser.get(f"/organise/{marathon.id}/journal", params=query)
    assert answer.status_code == 200
    return answer.text


def test_journal_says_who_did_what_with_what_thing(browser, season):
    marathon, one, _person = season
    page = lines(browser, marathon)
    assert "Ёлкина Пелагея Юрьевна" in page
    assert re.search(r"Состояние: [^<]+ → [^<]+", page)
    assert f"№ {one.number} {one.title}" in page
    assert f"/organise/{marathon.id}/works/{one.id}" in page
    assert "1\u00a0запись" in page


def test_filters_stay_in_the_address_and_can_be_removed(browser, season, now):
    marathon, one, person = season
    day = f"{now:%Y-%m-%d}"
    page = lines(browser, marathon, person=person.id, action="moved", kind="submission", since=day)
    assert "Кто: Ёлкина" in page
    assert "1\u00a0запись" in page
    later = f"{now + timedelta(days=2):%Y-%m-%d}"
    assert "не подходит ни одна запись" in lines(browser, marathon, since=later)
    assert "1\u00a0запись" in lines(browser, marathon, work=one.id)
    assert "не подходит ни одна запись" in lines(browser, marathon, work="чужая")


@pytest.mark.parametrize(
    "query",
    [
        {"since": "2026-02-31", "until": "9999-12-31"},
        {"before": "-5"},
        {"before": "99999999999999999999"},
        {"person": "🙂" * 500, "action": "' or 1=1"},
        {"since": "0001-01-01"},
    ],
)
def test_strange_filters_never_break_it(browser, season, query):
    lines(browser, season[0], **query)


def test_long_journal_is_read_by_pages(installation, browser, season, now):
    marathon, _one, _person = season
    with installation.begin() as work:
        for _ in range(60):
            work.journal.write(
                builders.SYSTEM,
                action="changed",
                kind="marathon",
                subject_id=marathon.id,
                now=now,
                details={"step": "dates"},
            )
    first = lines(browser, marathon)
    assert first.count("Изменено: Название и даты") == 50
    older = re.search(r'href="[^"]*before=(\d+)"', first)[1]
    second = lines(browser, marathon, before=older)
    assert second.count("Изменено: Название и даты") == 10
    assert "К самым новым" in second


def test_export_holds_what_the_filters_show(browser, season):
    marathon, _one, person = season
    answer = browser.get(
        f"/organise/{marathon.id}/journal", params={"person": person.id, "export": "csv"}
    )
    assert answer.status_code == 200
    rows = answer.content.decode("utf-8-sig").splitlines()
    assert len(rows) == 2
    assert "Ёлкина Пелагея Юрьевна" in rows[1]


def test_export_of_very_much_says_that_there_is_more(browser, season, monkeypatch):
    marathon, _one, _person = season
    monkeypatch.setattr(journal, "MOST", 0)
    answer = browser.get(f"/organise/{marathon.id}/journal", params={"export": "csv"})
    rows = answer.content.decode("utf-8-sig").splitlines()
    assert len(rows) == 2
    assert "Раньше были ещё записи" in rows[-1]


def test_organiser_reads_nothing_about_a_work_of_their_own(installation, signed_in, season, now):
    marathon, _one, _person = season
    with installation.begin() as work:
        author = builders.a_person(work, "Орлова Нина Петровна")
        work.roles.give(author.id, Role.ORGANISER)
        home = work.municipalities.all()[0]
        own = builders.a_submission(
            work,
            marathon,
            home,
            owner_id=author.id,
            authors=(builders.an_author(author, home),),
            status=SubmissionStatus.IN_REVIEW,
        )
        given = builders.an_assignment(work, own, builders.an_expert(work, home))
        work.journal.write(
            Actor(person_id=builders.a_person(work, "Тайный Эксперт Иванович").id),
            action="conflict_declared",
            kind="assignment",
            subject_id=given.id,
            now=now,
        )
    page = lines(signed_in(author), marathon)
    assert "Тайный Эксперт" not in page
    assert "Заявлен конфликт интересов" not in page


def test_whole_journal_is_for_administrators(installation, browser, signed_in, season):
    assert browser.get("/organise/journal").status_code == 404
    with installation.begin() as work:
        person = builders.a_person(work, "Тополева Дина Сергеевна")
        work.roles.give(person.id, Role.ADMINISTRATOR)
    page = signed_in(person).get("/organise/journal")
    assert page.status_code == 200
    assert page.text.count("Состояние: ") == 2


def test_journal_does_not_exist_for_the_council(installation, signed_in, season):
    with installation.begin() as work:
        person = builders.a_person(work, "Главина Зоя Юрьевна")
        work.roles.give(person.id, Role.CHAIR)
    assert signed_in(person).get(f"/organise/{season[0].id}/journal").status_code == 404


def test_words_of_actions_are_sentences():
    assert all(words[0].isupper() and "_" not in words for words in WORDS.values())
