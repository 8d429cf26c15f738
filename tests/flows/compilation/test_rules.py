"""Order of names and the small decisions of an editor."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.compilation import rules
from schemas.document import Document, Heading, Paragraph, Span
from schemas.manifest import ArticleAuthor
from schemas.ordering import name_key
from schemas.volume import Volume, VolumeArticle, VolumeSection


@pytest.mark.parametrize(
    ("written", "family", "given"),
    [
        ("Иванова Мария Петровна", "Иванова", "Мария Петровна"),
        ("Мария Петровна Иванова", "Иванова", "Мария Петровна"),
        ("М. П. Иванова", "Иванова", "М. П."),
        ("М.П. Иванова", "Иванова", "М.П."),
        ("Иванова М. П.", "Иванова", "М. П."),
        ("Алиев Расул Гасан оглы", "Алиев", "Расул Гасан оглы"),
        ("Максимович Ян Петрович", "Максимович", "Ян Петрович"),
        ("Иванова", "Иванова", ""),
        ("Речная М. И. (отв. ред.)", "Речная", "М. И."),
        ("Речная М. И., отв. ред.", "Речная", "М. И."),
        ("Речная М. И. — составитель", "Речная", "М. И."),
        ("(отв. ред.)", "(отв.", "ред.)"),
    ],
)
def test_surname_is_found_in_either_order(written: str, family: str, given: str) -> None:
    assert rules.person_name(written) == (family, given)


def test_yo_stands_where_ye_stands() -> None:
    names = ["Жуков", "Ёлкин", "Еремеев", "Елисеев"]
    assert sorted(names, key=name_key) == ["Елисеев", "Ёлкин", "Еремеев", "Жуков"]


@settings(max_examples=100)
@given(st.lists(st.text("АаЁёЕе-", max_size=3), max_size=12))
def test_sorting_does_not_depend_on_the_order_of_arrival(names: list[str]) -> None:
    backwards = names[::-1]
    assert sorted(names, key=name_key) == sorted(backwards, key=name_key)


def article(title: str, *authors: tuple[str, str]) -> VolumeArticle:
    people = tuple(ArticleAuthor(name=name, municipality=place) for name, place in authors)
    return VolumeArticle(title=title, authors=people, document=Document(blocks=()))


def volume(*articles: VolumeArticle) -> Volume:
    section = VolumeSection(title="Раздел", articles=articles)
    return Volume(title="Сборник", year=2024, sections=(section,))


def test_one_author_of_two_articles_is_one_entry() -> None:
    made = volume(
        article("А", ("Ёлкина Анна Львовна", "г. Киренск")),
        article("Б", ("Елкина Анна Львовна", "город Киренск")),
    )
    assert [entry.articles for entry in rules.author_index(made)] == [(0, 1)]


def test_namesakes_of_two_places_are_told_apart() -> None:
    made = volume(
        article("А", ("Иванова Анна", "город Усть-Илимск")),
        article("Б", ("Иванова Анна", "Усть-Илимский район")),
    )
    notes = [entry.note for entry in rules.author_index(made)]
    assert notes == ["Усть-Илимский район", "город Усть-Илимск"]
    assert len(rules.municipality_index(made)) == 2


def test_title_and_authors_at_the_head_of_a_file_are_not_printed_twice() -> None:
    def line(text: str) -> Paragraph:
        return Paragraph(inlines=(Span(text=text),))

    work = article("Чтение у реки", ("Ёлкина Анна Львовна", "г. Киренск"))
    blocks = (
        Heading(level=1, inlines=(Span(text="ЧТЕНИЕ У РЕКИ"),)),
        line("Пользователь"),
        line("Автор: Елкина Анна Львовна, г. Киренск, п. Алымовка"),
        line("Чтение у реки началось осенью."),
        line("Ёлкина Анна Львовна"),
    )
    kept = rules.without_repeated_head(
        work.model_copy(update={"document": Document(blocks=blocks)})
    )
    assert kept.document.blocks == blocks[3:]
