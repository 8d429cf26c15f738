"""Near comments against comparing all pairs, and what is left alone."""

from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.decision.screening import comments

LONG = "Практика описана подробно, шаги понятны и могут быть повторены в другой школе без потерь"


def test_same_comment_in_other_letters_and_signs_is_found():
    other = LONG.upper().replace(",", " —")

    assert comments.alike([LONG, "совсем другой текст", other]) == [(0, 2)]


def test_short_standard_phrases_are_left_alone():
    assert comments.alike(["Хорошая работа, спасибо!"] * 5) == []


def test_comment_with_a_changed_ending_is_found():
    words = " ".join(f"слово{place}" for place in range(40))

    assert comments.alike([f"{words} раз", f"{words} два"]) == [(0, 1)]


@given(st.lists(st.lists(st.integers(0, 5), min_size=8, max_size=30), max_size=14))
@settings(max_examples=60, deadline=None)
def test_index_finds_exactly_the_pairs_that_comparing_all_finds(texts):
    sets = [comments.shingles(" ".join(map(str, text))) for text in texts]
    expected = {
        (one, other)
        for one, other in combinations(range(len(sets)), 2)
        if sets[one] and comments.overlap(sets[one], sets[other]) >= comments.NEAR - 1e-9
    }

    assert set(comments.near_pairs(sets)) == expected


def test_thousands_of_comments_with_a_common_opening_are_sorted_out():
    rng = np.random.default_rng(2)
    opening = LONG + " " + LONG
    texts = [f"{opening} {' '.join(map(str, rng.integers(0, 10**6, 30)))}" for _ in range(2000)]
    texts[1500] = texts[3]

    assert comments.alike(texts) == [(3, 1500)]
