"""«Мои данные»: names with their cases, Latin letters, workplace, address."""

from html import unescape

import builders
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.documents import declension
from schemas.people import Category, Person

EMAIL = "vetrova@example.ru"


@pytest.fixture
def teacher(installation, open_marathon):
    with installation.begin() as work:
        return builders.a_person(work, "Ветрова Дарья Олеговна", email=EMAIL)


@pytest.fixture
def browser(signed_in, teacher):
    return signed_in(teacher)


def me(installation, teacher):
    with installation.begin(read_only=True) as work:
        return work.people.get(teacher.id)


def save(browser, **changes):
    data = {"name": "Ветрова Дарья Олеговна", "language": "ru", "digests": "yes"}
    return browser.post("/me", data=data | changes)


def test_cases_and_latin_are_proposed(browser):
    page = unescape(browser.get("/me").text)
    assert "Сертификат выдан: Ветровой Дарье Олеговне" in page
    assert 'value="Ветровой Дарьи Олеговны"' in page
    assert 'value="Daria Olegovna Vetrova"' in page


def test_only_what_differs_from_the_proposal_is_kept(browser, installation, teacher):
    save(browser, name_dative="Ветровой Дарье", name_latin="Daria Olegovna Vetrova")
    kept = me(installation, teacher)
    assert (kept.name_dative, kept.name_latin, kept.name_genitive) == ("Ветровой Дарье", "", "")
    assert "Сертификат выдан: Ветровой Дарье<" in browser.get("/me").text


def test_another_name_brings_other_cases(browser, installation, teacher):
    answer = save(
        browser,
        name="Кедрова Дарья Олеговна",
        name_dative="Ветровой Дарье Олеговне",
        name_genitive="Ветровой Дарьи Олеговны",
    )
    assert answer.status_code == 303
    assert "Кедровой Дарье Олеговне" in browser.get("/me").text


def test_everything_on_the_page_is_kept_and_no_tick_means_no_digests(
    browser, installation, teacher
):
    with installation.begin(read_only=True) as work:
        place = work.municipalities.all()[0]
    answer = save(
        browser,
        position="учитель",
        category="высшая",
        municipality=place.id,
        language="en",
        digests="",
    )
    assert answer.headers["location"] == "/me?lang=en"
    kept = me(installation, teacher)
    assert (kept.position, kept.category) == ("учитель", Category.HIGHEST)
    assert (kept.municipality_id, kept.language, kept.digests) == (place.id, "en", False)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "Ветрова", "фамилию, имя"),
        ("name", "x " * 500_000, "Сократите"),
        ("name_latin", "Дарья Ветрова", "английскими буквами"),
        ("municipality", "нет-такого", "Выберите муниципалитет"),
        ("organisation", "Школа, которой нет", "нет в реестре"),
        ("category", "неслыханная", "Выберите категорию"),
        ("position", "я" * 201, "Сократите"),
    ],
)
def test_bad_values_are_told_beside_the_field_and_nothing_is_kept(
    browser, installation, teacher, field, value, words
):
    before = me(installation, teacher)
    answer = save(browser, **{field: value})
    assert answer.status_code == 422
    assert words in answer.text
    assert len(answer.text) < 40_000
    assert me(installation, teacher) == before


def test_markup_and_direction_marks_in_a_name_are_harmless(browser, installation, teacher):
    answer = save(browser, name="<b>Ветрова</b> Дарья \u202eОлеговна 🙂")
    assert answer.status_code == 303
    page = browser.get("/me").text
    assert "<b>Ветрова" not in page
    assert "\u202e" not in me(installation, teacher).name


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_any_name_has_cases_and_latin_letters(name):
    person = Person(id="1", name=f"А {name}"[:200])
    assert declension.genitive(person)
    assert declension.dative(person)
    assert declension.latin(person).isprintable() or not name.isprintable()


def code_for(installation, email):
    with installation.begin(read_only=True) as work:
        return [one for one in work.notices.all() if one.address == email][-1].values["code"]


def test_an_address_changes_only_after_the_code_and_the_old_one_is_told(
    browser, installation, teacher
):
    page = browser.post("/me/address", data={"email": "Nova@Example.ru"})
    assert "Введите код из письма" in page.text
    assert me(installation, teacher).email == EMAIL
    wrong = browser.post("/me/address/code", data={"email": "nova@example.ru", "code": "000"})
    assert wrong.status_code == 422
    data = {"email": "nova@example.ru", "code": code_for(installation, "nova@example.ru")}
    assert browser.post("/me/address/code", data=data).status_code == 303
    assert me(installation, teacher).email == "nova@example.ru"
    with installation.begin(read_only=True) as work:
        told = [one for one in work.notices.all() if one.template == "address_changed"]
    assert [one.address for one in told] == [EMAIL]
    assert browser.post("/me/address/code", data=data).status_code == 422


def test_a_new_address_ends_every_other_session_of_the_person(
    browser, signed_in, installation, teacher
):
    elsewhere = signed_in(teacher)
    browser.post("/me/address", data={"email": "nova@example.ru"})
    data = {"email": "nova@example.ru", "code": code_for(installation, "nova@example.ru")}

    assert browser.post("/me/address/code", data=data).status_code == 303

    assert "на других устройствах вы вышли" in browser.get("/me").text
    assert elsewhere.get("/me").headers["location"].startswith("/login")


def test_an_address_that_is_taken_is_told_only_to_whoever_reads_its_mail(
    browser, installation, teacher
):
    with installation.begin() as work:
        builders.a_person(work, "Орлова Нина Петровна", email="orlova@example.ru")
    free = browser.post("/me/address", data={"email": "free@example.ru"}).text
    taken = browser.post("/me/address", data={"email": "orlova@example.ru"}).text
    assert free.replace("free", "") == taken.replace("orlova", "")
    data = {"email": "orlova@example.ru", "code": code_for(installation, "orlova@example.ru")}
    answer = browser.post("/me/address/code", data=data)
    assert answer.headers["location"] == "/me"
    assert "уже занят" in browser.get("/me").text
    assert me(installation, teacher).email == EMAIL


@pytest.mark.parametrize("email", ["", "не адрес", EMAIL, "a@b.ru\r\nBcc: c@d.ru", "x" * 10_000])
def test_what_is_no_new_address_is_told_in_words(browser, email):
    answer = browser.post("/me/address", data={"email": email})
    assert answer.status_code == 422
    assert "govuk-error-message" in answer.text


def test_expert_who_moves_is_told_that_works_from_there_go_to_others(
    browser, installation, teacher, open_marathon
):
    with installation.begin() as work:
        old, new = work.municipalities.of_cluster(open_marathon.cluster_id)[:2]
        expert = builders.an_expert(work, old, person_id=teacher.id)
        builders.an_assignment(work, builders.a_submission(work, open_marathon, new), expert)

    save(browser, municipality=new.id)
    page = unescape(browser.get("/me").text)

    assert "было у вас на экспертизе: 1. Их передадут другим экспертам." in page
