"""People and roles: who may give which, what the person asked for sees, what a letter says."""

import builders
import pytest

from flows.notices import operations as notices
from schemas.people import Role
from schemas.settings import Settings

EMAIL = "novikova@example.ru"


@pytest.fixture
def places(installation):
    with installation.begin() as work:
        return builders.members(work, builders.a_cluster(work))


@pytest.fixture
def come(installation, signed_in, places):
    """A browser of somebody new with this role."""

    def with_role(role):
        with installation.begin() as work:
            person = builders.a_person(work, "Орлова Нина Петровна")
            work.roles.give(person.id, role)
        return signed_in(person)

    return with_role


@pytest.fixture
def person(installation):
    with installation.begin() as work:
        return builders.a_person(work, "Тёплая Вера Ильинична", position="методист")


def roles_of(installation, person_id):
    with installation.begin(read_only=True) as work:
        return [grant.role for grant in work.roles.of(person_id)]


def give(browser, person, role, municipality=""):
    form = {"role": role, "municipality": municipality}
    return browser.post(f"/organise/people/{person.id}/roles", data=form)


def take(browser, installation, person):
    with installation.begin(read_only=True) as work:
        [grant] = work.roles.of(person.id)
    return browser.post(f"/organise/people/{person.id}/roles/{grant.id}/take")


def test_people_are_found_by_a_part_of_the_name_with_or_without_dots(come, person):
    page = come(Role.ORGANISER).get("/organise/people?q=теплая").text

    assert "Тёплая Вера Ильинична" in page
    assert "1\xa0человек" in page


def test_people_are_found_by_role(come, person):
    browser = come(Role.ORGANISER)
    give(browser, person, "secretary")

    page = browser.get("/organise/people?role=secretary").text

    assert "секретарь совета" in page
    assert "Орлова Нина Петровна" not in page.split('id="main"')[1]


@pytest.mark.parametrize("role", [Role.CHAIR, Role.COORDINATOR, Role.EXPERT, Role.TEACHER])
def test_others_do_not_learn_that_the_page_is_there(installation, come, person, role):
    browser = come(role)

    assert browser.get("/organise/people").status_code == 404
    assert browser.get(f"/organise/people/{person.id}").status_code == 404
    assert give(browser, person, "organiser").status_code == 404
    assert roles_of(installation, person.id) == []


def test_organiser_gives_a_role_and_takes_it_away(installation, come, person):
    browser = come(Role.ORGANISER)

    assert give(browser, person, "chair").status_code == 303
    assert roles_of(installation, person.id) == [Role.CHAIR]
    page = browser.get(f"/organise/people/{person.id}").text
    assert "Дана роль: председатель совета. Орлова\u00a0Н.\u00a0П." in page
    assert take(browser, installation, person).status_code == 303
    assert roles_of(installation, person.id) == []


def test_organiser_can_neither_make_nor_unmake_an_administrator(installation, come, person):
    browser = come(Role.ORGANISER)

    assert give(browser, person, "administrator").status_code == 404
    assert roles_of(installation, person.id) == []
    assert 'value="administrator"' not in browser.get(f"/organise/people/{person.id}").text
    with installation.begin() as work:
        work.roles.give(person.id, Role.ADMINISTRATOR)
    assert take(browser, installation, person).status_code == 404
    assert roles_of(installation, person.id) == [Role.ADMINISTRATOR]
    assert "Снимает только администратор" in browser.get(f"/organise/people/{person.id}").text


def test_administrator_makes_and_unmakes_another(installation, come, person):
    browser = come(Role.ADMINISTRATOR)

    assert give(browser, person, "administrator").status_code == 303
    assert take(browser, installation, person).status_code == 303
    assert roles_of(installation, person.id) == []


def test_nobody_takes_the_role_from_the_last_administrator(installation, signed_in, places):
    with installation.begin() as work:
        person = builders.a_person(work, "Тополев Денис Сергеевич")
        work.roles.give(person.id, Role.ADMINISTRATOR)
    browser = signed_in(person)

    take(browser, installation, person)

    assert roles_of(installation, person.id) == [Role.ADMINISTRATOR]
    assert "Это последний администратор." in browser.get(f"/organise/people/{person.id}").text


def test_coordinator_without_a_municipality_is_asked_for_one(installation, come, person, places):
    browser = come(Role.ORGANISER)

    refused = give(browser, person, "coordinator")

    assert refused.status_code == 422
    assert "укажите муниципальное образование" in refused.text
    assert give(browser, person, "coordinator", places[1].id).status_code == 303
    page = browser.get(f"/organise/people/{person.id}").text
    assert "муниципальный координатор (Киренский район)" in page


def test_invited_person_gets_the_role_and_one_letter(installation, come, places):
    browser = come(Role.ORGANISER)
    form = {"email": EMAIL, "name": "Новикова Лидия Петровна", "role": "expert"}

    answer = browser.post("/organise/people/new", data=form | {"municipality": places[1].id})

    assert answer.status_code == 303
    with installation.begin() as work:
        person = work.people.by_email(EMAIL)
        [letter] = work.notices.all()
        written = notices.written(work, letter, Settings(base_url="https://marathon.test"))
        assert work.experts.of_person(person.id).municipality_id == places[1].id
    assert answer.headers["location"] == f"/organise/people/{person.id}"
    assert written.title == "Вам дана роль: эксперт"
    assert "Здравствуйте, Лидия Петровна!" in written.body
    assert "https://marathon.test/login" in written.body


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"email": "novikova"}, "Адрес почты записан с ошибкой"),
        ({"name": "Новикова"}, "Напишите фамилию, имя и отчество"),
        ({"role": ""}, "Выберите роль"),
        ({"role": "coordinator"}, "укажите муниципальное образование"),
    ],
)
def test_refused_invitation_keeps_what_was_typed_and_nobody(installation, come, changes, sentence):
    browser = come(Role.ORGANISER)
    form = {"email": EMAIL, "name": "Новикова Лидия Петровна", "role": "organiser"} | changes

    answer = browser.post("/organise/people/new", data=form)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert form["email"] in answer.text
    assert form["name"] in answer.text
    with installation.begin(read_only=True) as work:
        assert work.people.by_email(EMAIL) is None


def test_organiser_cannot_invite_an_administrator(installation, come):
    form = {"email": EMAIL, "name": "Новикова Лидия Петровна", "role": "administrator"}

    assert come(Role.ORGANISER).post("/organise/people/new", data=form).status_code == 404
    with installation.begin(read_only=True) as work:
        assert work.people.by_email(EMAIL) is None


def test_role_of_one_person_is_not_taken_through_anothers_page(installation, come, person):
    browser = come(Role.ORGANISER)
    give(browser, person, "chair")
    with installation.begin() as work:
        other = builders.a_person(work)
        [grant] = work.roles.of(person.id)

    answer = browser.post(f"/organise/people/{other.id}/roles/{grant.id}/take")

    assert answer.status_code == 404
    assert roles_of(installation, person.id) == [Role.CHAIR]
