"""Russian print custom: what a careful typesetter does to every line."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.documents.wording import for_word, typographic

CASES = [
    ("материал № 12", "материал №~12"),
    ("СОШ №7", "СОШ №~7"),
    ('МБОУ "СОШ № 7 "Лицей""', "МБОУ «СОШ №~7 „Лицей“»"),
    ("«Гимназия “Ангарская”»", "«Гимназия „Ангарская“»"),
    ("“Английские” кавычки", "«Английские» кавычки"),
    ("«Инструменты «внутри»»", "«Инструменты „внутри“»"),
    ('экран 15" и выше', 'экран 15" и~выше'),
    ("Чтение - это просто", "Чтение~— это просто"),
    ("«За» – 3, «Против» - нет", "«За»~–~3, «Против»~— нет"),
    ("учитель-логопед", "учитель-логопед"),
    ("за 2023-2024 годы", "за~2023–2024~годы"),
    ('в 7 "Б" классе', "в~7~«Б» классе"),
    ("в 5-6 классах", "в~5–6~классах"),
    ("тел. 8-914-55-12", "тел.~8-914-55-12"),
    ("Иванова А.П.", "Иванова~А.~П."),
    ("А. П. Иванова", "А.~П.~Иванова"),
    ("г. Усть-Илимск", "г.~Усть-Илимск"),
    ("5 декабря 2026 г. Поступило", "5~декабря~2026~г. Поступило"),
    ("и т.д.", "и~т.~д."),
    ("как бы о том же", "как~бы о~том~же"),
    ("Продолжение...", "Продолжение…"),
    ("Кошелёк по-русски", "Кошелёк по-русски"),
]


@pytest.mark.parametrize(("typed", "set_text"), CASES)
def test_lines_are_set_as_books_set_them(typed, set_text):
    assert typographic(typed) == set_text.replace("~", "\u00a0")


def test_a_word_processor_keeps_its_spaces_after_short_words():
    assert for_word("в 5-6 классах № 7") == "в 5–6\u00a0классах №\u00a07"


@settings(max_examples=150)
@given(st.text(alphabet='аАбж№§«»„“”" \u00a0-–—.12\n', max_size=24))
def test_setting_twice_changes_nothing_more(text):
    once = typographic(text)
    assert typographic(once) == once


@settings(max_examples=100)
@given(st.text(alphabet="абвгд АБ№12«»\n", max_size=30))
def test_no_word_is_lost(text):
    def words(line):
        return "".join(sign for sign in line if sign.isalnum())

    assert words(typographic(text)) == words(text)
