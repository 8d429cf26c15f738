"""Names stand as in a Russian dictionary, whatever the letters, hyphens and spaces."""

from hypothesis import given
from hypothesis import strategies as st

from schemas.ordering import name_key

NAMES = st.text(alphabet="абвгдеёжАБЕЁиваноIvan -№«»7", max_size=12)


def in_order(*names):
    backwards = list(names)[::-1]
    return sorted(backwards, key=name_key) == list(names)


def test_yo_counts_as_ye_and_only_breaks_a_tie():
    assert in_order("Ёлкин", "Ельцова", "Еремин", "Ерёмин", "Еремина")
    assert in_order("Жуков", "Зуев", "Яковлев", "Ivanov")


def test_hyphen_and_space_come_before_letters():
    assert in_order("Иванов Пётр", "Иванов-Петров", "Иванова")


def test_quotes_and_case_do_not_count():
    assert in_order("«Ангара»", "Берёзка", "гимназия № 1")


def test_a_number_counts_as_a_whole():
    assert in_order("Район 2", "Район 10", "Район 10а", "Район двадцатый")
    assert in_order("МОУ «СОШ № 4»", "МОУ «СОШ № 12»", "МОУ «СОШ № 112»")
    assert in_order("Школа № 007", "Школа № 7", "Школа № 8")


@given(NAMES, NAMES)
def test_replacing_yo_never_moves_a_name_past_another_one(one, other):
    plain = [name.replace("ё", "е").replace("Ё", "Е") for name in (one, other)]
    if name_key(plain[0])[0] != name_key(plain[1])[0]:
        by_letters = name_key(plain[0]) < name_key(plain[1])
        assert (name_key(one) < name_key(other)) == by_letters


@given(st.lists(NAMES, max_size=6))
def test_order_is_total_and_does_not_depend_on_how_the_list_came(names):
    backwards = names[::-1]
    assert sorted(names, key=name_key) == sorted(backwards, key=name_key)
