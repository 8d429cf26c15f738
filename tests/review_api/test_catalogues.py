"""Every Russian string of templates and of Python has its English, with the same gaps."""

import pytest

from review_api import catalogues, formats, sentence_source


@pytest.mark.parametrize("domain", catalogues.SOURCES)
def test_english_catalogue_lacks_nothing_and_keeps_nothing_old(domain):
    assert catalogues.faults(domain) == []


def test_fuzzy_guess_is_no_translation(tmp_path, monkeypatch):
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    guessed = '#, fuzzy\nmsgid "Сохранить"\nmsgstr "Save"\n'
    (folder / "messages.po").write_text(guessed, "utf-8")
    monkeypatch.setattr(catalogues, "LOCALE", tmp_path)
    assert catalogues.pairs("en", "messages") == {}


def test_other_gaps_and_russian_letters_are_faults():
    said = {"Работ: {n}": "Works: {count}", "Нет": "Нет", "Да": "Yes"}
    assert list(catalogues.wrong(said.items())) == [
        "other gaps: Работ: {n}",
        "Russian letters: Нет",
    ]


def test_names_of_units_are_sentences_of_python():
    assert set(formats.UNITS) <= set(sentence_source.sentences())


def test_sentence_is_read_from_the_tree_with_gaps_named_after_values():
    source = '''
"""Докстрока."""
LABEL = "Готово"
def told(work, count):
    words = plural(count, "работа", "работы", "работ")
    re.compile("[А-Я]+")
    return f"Работа «{work.title}»: {counted(count)} и {NAMES[work.kind]}, ещё {work.title}"
'''
    assert sorted(sentence_source.sentences_in(source)) == [
        "Готово",
        "Работа «{title}»: {counted} и {names}, ещё {title2}",
        "работа|работы|работ",
    ]
