"""The slow reference ways are right themselves, and would notice a wrong engine."""

import pytest

from flows.decision.bench import exactness
from flows.decision.engine.selection import Candidate, Places

# Krippendorff 2011, section E: four observers, twelve units, ordinal alpha 0.815.
BOOK = [
    [1, 1, 1],
    [2, 2, 3, 2],
    [3, 3, 3, 3],
    [3, 3, 3, 3],
    [2, 2, 2, 2],
    [1, 2, 3, 4],
    [4, 4, 4, 4],
    [1, 1, 2, 1],
    [2, 2, 2, 2],
    [5, 5, 5],
    [1, 1],
    [3],
]


def test_coincidences_give_the_published_alpha():
    assert exactness.coincidence_alpha(BOOK[:-1]) == pytest.approx(0.815, abs=5e-4)
    assert exactness.coincidence_alpha(BOOK) == pytest.approx(0.815, abs=5e-4)


def test_engine_and_book_agree_on_random_tables():
    assert exactness.alpha()["largest_difference"] < 1e-12


def works(*rows):
    return [
        Candidate(id=str(place), municipality=home, track="A", value=value)
        for place, (home, value) in enumerate(rows)
    ]


def test_best_of_all_fills_minima_before_it_looks_at_value():
    candidates = works(("N", 90.0), ("N", 80.0), ("S", 70.0))

    assert exactness.best_of_all(candidates, Places({"A": 2})) == (0, 170.0)
    assert exactness.best_of_all(candidates, Places({"A": 2}, least=1)) == (0, 160.0)
    assert exactness.best_of_all(candidates, Places({"A": 2}, most=1)) == (0, 160.0)
    assert exactness.best_of_all(candidates, Places({"A": 1}, least=1)) == (-1, 90.0)


def test_live_programmes_equal_trying_all():
    assert exactness.selection() == {"cases": 60, "mismatches": 0}


def test_programme_that_leaves_out_the_best_is_noticed(monkeypatch):
    right = exactness.choose
    monkeypatch.setattr(exactness, "choose", lambda works, places: right(works[1:], places))

    assert exactness.selection()["mismatches"] > 10
