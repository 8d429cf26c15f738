"""The registry and the three steps of an import."""

import re

import pytest

from schemas.people import Role
from tests import builders

ROSTER = """ФИО;Почта;Муниципалитет;Нагрузка
Берёзкина Алевтина Юрьевна;berezkina@example.ru;Г. УСТЬ-ИЛИМСК;8
Дудинская Рената Эдуардовна;dudinskaya@example.ru;Усть-Илимский район;5
"""


@pytest.fixture
def browser(installation, signed_in):
    with installation.begin() as work:
        person = builders.a_person(work, "Орлова Нина Петровна")
        work.roles.give(person.id, Role.ORGANISER)
        builders.members(work, builders.a_cluster(work))
    return signed_in(person)


def uploaded(browser, text, name="experts.csv", kind="experts"):
    files = {"file": (name, text.encode("utf-8"), "text/csv")}
    return browser.post(f"/organise/registry/{kind}/import", files=files)


def hidden(page, name):
    return re.search(rf'name="{name}" value="([^"]+)"', page).group(1)


def selected(page):
    found = re.findall(r'name="(column_\w+)".*?</select>', page, re.DOTALL)
    values = {}
    for name in found:
        part = page.split(f'name="{name}"')[1].split("</select>")[0]
        chosen = re.search(r'value="(\d*)" selected', part)
        values[name] = chosen.group(1) if chosen else ""
    return values


def test_preview_counts_and_writes_nothing(installation, browser):
    page = uploaded(browser, ROSTER).text
    assert "Записать: создать 2, обновить 0" in page
    with installation.begin(read_only=True) as work:
        assert work.experts.count() == 0
        assert work.people.by_email("berezkina@example.ru") is None


def test_commit_writes_what_was_promised_and_again_changes_nothing(installation, browser):
    page = uploaded(browser, ROSTER).text
    form = {"kept": hidden(page, "kept"), "chosen": "yes", "act": "commit", **selected(page)}
    assert browser.post("/organise/registry/experts/import", data=form).status_code == 303
    with installation.begin(read_only=True) as work:
        assert work.experts.count() == 2
    assert "записывать нечего" in uploaded(browser, ROSTER).text


def test_wrong_rows_are_numbered_and_nothing_can_be_written(browser):
    page = uploaded(browser, ROSTER.replace("Усть-Илимский район", "Усть-Илимсткий район")).text
    assert "Строка 3<" in page
    assert "не найден в реестре" in page
    assert "Записать:" not in page


def test_headings_below_a_title_are_found_and_rows_keep_their_numbers(browser):
    titled = "Список экспертов\n\n" + ROSTER.replace("Усть-Илимский район", "Нигдейск")
    page = uploaded(browser, titled).text
    assert "Строка 5<" in page
    assert "«Нигдейск» не найден" in page
    assert "Записать: создать 2" in uploaded(browser, f"Список\n{ROSTER}").text


def test_empty_table_with_our_columns_can_be_taken(browser):
    page = browser.get("/organise/registry/experts/import?blank=xlsx")
    assert page.status_code == 200
    assert "spreadsheetml" in page.headers["content-type"]


BY_HAND = {
    "municipalities": {"name": "Жигаловский район", "aliases": "Жигалово\nпос. Жигалово"},
    "organisations": {"name": "Школа № 3", "short_name": "", "municipality": "Киренский район"},
    "experts": {
        "name": "Берёзкина Алевтина Юрьевна",
        "email": "berezkina@example.ru",
        "municipality": "Киренский район",
        "tracks": "1, 2",
        "capacity": "4",
        "senior": "yes",
    },
}


