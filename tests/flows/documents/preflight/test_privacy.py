"""Names are found in any case form, hidden across styles, and ordinary words stay."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.documents.preflight.given_names import GIVEN_NAMES
from flows.documents.preflight.names import case_forms, declined, folded
from flows.documents.preflight.privacy import (
    HIDDEN,
    find_named,
    find_personal,
    mask,
    mask_lines,
    mask_words,
)
from flows.documents.structure import document_text
from schemas.document import Cell, Document, Heading, Note, Paragraph, Picture, Span, Table
from schemas.extraction import WarningCode

NAMES = ("Зимородкова Анна Львовна", "МБОУ «СОШ № 5»", "г. Усть-Илимск", "Киренский район")


def document(*texts, title=""):
    blocks = tuple(Paragraph(inlines=(Span(text=text),)) for text in texts)
    return Document(title=title, blocks=blocks)


def hidden(text, names=NAMES):
    return document_text(mask(document(text), names))


@pytest.mark.parametrize(
    "text",
    [
        "Зимородкова",
        "Зимородковой Анны Львовны",
        "А. Л. Зимородкова",
        "А.Л.Зимородковой",
        "Зимородковой А. Л.",
        "Анна Львовна",
        "с Анной Львовной Зимородковой",
        "ЗИМОРОДКОВА",
        "СОШ № 5",
        "школе №5",
        "МБОУ «СОШ № 5»",
        "г. Усть-Илимске",
        "Усть-Илимском районе",
        "Киренск",
        "Киренского района",
        "a.zimor@example.org",
        "+7 902 123-45-67",
        "8(3952)12-34-56",
        "123-456-789 01",
    ],
)
def test_what_tells_the_author_is_hidden(text):
    left = hidden(f"Опыт {text} описан.").replace(HIDDEN, "")
    assert not set(left.split()) - {"Опыт", "описан.", "с", "."}


@pytest.mark.parametrize(
    ("name", "forms"),
    [
        ("Мельник Олег", ["Мельника", "Мельником", "Мельнику"]),
        ("Бельская Ольга", ["Бельской", "Бельскую"]),
        ("Гончаренко Ирина", ["Гончаренко"]),
        ("Соловей Пётр", ["Соловья", "Соловьём"]),
        ("Кравец Илья", ["Кравца", "Кравцом"]),
        ("Седых Нина", ["Седых"]),
        ("Королёв Лев", ["Королева", "Королёвым"]),
        ("Дальний-Рощин Егор", ["Дальнего-Рощина", "Дальнему-Рощину"]),
    ],
)
def test_surnames_of_every_type_are_found_in_other_cases(name, forms):
    for form in forms:
        assert hidden(f"Урок {form} удался", (name,)) == f"Урок {HIDDEN} удался"


@pytest.mark.parametrize(
    "text",
    [
        "Zimorodkova",
        "A. L. Zimorodkova",
        "Zimorodkova Anna",
        "ZIMORODKOVA A.L.",
        "Shchukina",
        "Yu. Schukina",
        "Yevdokimov",
        "Evdokimov P.",
    ],
)
def test_a_surname_in_latin_letters_is_hidden(text):
    names = ("Зимородкова Анна Львовна", "Щукина Юлия Юрьевна", "Евдокимов Пётр Ильич")
    assert hidden(f"Abstract: {text} writes", names) == f"Abstract: {HIDDEN} writes"


def test_english_words_stay():
    text = "Kim and Rose read The Little Prince; Anna Lee wrote it down"
    assert hidden(text, ("Ким Роза", "Ли Анна", "Зимородкова Анна")) == text


NAMED_SCHOOLS = (
    "МБОУ «Пересветовская СОШ»",
    "МКДОУ детский сад «Радуга»",
    "МКОУ «Ербогачёнская СШ “Непа”»",
    "МБОУ «Гимназия имени Героя Труда И. И. Наймушина»",
    "МО «Катангский район»",
    "МБОУ «СОШ № 7» г. Братска",
    "Управление образования Киренского района",
)


@pytest.mark.parametrize(
    "text",
    [
        "Пересветовской школе",
        "Пересветовская СОШ",
        "ПЕРЕСВЕТОВСКОЙ СОШ",
        "Пересветовской средней общеобразовательной школы",
        "МБОУ Пересветовская СОШ",
        "«Пересветовской СОШ»",
        "школе Пересветовской",
        "с. Пересветово",
        "посёлке Пересветовском",
        "саду «Радуга»",
        "сада Радуги",
        "Ербогаченской школы",
        "школой «Непа»",
        "имени Наймушина",
        "им. И. И. Наймушина",
        "Катангском районе",
        "г. Братске",
        "городе Братске",
        "Киренском районе",
    ],
)
def test_a_school_with_a_name_of_its_own_is_hidden_in_any_form(text):
    left = hidden(f"Опыт {text} описан.", NAMED_SCHOOLS).replace(HIDDEN, "")
    assert set(left.split()) == {"Опыт", "описан."}


@pytest.mark.parametrize(
    "text",
    [
        "Радуга бывает после дождя, река Непа замёрзла",
        "Дети любят труд и героя рассказа",
        "В школе рады, и сад цветёт",
        "Город строится, район растёт",
        "У брата два брата",
    ],
)
def test_words_that_a_school_is_named_by_stay_where_they_name_nothing(text):
    assert hidden(text, NAMED_SCHOOLS) == text


@pytest.mark.parametrize(
    "text",
    [
        "на морозе и в саду",
        "школы № 55 нет",
        "в 2023 году 41 % из 120",
        "Зимородок сел на ветку",
        "Дети читали: 8 902 страницы",
        "12.05.2023 прошёл урок",
    ],
)
def test_ordinary_words_and_numbers_stay(text):
    names = ("Мороз Пётр", "Зимородкова Анна", "«Лицей № 5»")
    kept = hidden(text, names)
    assert kept == text or "№ 55" in text


def test_a_name_that_changes_its_type_in_the_middle_is_hidden_whole():
    inlines = (
        Span(text="Автор Зимо"),
        Span(text="родкова", bold=True),
        Span(text=" Анна", italic=True),
        Span(text=" пишет"),
    )
    masked = mask(Document(blocks=(Paragraph(inlines=inlines),)), NAMES)
    assert document_text(masked) == f"Автор {HIDDEN} пишет"


def test_names_are_hidden_in_titles_notes_cells_descriptions_and_links():
    name = Span(text="Зимородкова", link="mailto:zimorodkova@example.org")
    note = Note(blocks=(Paragraph(inlines=(name,)),))
    table = Table(columns=1, rows=((Cell(blocks=(Paragraph(inlines=(name,)),)),),))
    picture = Picture(name="a.png", description="Зимородкова у доски")
    blocks = (
        Heading(level=1, inlines=(name,)),
        Paragraph(inlines=(Span(text="Текст"), note, picture)),
        table,
    )
    masked = mask(Document(title="Опыт Зимородковой", blocks=blocks), NAMES)
    assert "имородков" not in masked.model_dump_json()
    assert "zimorodkova" not in masked.model_dump_json()


def test_children_are_found_beside_class_and_role_and_hidden():
    text = "Ученик Петров Ваня решил задачу. Сидорова Маша (6 «Б» класс) помогла."
    found = {f.text for f in find_personal(document(text)) if f.code == WarningCode.CHILDREN_NAMED}
    assert found == {"Петров Ваня", "Сидорова Маша"}
    assert "Маша" not in hidden(text)
    assert "6 «Б» класс" in hidden(text)


def test_writers_are_not_children():
    assert not find_personal(document("Ученики читали стихи. Автор Пушкин Александр жил давно."))


def test_finding_says_in_which_section_it_stands():
    blocks = (
        Heading(level=1, inlines=(Span(text="Итоги"),)),
        Paragraph(inlines=(Span(text="Пишите: a@example.org"),)),
    )
    [finding] = find_personal(Document(blocks=blocks))
    assert (finding.text, finding.where) == ("a@example.org", "раздел «Итоги»")


def test_name_in_the_running_head_is_found():
    [finding] = find_named(document("Текст"), NAMES, margins="Зимородкова А. Л.")
    assert finding.where == "колонтитул"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(alphabet="Зиморд квАн№5.,«»\n", max_size=30), max_size=5))
def test_masking_twice_changes_nothing_more(pieces):
    once = mask(document(*pieces), NAMES)
    assert mask(once, NAMES) == once


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.text(max_size=20))
def test_any_name_and_any_text_are_survived(text, name):
    mask(document(text), (name, "«" + name + "»"))


def test_words_outside_documents_are_masked_as_documents_are():
    line, names = "Урок провела Иванова Анна, 8 902 511-22-33", ("Иванова Анна Петровна",)
    document = mask(Document(title=line, blocks=()), names)
    assert mask_words(line, names) == document.title != line
    assert mask_lines(f"{line}\nВторая строка", names) == f"{document.title}\nВторая строка"


@pytest.mark.parametrize("name", [*GIVEN_NAMES[::7], "Кравец", "Соловей", "Горький", "Черных"])
def test_case_forms_of_a_name_are_what_its_pattern_finds(name):
    forms = case_forms([name])
    pattern = re.compile(declined(name))
    assert folded(name) in forms
    assert all(pattern.fullmatch(form.capitalize()) for form in forms)
