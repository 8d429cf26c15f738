"""Latin letters that hide among Russian ones are found; words that are meant so are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.alphabets import CYRILLIC, LATIN, TWINS, MixedWord, mixed_words


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("МБОУ «CОШ № 5»", "СОШ"), ("MБОУ лицей", "МБОУ"), ("г. Бpaтск", "Братск")],
)
def test_twin_letters_are_found_with_what_was_meant(typed, meant):
    assert [one.meant for one in mixed_words(typed)] == [meant]


@pytest.mark.parametrize(
    "text",
    ["МБОУ «СОШ № 5»", "QR-код и Wi-Fi", "LEGO-конструирование", "1С", "IT", "QRкод", "ёлка"],
)
def test_words_that_are_meant_so_are_left_alone(text):
    assert mixed_words(text) == ()


def test_word_is_named_once_however_often_it_stands():
    assert mixed_words("CОШ и CОШ", "CОШ") == (MixedWord(typed="CОШ", meant="СОШ"),)


@given(st.text(alphabet="абвгдеёАВСОР", min_size=1), st.sampled_from("ABCEHKMOPTXYaceopxy"))
def test_one_twin_among_russian_letters_is_always_found(russian, twin):
    (found,) = mixed_words(russian + twin)

    assert found.meant == russian + twin.translate(TWINS)
    assert CYRILLIC.search(found.meant)
    assert not LATIN.search(found.meant)
