"""Passages of fifteen words are always found, unrelated works share none, disguises do not help."""

import random
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.documents.preflight.fingerprints import (
    GUARANTEED,
    count_words,
    own_words,
    text_fingerprints,
    words,
)
from flows.documents.preflight.overlap import passages, share, turned

WORKS = Path(__file__).parents[4] / "samples/marathon/works"
TEXTS = [path.read_text("utf-8") for path in sorted(WORKS.glob("*.md"))][:24]
PASSAGE = (
    "Каждую пятницу ребята садятся в круг и по очереди рассказывают, какая задача заняла у них "
    "больше всего времени, а сосед записывает одно слово, которое услышал чаще других."
)


def planted(host, piece, at):
    lines = host.split("\n")
    lines.insert(at % (len(lines) + 1), piece)
    return "\n".join(lines)


def found(text, other):
    """As the system does it: first the index, then the texts themselves."""
    is_candidate = set(text_fingerprints(text)) & set(text_fingerprints(other))
    return passages(text, other) if is_candidate else ()


def test_every_planted_passage_of_fifteen_words_is_found():
    chance = random.Random(7)  # noqa: S311  (the same every time)
    missed = []
    for _ in range(60):
        source, host = chance.sample(TEXTS, 2)
        run = chance.choice([run for run in own_words(source) if len(run) >= GUARANTEED])
        first = chance.randrange(len(run) - GUARANTEED + 1)
        piece = source[run[first].start : run[first + GUARANTEED - 1].end]
        if not found(planted(host, piece, chance.randrange(500)), source):
            missed.append(piece)

    assert missed == []


def test_unrelated_works_share_nothing():
    prints = [set(text_fingerprints(text)) for text in TEXTS]
    shared = [
        (one, two)
        for one, two in combinations(range(len(TEXTS)), 2)
        if prints[one] & prints[two] and passages(TEXTS[one], TEXTS[two])
    ]

    assert shared == []


WORDS = ("река", "школа", "урок", "дети", "пять", "карта", "лёд")
SOFT, ZERO, STRESS = "\u00ad", "\u200b", "\u0301"
DISGUISES = {
    "capitals": str.upper,
    "latin letters": lambda text: text.translate(str.maketrans("аосер", "aocep")),
    "soft hyphens": lambda text: text.replace("о", f"о{SOFT}"),
    "zero width": lambda text: text.replace("а", f"{ZERO}а"),
    "stresses": lambda text: text.replace("и", f"и{STRESS}"),
    "ё": lambda text: text.replace("е", "ё"),
    "commas": lambda text: text.replace(" ", ", "),
    "broken lines": lambda text: text.replace("рассказывают", "рассказы-\nвают"),
    "one word changed": lambda text: text.replace("задача", "проблема"),
    "no spaces of one kind": lambda text: text.replace(" ", "\u00a0"),
}


@pytest.mark.parametrize("disguise", DISGUISES.values(), ids=DISGUISES)
def test_disguises_do_not_help(disguise):
    text = f"Свой текст в начале.\n{disguise(PASSAGE)}\nИ свой конец."

    assert found(text, f"Чужая работа. {PASSAGE} Дальше другое.")


def test_places_are_told_in_both_texts():
    here, there = f"Начало. {PASSAGE} Конец.", f"Совсем иначе начатая работа. {PASSAGE}"
    [one] = passages(here, there)

    assert here[one.here.start : one.here.end] == PASSAGE.rstrip(".")
    assert there[one.there.start : one.there.end] == PASSAGE.rstrip(".")
    assert turned((one,))[0].here == one.there


def test_a_quotation_is_not_borrowed():
    quoted = f"Как пишут коллеги: «{PASSAGE.rstrip('.')}»."

    assert not found(f"Свой текст. {quoted} Дальше своё.", f"Чужое. {PASSAGE}")


def test_a_list_of_sources_is_not_borrowed():
    source = "Сумеркина А. П. Задачи о северной реке для учеников пятых и шестых классов сельской малокомплектной школы // Вестник пробного учителя. – 2021. – № 3. – С. 14–21."

    assert not found(f"Своё.\n{source}", f"Чужое.\n{source}")


def test_names_of_acts_are_formulas():
    act = (
        "Работа отвечает требованиям: федеральный государственный образовательный стандарт "
        "основного общего образования, личностные, метапредметные и предметные результаты "
        "освоения основной образовательной программы."
    )

    assert not found(f"Своё начало. {act} Дальше своё.", f"Чужое начало. {act} Дальше чужое.")


def test_what_very_many_share_is_a_formula():
    here, there = f"Начало. {PASSAGE} Конец.", f"Иное. {PASSAGE}"
    common = frozenset(text_fingerprints(here)) & frozenset(text_fingerprints(there))

    assert passages(here, there)
    assert passages(here, there, common=common) == ()


def test_the_share_counts_each_word_once():
    text = f"{PASSAGE} {TEXTS[0][:2000]}"
    twice = passages(text, PASSAGE) + passages(text, f"Ещё раз. {PASSAGE}")
    part = share(twice, count_words(text))

    assert part == pytest.approx(len(words(PASSAGE)) / count_words(text), abs=0.01)


def test_a_text_is_wholly_its_own_copy():
    text = TEXTS[3]

    assert share(passages(text, text), count_words(text)) > 0.98


@given(st.text(max_size=400))
@settings(max_examples=40, deadline=None)
def test_any_text_has_words_at_their_places(text):
    for word in words(text):
        assert 0 <= word.start < word.end <= len(text)
        assert word.folded


@given(st.lists(st.sampled_from(WORDS), max_size=60))
@settings(max_examples=40, deadline=None)
def test_enough_equal_words_share_a_fingerprint(chosen):
    text = " ".join(chosen)
    prints = text_fingerprints(text)

    assert bool(prints) == (len(chosen) >= 8)
    if len(chosen) >= GUARANTEED:
        assert set(text_fingerprints(f"другое начало {text}")) & set(prints)
