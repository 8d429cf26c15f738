"""Words for the screen: the same custom as in print, whatever the shortcut."""

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.compilation.renditions import phrasing
from flows.documents import wording

PIECES = st.sampled_from(
    ["урок", " - ", " — ", "...", "2019-2024", "5-6 классов", "№ 5", "А. П. Иванов", "т. е.", "г. ",
     "рис. 3", "27 марта 2026", ". Далее", " и ", "«слово»", "5 %", " ", "кв. 4"]
)  # fmt: skip


@given(text=st.lists(PIECES, max_size=6).map("".join))
@settings(max_examples=100, deadline=None)
def test_lines_that_are_passed_over_hold_nothing_to_set(text: str) -> None:
    expected = text
    for pattern, replacement in wording.RULES:
        expected = pattern.sub(replacement, expected)
    if phrasing._RUSSIAN.search(text):
        assert phrasing._spaced(text) == expected


def test_a_quote_may_open_in_one_span_and_close_in_another() -> None:
    assert phrasing.in_line(('Школа "Заря', '" и дом')) == ("Школа «Заря", "» и дом")
    assert phrasing.in_line(('plain "text"',)) == ('plain "text"',)


def test_a_title_is_one_line() -> None:
    assert phrasing.polished('Урок\n"Лес"  и\tполе') == "Урок «Лес» и поле"
