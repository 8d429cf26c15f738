"""The table of letters: the same in both languages, nothing left in braces."""

import pytest

from flows.notices import words
from flows.notices.letter_shape import Wording
from flows.notices.letters import LETTERS, MissingValues, write_out
from schemas.certificate import CertificateKind
from schemas.extraction import RejectCode
from schemas.people import Role


@pytest.mark.parametrize("letter", LETTERS.values(), ids=LETTERS.keys())
def test_both_languages_name_the_same_placeholders(letter):
    assert letter.ru.placeholders == letter.en.placeholders


@pytest.mark.parametrize("letter", LETTERS.values(), ids=LETTERS.keys())
def test_values_a_writer_gives_are_used(letter):
    unused = set(letter.given) - letter.placeholders - {"assignment_ids"}
    assert not unused


@pytest.mark.parametrize("letter", LETTERS.values(), ids=LETTERS.keys())
def test_english_letters_have_no_russian_in_them(letter):
    text = letter.en.title + letter.en.text
    assert not [sign for sign in text if "а" <= sign.lower() <= "я"]


def test_codes_have_words_in_both_languages():
    for language in ("ru", "en"):
        assert words.FILES[language].keys() == set(RejectCode)
        assert words.ROLES[language].keys() == set(Role)
        assert words.CERTIFICATES[language].keys() == set(CertificateKind)
        assert {kind[language] for kind in words.OUTCOMES.values()}


def test_braces_in_values_stay_as_they_are():
    wording = Wording(title="{title}", text="{title} {name}")

    assert write_out(wording, {"title": "{name}", "name": "{0}"}) == ("{name}", "{name} {0}")


def test_missing_values_are_named():
    with pytest.raises(MissingValues) as refusal:
        write_out(Wording(title="", text="{one} {two}"), {"one": "1"})

    assert refusal.value.names == {"two"}


def test_titles_with_quotes_of_any_kind_stand_in_letters_as_books_have_them():
    russian = Wording(title="Просим оценить: «{title}»", text="Материал «{title}».")
    english = Wording(title="Please review “{title}”", text="The work “{title}”.")
    values = {"title": 'Школа "Лицей" и “клуб”'}
    assert write_out(russian, values)[0] == "Просим оценить: «Школа „Лицей“ и „клуб“»"
    assert write_out(english, {"title": "Reading"}) == (
        "Please review “Reading”",
        "The work “Reading”.",
    )
