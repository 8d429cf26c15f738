"""What people type: whatever comes, it is fit to keep and never an error."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from review_api import typed

ANYTHING = st.text(st.characters(exclude_categories=()))
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
HEART = "\u2764\ufe0f\u200d\U0001f525"
ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


@settings(max_examples=60)
@given(ANYTHING)
def test_what_is_kept_is_composed_and_survives_a_second_cleaning(words):
    for clean in (typed.line, typed.text):
        once = clean(words)
        assert clean(once) == once == unicodedata.normalize("NFC", once)
        once.encode()


@settings(max_examples=60)
@given(ANYTHING)
def test_nothing_kept_controls_the_terminal_or_the_direction(words):
    kept = typed.text(words)
    marks = [one for one in kept if unicodedata.category(one) in {"Cc", "Cs", "Zl", "Zp"}]
    assert set(marks) <= {"\n"}
    assert not set("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") & set(kept)


@settings(max_examples=60)
@given(ANYTHING)
def test_a_line_is_one_line_without_stray_spaces(words):
    kept = typed.line(words)
    assert kept == " ".join(kept.split())
    assert len(kept) <= typed.LONGEST


@settings(max_examples=60)
@given(ANYTHING | st.integers(-5, 10**12).map(str))
def test_a_whole_number_is_a_number_or_nothing(words):
    found = typed.whole(words, most=500)
    assert found is None or (0 <= found <= 500 and int(words) == found)


@pytest.mark.parametrize("words", ["", "²", "٣", "-1", "1.5", "1_0", "9" * 5000, "0" * 5000, "Ⅷ"])
def test_what_only_looks_like_a_number_is_none(words):
    assert typed.whole(words) is None


@pytest.mark.parametrize("words", [FAMILY, HEART, ENGLAND, "\U0001f1f7\U0001f1fa", "\U0001fae8"])
def test_joined_emoji_stay_joined(words):
    assert typed.line(words) == words == typed.text(words)


@pytest.mark.parametrize("space", ["\t", "\xa0", "\u202f", "\u3000", "\r\n", "\u2028", "\x0b"])
def test_no_sign_between_words_glues_them(space):
    assert typed.line(f"Чтение{space}вслух") == "Чтение вслух"
    assert typed.text(f"Чтение{space}вслух").split() == ["Чтение", "вслух"]


def test_joiners_between_letters_and_halves_of_characters_are_left_out():
    assert typed.text("Ур\u200dок\u202e\x00 \ud800чте\xadния") == "Урок чтения"


def test_letters_in_two_parts_are_composed():
    assert typed.line("Андреи\u0306") == "Андрей"


def test_of_a_huge_text_less_than_four_kilobytes_come_back():
    assert len(typed.echoed("\U0001f600" * 10**6, most=300).encode()) < 4096
    assert typed.echoed("а" * 5500, most=3000) == "а" * 5500


def test_sentence_about_length_says_both_numbers():
    assert typed.too_long("а" * 11, 10) == "Слишком длинно: не больше 10 знаков, сейчас 11."
    assert typed.too_long("а" * 10, 10) == ""