@pytest.mark.parametrize("kind", BY_HAND)
def test_one_is_added_by_hand_and_not_twice(installation, browser, kind):
    address = f"/organise/registry/{kind}/add"
    assert browser.get(address).status_code == 200
    assert browser.post(address, data=BY_HAND[kind]).status_code == 303
    again = browser.post(address, data=BY_HAND[kind])
    assert again.status_code == 422
    assert "уже есть" in again.text
    with installation.begin(read_only=True) as work:
        assert work.journal.last().action == "added"
        assert work.experts.count() == (kind == "experts")


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("email", "не адрес", "адрес"),
        ("email", "", "Напишите адрес"),
        ("municipality", "", "Выберите муниципалитет"),
        ("municipality", "Нигдейск", "не найден в реестре"),
        ("tracks", "первое", "Нужны номера направлений"),
        ("capacity", "много", "Нужно целое число"),
        ("name", "Щ" * 100_000, "длинный текст"),
    ],
)
def test_what_cannot_be_added_is_said_and_nothing_is_written(
    installation, browser, field, text, sentence
):
    page = browser.post("/organise/registry/experts/add", data=BY_HAND["experts"] | {field: text})
    assert page.status_code == 422
    assert sentence in page.text
    assert "Берёзкина" in page.text or field == "name"
    with installation.begin(read_only=True) as work:
        assert work.experts.count() == 0
        assert work.people.by_email("berezkina@example.ru") is None


def test_cluster_is_named_on_its_page(installation, browser):
    assert browser.get("/organise/cluster").status_code == 200
    assert browser.post("/organise/cluster", data={"name": " "}).status_code == 422
    assert browser.post("/organise/cluster", data={"name": "Щ" * 201}).status_code == 422
    answer = browser.post("/organise/cluster", data={"name": "Кластер 1  области", "region": ""})
    assert answer.status_code == 303
    with installation.begin(read_only=True) as work:
        assert work.clusters.only().name == "Кластер 1 области"
    assert "Кластер 1 области" in browser.get("/organise").text


def test_empty_registry_leads_to_both_ways_of_filling_it(browser):
    page = browser.get("/organise/registry/experts").text
    assert "Экспертов пока нет" in page
    assert "/organise/registry/experts/import" in page
    assert "/organise/registry/experts/add" in page


def test_unknown_heading_is_matched_by_hand(browser):
    page = uploaded(browser, ROSTER.replace("Почта", "Куда писать"))
    assert page.status_code == 422
    assert "нет столбца «E-mail»" in page.text
    form = {"kept": hidden(page.text, "kept"), "chosen": "yes", "act": "preview"}
    again = browser.post(
        "/organise/registry/experts/import",
        data=form | selected(page.text) | {"column_email": "1"},
    )
    assert "Записать: создать 2" in again.text


def test_something_else_than_a_table_is_refused(browser):
    answer = uploaded(browser, "x", name="experts.exe")
    assert answer.status_code == 422
    assert "Нужна таблица" in answer.text


def test_file_that_is_not_kept_cannot_be_asked_for(browser):
    form = {"kept": "../../etc/passwd.csv", "act": "commit", "chosen": "yes"}
    assert browser.post("/organise/registry/experts/import", data=form).status_code == 422


def test_alias_taken_by_another_member_is_refused(installation, browser):
    with installation.begin(read_only=True) as work:
        town, _, district, _ = (
            work.municipalities.by_name(work.clusters.only().id, name) for name in builders.MEMBERS
        )
    address = f"/organise/registry/municipalities/{town.id}"
    answer = browser.post(address, data={"aliases": "Усть-Илимский р-н"})
    assert answer.status_code == 422
    assert "уже принадлежит" in answer.text
    good = {"aliases": "Усть-Илимск\nг. Усть-Илимск", "same_place": district.id}
    assert browser.post(address, data=good).status_code == 303
    with installation.begin(read_only=True) as work:
        assert work.municipalities.get(district.id).same_place == (town.id,)


def test_expert_who_takes_no_part_is_not_active(installation, browser):
    with installation.begin() as work:
        home = work.municipalities.all()[0]
        one = builders.an_expert(work, home)
    assert browser.get("/organise/registry/experts").status_code == 200
    browser.post(f"/organise/registry/experts/{one.id}", data={"capacity": "3"})
    with installation.begin(read_only=True) as work:
        changed = work.experts.get(one.id)
    assert (changed.capacity, changed.active) == (3, False)
