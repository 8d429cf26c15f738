"""Quotes inside quotes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.quotes import nest_quotes, russian_quotes


@pytest.mark.parametrize(
    ("written", "set_right"),
    [
        ("материал «Чтение»", "материал «Чтение»"),
        ("««Дневник»: как читаем»", "«„Дневник“: как читаем»"),
        ("«Школа «Новая»», клуб «Родник»", "«Школа „Новая“», клуб «Родник»"),
        ("«Первая\n«Вторая»", "«Первая\n«Вторая»"),
        ("5» дисплей «X»", "5» дисплей «X»"),
        ("««незакрыто»", "««незакрыто»"),
    ],
)
def test_inner_quotes_differ_from_outer_ones(written, set_right):
    assert nest_quotes(written) == set_right


@settings(max_examples=50)
@given(st.text(alphabet="«»а \n", max_size=20))
def test_only_marks_change_and_once_is_enough(text):
    once = nest_quotes(text)
    assert len(once) == len(text)
    assert nest_quotes(once) == once


@pytest.mark.parametrize(
    ("typed", "set_right"),
    [
        ('"Школа "Новая""', "«Школа „Новая“»"),
        ("“Школа” и „сад“", "«Школа» и «сад»"),
        ("«Гимназия “Ангарская”»", "«Гимназия „Ангарская“»"),
        ('15" экран', '15" экран'),
        ("”наоборот“", "”наоборот“"),
    ],
)
def test_quotes_typed_in_any_manner_become_russian_ones(typed, set_right):
    assert russian_quotes(typed) == set_right
    assert russian_quotes(set_right) == set_right
