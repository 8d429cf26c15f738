"""Written names: who may be whom, and who may be a relative."""

import pytest

from schemas.person_names import may_be_one, name_of, names_in

ANNA = name_of("Иванова Анна Петровна")


@pytest.mark.parametrize(
    "written",
    [
        "Иванова А. П.",
        "Иванова А.П.",
        "А. П. Иванова",
        "ИВАНОВА АННА ПЕТРОВНА",
        "Анна Петровна Иванова",
        "Иванова-Громова Анна Петровна",
        "Иванова",
        "Иванова А.",
    ],
)
def test_same_person_is_known_in_any_spelling(written):
    assert may_be_one(ANNA, name_of(written))


@pytest.mark.parametrize(
    "written", ["Иванов А. П.", "Иванова Б. П.", "Иванова Анна Олеговна", "Петрова А. П."]
)
def test_other_people_are_other_people(written):
    assert not may_be_one(ANNA, name_of(written))


def test_letter_yo_hyphens_and_composed_letters_do_not_matter():
    one = name_of("Берёзкин – Громов Пётр")
    other = name_of("БЕРЕЗКИН-ГРОМОВ П.")

    assert may_be_one(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Петров Иван", "Петрова Анна"),
        ("Толстой Лев", "Толстая Мария"),
        ("Ильин Олег", "Ильина Ольга"),
        ("Соловьёв Пётр", "Соловьева Анна"),
        ("Мельничук Степан", "Мельничук Ольга"),
        ("Берёзкина-Громова Анна", "Громов Олег"),
    ],
)
def test_husbands_and_daughters_have_one_surname(one, other):
    assert name_of(one).families & name_of(other).families


def test_patronymics_of_brother_and_sister_name_one_father():
    for one, other in (
        ("Петровна", "Петрович"),
        ("Сергеевна", "Сергеевич"),
        ("Ильинична", "Ильич"),
        ("Никитична", "Никитич"),
    ):
        assert name_of(f"Ким А {one}").father == name_of(f"Ким Б {other}").father != ""
    assert name_of("Ким А. П.").father == ""


def test_line_of_several_mentors_is_read_apart_and_words_are_no_names():
    found = names_in("учитель физики Иванова А. П., Сидоров П. П. и Ким Олег")

    assert [name.surname for name in found] == ["иванова", "сидоров", "ким"]
    assert names_in("нет") == names_in("") == ()
