"""One search line over everything an organiser may see, and nothing else."""

import pytest
from sqlalchemy import event

from schemas.marathon import Phase
from schemas.outbox import Notice
from schemas.people import Role
from storage.identifiers import new_id
from tests import builders


@pytest.fixture
def season(installation, now):
    """A marathon with a work, its author, an expert and a letter."""
    with installation.begin() as work:
        marathon = builders.a_marathon(work, phase=Phase.INTAKE)
        home = builders.a_municipality(work, work.clusters.only())
        author = builders.a_person(work, "Ёлкина Пелагея Юрьевна", email="elkina@example.ru")
        one = builders.a_submission(
            work,
            marathon,
            home,
            owner_id=author.id,
            authors=(builders.an_author(author, home),),
            title="Ёж и 100 % успеха_на уроке",
        )
        builders.an_expert(work, home, person_id=author.id)
        work.notices.write(
            Notice(
                id=new_id(),
                template="submission_received",
                person_id=author.id,
                marathon_id=marathon.id,
                subject_kind="submission",
                subject_id=one.id,
                dedup_key="k",
                created_at=now,
            )
        )
        return marathon, one


def found(browser, words, **more):
    answer = browser.get("/organise/search", params={"q": words, **more})
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize(
    "words", ["еж", "ЁЖ", "  уроке   еж ", "ёлкина", "ELKINA@example", "№ 1", "№1"]
)
def test_work_is_found_by_folded_words_number_and_address(browser, season, words):
    marathon, one = season
    assert f"/organise/{marathon.id}/works/{one.id}" in found(browser, words)


def test_person_brings_everything_of_theirs(browser, season):
    page = found(browser, "елкина пелагея")
    for code in ("works", "people", "experts", "letters"):
        assert f'id="found-{code}"' in page


@pytest.mark.parametrize("words", ["%", "__", "%%", "' or 1=1 --", "🙂🙂", "<script>", "\u202eab"])
def test_jokers_and_strange_signs_find_only_themselves(browser, season, words):
    page = found(browser, words)
    assert "Ёж и 100 % успеха_на уроке" not in page
    assert "<script>alert" not in page


def test_real_signs_are_found(browser, season):
    assert "успеха_на" in found(browser, "100 % успеха_на")


def test_monstrous_words_get_a_short_answer(browser, season):
    answer = browser.get("/organise/search", params={"q": "я" * 4000})
    assert answer.status_code == 200
    assert "я" * 201 not in answer.text


def test_organiser_of_one_marathon_finds_nothing_of_another(installation, signed_in, season):
    _marathon, one = season
    with installation.begin() as work:
        other = builders.a_marathon(work, work.clusters.only(), title="Другой марафон")
        person = builders.a_person(work, "Орлова Нина Петровна")
        work.roles.give(person.id, Role.ORGANISER, scope="marathon", scope_id=other.id)
    browser = signed_in(person)
    assert one.id not in found(browser, "ёж")
    page = found(browser, "ёлкина")
    assert "found-people" not in page
    assert "found-letters" not in page
    assert "found-works" not in page


def test_search_does_not_exist_for_teachers(installation, signed_in, season):
    with installation.begin() as work:
        teacher = builders.a_person(work)
    assert signed_in(teacher).get("/organise/search?q=ёж").status_code == 404


def test_one_kind_is_shown_whole(installation, browser, season):
    marathon, _one = season
    with installation.begin() as work:
        home = work.municipalities.all()[0]
        for number in range(12):
            builders.a_submission(work, marathon, home, title=f"Общее слово {number}")
    page = found(browser, "общее слово")
    assert "Показать все: 12" in page
    assert found(browser, "общее слово", kind="works").count("Общее слово") == 12


def test_questions_to_the_database_do_not_grow_with_what_is_found(installation, browser, season):
    marathon, _one = season
    asked = []
    event.listen(installation.engine, "before_cursor_execute", lambda *_: asked.append(1))
    found(browser, "ёж")
    few = len(asked)
    with installation.begin() as work:
        home = work.municipalities.all()[0]
        for number in range(30):
            builders.a_submission(work, marathon, home, title=f"Ёж {number}")
    asked.clear()
    found(browser, "ёж")
    assert len(asked) <= few + 2
    assert few < 40


def test_header_of_organisers_searches(browser, season):
    marathon, _one = season
    assert 'action="/organise/search"' in browser.get(f"/organise/{marathon.id}").text
