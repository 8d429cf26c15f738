"""Every role × every address × every state: nobody meets a word that the table does not give them.

Bounded, every role asks every route once, in the state whose turn it is; in full size (``make
soak``) everybody asks every route in every state, on both databases.
"""

import pytest
from blind.canaries import SECRETS
from blind.walk import SOAK, met
from blind.writes import OPERATIONS, WRITERS

pytestmark = pytest.mark.xdist_group("blind")
FEWEST = 50_000 if SOAK else 4_500
FEWEST_PAGES = 150
FEWEST_LETTERS = 40
FEWEST_COMPARED = 4_000 if SOAK else 100
FEWEST_WATCHED = 50
MOST_MISSED = 0 if SOAK else 8  # bounded, not everybody has opened everything


def listed(found):
    return "\n".join(map(str, found[:40]))


def test_nobody_meets_a_canary_in_any_state(walk):
    walk.say(f"{walk.asker.asked} requests, {len(walk.leaks)} hits, {dict(walk.answers)}")
    assert walk.leaks == [], listed(walk.leaks)


def test_enough_was_asked_and_most_of_it_was_there(walk):
    assert walk.asker.asked > FEWEST
    assert len(walk.seen) > FEWEST_PAGES
    assert walk.letters > FEWEST_LETTERS


def test_nothing_broke_on_the_way(walk):
    assert walk.faults == [], listed(walk.faults)


def test_what_is_refused_and_names_that_nobody_has_are_answered_alike(walk):
    assert walk.compared > FEWEST_COMPARED
    assert walk.differences == [], listed(walk.differences)


def test_pages_stay_as_they_are_when_a_review_arrives_or_a_decision_is_proposed(walk):
    assert walk.watched > FEWEST_WATCHED
    assert walk.moved == [], listed(walk.moved)


def test_what_is_refused_and_what_is_read_changes_nothing(walk):
    assert walk.written == [], listed(walk.written)


def test_lines_of_the_log_name_nobody(walk):
    told = [line for line in walk.lines if met(walk.reader.text_of(line.encode()))]
    assert len(walk.lines) > walk.asker.asked / 2
    assert told == [], listed(told)


def test_every_operation_of_the_api_that_writes_is_in_the_table():
    assert set(WRITERS) == OPERATIONS


def test_every_secret_is_met_by_those_who_may(walk):
    """So that a table that gives too little, or a town without canaries, would not pass."""
    missed = {one.name for one in SECRETS} - walk.met
    assert len(missed) <= MOST_MISSED, missed


def test_a_planted_leak_is_found(walk):
    """Had the mask let one word through, the experts' pages would have been reported."""
    assert "the school of the first" in {leak[3] for leak in walk.planted}
