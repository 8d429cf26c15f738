"""Looking with another's eyes: for a reason, in the journal, under a banner, changing nothing."""

import builders
import pytest

from schemas.people import Role

REASON = "По письму педагога: не видит кнопку отправки"


@pytest.fixture
def administrator(installation):
    with installation.begin() as work:
        made = builders.a_person(work, "Орлова Нина Петровна")
        work.roles.give(made.id, Role.ADMINISTRATOR)
        return made


@pytest.fixture
def teacher(installation):
    with installation.begin() as work:
        return builders.a_person(work, "Тёплая Вера Ильинична")


@pytest.fixture
def browser(signed_in, administrator):
    return signed_in(administrator)


@pytest.fixture
def looking(browser, teacher):
    answer = browser.post(f"/administer/people/{teacher.id}/look", data={"reason": REASON})
    assert answer.status_code == 303, answer.text
    return browser


def entries(installation, person):
    with installation.begin(read_only=True) as work:
        found = work.journal.about(person.id)
        return [
            (one.action, one.person_id, one.on_behalf_of)
            for one in found
            if one.action.startswith("support")
        ]


def test_reason_is_required_and_kept(installation, browser, teacher):
    page = browser.post(f"/administer/people/{teacher.id}/look", data={"reason": "так"})

    assert page.status_code == 422
    assert "Напишите причину" in page.text
    assert "так</textarea>" in page.text
    assert entries(installation, teacher) == []


def test_banner_names_both_on_every_page(looking):
    for address in ("/my", "/me", "/"):
        page = looking.get(address).text.replace("\u00a0", " ")
        assert "Орлова Н. П. смотрит глазами: Тёплая Вера Ильинична" in page, address
        assert 'action="/support/end"' in page


def test_nothing_can_be_changed(installation, looking, teacher):
    for address in ("/me", "/me/sessions/end", "/my/new", "/administer/letters/repeat"):
        answer = looking.post(address, data={"name": "Другое Имя"})
        assert answer.status_code == 403, address
        assert "смотрите глазами другого" in answer.text
    with installation.begin(read_only=True) as work:
        assert work.people.get(teacher.id).name == teacher.name


def test_own_powers_are_laid_down(looking):
    assert looking.get("/administer").status_code == 404
    assert looking.get("/organise/people").status_code == 404


def test_both_ends_are_in_the_journal_with_both_names(
    installation, looking, administrator, teacher
):
    answer = looking.post("/support/end")

    assert answer.headers["location"] == f"/organise/people/{teacher.id}"
    both = (administrator.id, teacher.id)
    assert entries(installation, teacher) == [
        ("support_began", *both),
        ("support_ended", *both),
    ]
    assert looking.get("/administer").status_code == 200
    assert looking.post("/support/end").status_code == 303
    assert len(entries(installation, teacher)) == 2


@pytest.mark.parametrize("role", [Role.ORGANISER, Role.CHAIR, None])
def test_only_administrators_look(installation, signed_in, teacher, role):
    with installation.begin() as work:
        person = builders.a_person(work, "Белова Зоя Ильинична")
        if role:
            work.roles.give(person.id, role)
    answer = signed_in(person).post(
        f"/administer/people/{teacher.id}/look", data={"reason": REASON}
    )

    assert answer.status_code == 404


def test_administrators_are_never_looked_through(installation, browser, administrator):
    with installation.begin() as work:
        other = builders.a_person(work, "Белова Зоя Ильинична")
        work.roles.give(other.id, Role.ADMINISTRATOR)

    for person in (other, administrator):
        browser.post(f"/administer/people/{person.id}/look", data={"reason": REASON})
        assert entries(installation, person) == []


def test_eyes_of_an_expert_do_not_show_the_helpers_own_work(installation, browser, administrator):
    with installation.begin() as work:
        marathon = builders.a_marathon(work)
        home, other = builders.members(work, work.clusters.only())[:2]
        own = builders.a_submission(
            work,
            marathon,
            home,
            title="Мастерская администратора",
            owner_id=administrator.id,
            authors=(builders.an_author(administrator, home),),
        )
        foreign = builders.a_submission(work, marathon, home, title="Чужая мастерская")
        person = builders.a_person(work, "Белова Зоя Ильинична")
        expert = builders.an_expert(work, other, person_id=person.id)
        for one in (own, foreign):
            builders.an_assignment(work, one, expert)
    browser.post(f"/administer/people/{person.id}/look", data={"reason": REASON})

    page = browser.get("/expert").text

    assert "Чужая мастерская" in page
    assert "Мастерская администратора" not in page


def test_powers_that_were_taken_end_the_looking(installation, looking, administrator):
    with installation.begin() as work:
        [grant] = work.roles.of(administrator.id)
        work.roles.remove(grant.id)

    assert "смотрит глазами" not in looking.get("/my").text
