"""The table of moves and what follows from them is the one that the documentation shows."""

import re
from enum import StrEnum
from pathlib import Path

import pytest

from schemas import lifecycle
from schemas.assignment import AssignmentStatus
from schemas.lifecycle import CONSEQUENCES, MOVES, NOTHING, Consequence, may_move, status_name
from schemas.submission import SubmissionStatus

DOCUMENT = Path(__file__).parents[2] / "docs" / "reference" / "statuses.md"
HEADINGS = {
    "submission": "Submission",
    "file": "File of a submission",
    "assignment": "Assignment",
    "decision": "Decision (",
    "edition": "Edition",
    "marathon": "Marathon",
}
STATES = [(kind, state) for kind, moves in MOVES.items() for state in moves]


def rows(heading):
    """Cells of the table under a heading, without its head."""
    section = DOCUMENT.read_text("utf-8").split(f"## {heading}")[1].split("\n## ")[0]
    table = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2:]]


def codes(cell):
    return re.findall(r"`(\w+)`", cell)


def test_every_kind_has_its_table():
    assert MOVES.keys() == HEADINGS.keys()


@pytest.mark.parametrize(("kind", "heading"), HEADINGS.items())
def test_moves_are_those_of_the_documentation(kind, heading):
    told = {codes(state)[0]: set(codes(to)) for state, _, to in rows(heading)}

    assert {state.value: {to.value for to in moves} for state, moves in MOVES[kind].items()} == told


@pytest.mark.parametrize(("kind", "heading"), HEADINGS.items())
def test_people_call_every_status_as_the_documentation_says(kind, heading):
    told = {codes(state)[0]: name.lower() for state, name, _ in rows(heading)}

    assert {state.value: status_name(state) for state in MOVES[kind]} == told


def test_status_of_no_kind_has_no_name():
    class Other(StrEnum):
        STRANGE = "strange"

    with pytest.raises(KeyError):
        status_name(Other.STRANGE)


@pytest.mark.parametrize(("kind", "state"), STATES)
def test_only_a_move_of_the_table_may_be_made(kind, state):
    allowed = {to for to in MOVES[kind] if may_move(kind, state, to)}

    assert allowed == MOVES[kind][state]


def test_consequences_are_those_of_the_documentation():
    told = {}
    for kind, state, letter, run in rows("What follows from a move"):
        notice, sweep = codes(letter.split(",")[0]), codes(run)
        told[kind, codes(state)[0]] = Consequence(
            notice=notice[0] if notice else None,
            notice_is_draft="(draft)" in letter,
            sweep=sweep[0] if sweep else None,
        )

    assert {(kind, to.value): what for (kind, to), what in CONSEQUENCES.items()} == told


def test_move_without_consequences_has_none():
    assert lifecycle.consequence("submission", SubmissionStatus.CHECKED) is NOTHING
    assert Consequence(notice=None, notice_is_draft=False, sweep=None) == NOTHING
    invited = lifecycle.consequence("assignment", AssignmentStatus.INVITED)
    assert invited.notice == "invitation"


def test_work_returned_with_words_has_a_letter_of_its_own():
    assert Consequence(notice="sent_back") == lifecycle.SENT_BACK
    assert "`sent_back` when an organiser returned it" in DOCUMENT.read_text("utf-8")
