"""Groups, levels and formats fit without a letter in common."""

import pytest

from flows.assignment.affinity import fields
from flows.assignment.affinity.profiles import ExpertProfile, WorkProfile
from schemas.specialisations import FORMAT_NAMES, GROUPS, SCHOOL_LEVELS


def fit(work, *specialisations, position=""):
    expert = ExpertProfile(id="e", specialisations=specialisations, text=position)
    return fields.group_fit(fields.claims_of(work), fields.known_of(expert))


def test_physics_belongs_to_teachers_of_natural_sciences():
    work = WorkProfile(id="w", subject="Физика")

    found = fit(work, "Учителя естественно-научных предметов")

    assert found.value == fields.BY_SUBJECT
    assert found.group == "Естественно-научные предметы"


def test_neighbouring_subject_fits_less_than_the_same_and_more_than_a_strange_one():
    work = WorkProfile(id="w", subject="Физика")

    same = fit(work, position="учитель физики").value
    neighbour = fit(work, position="учитель химии").value
    strange = fit(work, position="учитель истории").value

    assert same > neighbour > strange == 0


def test_subject_says_more_than_a_keyword_and_a_keyword_more_than_the_text():
    experts = "Функциональная грамотность"
    works = (
        WorkProfile(id="a", subject="Читательская грамотность"),
        WorkProfile(id="b", keywords=("читательская грамотность",)),
        WorkProfile(id="c", text="Развиваем читательскую грамотность"),
    )

    values = [fit(work, experts).value for work in works]

    assert values == [fields.BY_SUBJECT, fields.BY_KEYWORD, fields.BY_TEXT]


def test_methodists_of_every_subject_know_any_school_subject_a_little():
    work = WorkProfile(id="w", subject="Химия")

    assert fit(work, "Предметное обучение (обязательные учебные предметы)").value == fields.BY_TEXT


def test_table_of_numbers_says_what_pairs_say():
    works = [
        WorkProfile(id=subject, subject=subject, text=text)
        for subject in ("Физика", "Логопедия", "", "Обществознание")
        for text in ("", "Олимпиада по химии для одарённых")
    ]
    experts = [
        ExpertProfile(id=name, text=name)
        for name in ("учитель физики", "логопед", "методист", "Способности и таланты", "")
    ]
    claims, known = map(fields.claims_of, works), map(fields.known_of, experts)
    claims, known = list(claims), list(known)

    values = fields.group_matrix(claims, known)

    for row, claim in enumerate(claims):
        for column, one in enumerate(known):
            assert values[row, column] == fields.group_fit(claim, one).value


@pytest.mark.parametrize(
    ("said", "field", "value"),
    [
        ("Дошкольное образование", "старший воспитатель", 1),
        ("Начальное общее образование", "учитель начальных классов", 1),
        ("Основное общее образование", "учитель начальных классов", 0),
        ("Основное общее образование", "учитель физики", 1),
        ("Дошкольное образование", "учитель физики", 0),
        ("Основное общее образование", "", fields.UNKNOWN),
        ("какой-то", "учитель физики", fields.UNKNOWN),
    ],
)
def test_level_fits_those_who_work_at_it(said, field, value):
    assert fields.level_fit(said, field) == value


def test_teachers_are_used_to_lessons_and_methodists_to_talks():
    assert fields.format_fit("открытый урок", "учитель физики") == 1
    assert fields.format_fit("открытый урок", "методист") == fields.UNKNOWN
    assert fields.format_fit("доклад", "заведующий методическим кабинетом") == 1


def test_open_lesson_is_found_before_lesson():
    assert fields.format_of("Открытый урок").name == "открытый урок"
    assert {fields.format_of(name).name for name in FORMAT_NAMES} == set(FORMAT_NAMES)


def test_abbreviations_are_whole_words():
    assert "спо" not in fields.heard("спортивные игры и способы")
    assert "впр" in fields.heard("Готовимся к ВПР")


def test_every_group_and_level_of_the_tables_finds_itself():
    for group in GROUPS:
        assert group.name in fields.known_of(ExpertProfile(id="e", text=group.name)).named | (
            fields.known_of(ExpertProfile(id="e", text=group.name)).touched
        )
    for level in SCHOOL_LEVELS:
        assert fields.level_of(level.name) == level
