"""A review by its expert sheet: score, what is missing, what must be explained."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.review import rules
from flows.review.rules import Fault
from schemas.errors import BadInput
from schemas.review import Recommendation, ReviewDraft
from schemas.rubric import RUBRICS

DEFAULT = RUBRICS["default"]
sheets = st.sampled_from(sorted(RUBRICS)).map(RUBRICS.__getitem__)


def filled(rubric, place: int) -> dict[str, int]:
    return {criterion.code: criterion.levels[place].value for criterion in rubric.criteria}


def complete(rubric, **changes) -> ReviewDraft:
    return ReviewDraft(
        levels=filled(rubric, -1),
        gates={gate.code: True for gate in rubric.gates},
        recommendation=Recommendation.BOTH,
    ).model_copy(update=changes)


def test_score_is_the_weighted_share_of_the_highest_levels():
    levels = {"relevance": 3, "novelty": 2, "method": 2, "results": 1, "transfer": 3}

    assert rules.score(DEFAULT, levels) == pytest.approx(100 * (3 + 2 + 6 + 2 + 6) / (3 * 9))


@pytest.mark.parametrize("rubric", RUBRICS.values(), ids=RUBRICS)
def test_highest_levels_give_exactly_a_hundred(rubric):
    assert rules.score(rubric, filled(rubric, -1)) == 100
    assert 0 <= rules.score(rubric, filled(rubric, 0)) <= 10


@given(sheets, st.data())
def test_score_stays_on_the_scale_and_grows_with_every_level(rubric, data):
    places = {
        part.code: data.draw(st.integers(0, len(part.levels) - 1)) for part in rubric.criteria
    }
    levels = {part.code: part.levels[places[part.code]].value for part in rubric.criteria}
    score = rules.score(rubric, levels)

    assert 0 <= score <= 100
    for part in rubric.criteria:
        if places[part.code] + 1 < len(part.levels):
            higher = levels | {part.code: part.levels[places[part.code] + 1].value}
            assert rules.score(rubric, higher) > score


def test_unfinished_review_has_no_score():
    with pytest.raises(BadInput, match="Новизна"):
        rules.score(DEFAULT, {"relevance": 1})


def test_level_outside_the_sheet_has_no_score():
    observed = RUBRICS["observed"]

    with pytest.raises(BadInput, match="0, 1, 3, 5"):
        rules.score(observed, filled(observed, -1) | {"goal": 4})


def test_empty_review_misses_every_field_in_the_order_of_the_sheet():
    faults = rules.faults(DEFAULT, ReviewDraft())

    assert [fault.field for fault in faults] == [
        "levels.relevance",
        "levels.novelty",
        "levels.method",
        "levels.results",
        "levels.transfer",
        "gates.formatting",
        "gates.borrowings",
        "gates.children_data",
        "recommendation",
    ]
    assert {fault.fault for fault in faults} == {Fault.MISSING}


def test_complete_review_has_no_faults():
    assert rules.faults(DEFAULT, complete(DEFAULT)) == ()
    assert rules.is_complete(DEFAULT, complete(DEFAULT))


def test_low_level_must_be_explained_there_or_in_the_comment_to_the_author():
    levels = filled(DEFAULT, -1) | {"method": 0}
    silent = complete(DEFAULT, levels=levels, comment="  ")

    assert [fault.field for fault in rules.faults(DEFAULT, silent)] == ["comments.method"]
    assert rules.is_complete(DEFAULT, silent.model_copy(update={"comment": "Нет хода работы."}))
    assert rules.is_complete(
        DEFAULT, silent.model_copy(update={"comments": {"method": "Нет хода работы."}})
    )


def test_blank_words_explain_nothing_and_some_sheets_ask_for_none():
    levels = filled(DEFAULT, -1) | {"method": 0}
    blank = complete(DEFAULT, levels=levels, comments={"method": " \n"})
    open_minded = DEFAULT.model_copy(
        update={
            "criteria": tuple(
                part.model_copy(update={"comment_up_to": None}) for part in DEFAULT.criteria
            )
        }
    )

    assert not rules.is_complete(DEFAULT, blank)
    assert rules.is_complete(open_minded, blank)


def test_fields_the_sheet_does_not_have_are_named():
    stray = complete(
        DEFAULT,
        levels=filled(DEFAULT, -1) | {"beauty": 3},
        gates={gate.code: True for gate in DEFAULT.gates} | {"mood": True},
    )

    assert [(fault.field, fault.fault) for fault in rules.faults(DEFAULT, stray)] == [
        ("levels.beauty", Fault.UNKNOWN),
        ("gates.mood", Fault.UNKNOWN),
    ]


def test_progress_counts_only_what_the_sheet_asks():
    draft = ReviewDraft(levels={"relevance": 1, "beauty": 2}, gates={"formatting": False})

    assert rules.progress(DEFAULT, draft) == (2, 8)
