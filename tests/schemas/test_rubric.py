"""Expert sheets are data a person can read and the code can trust."""

import pytest
from pydantic import ValidationError

from schemas.errors import BadInput
from schemas.rubric import RUBRICS, Criterion, Gate, Level, Rubric, numbered

NO_OR_YES = numbered(("Нет.", "Есть."))


def test_default_sheet_is_that_of_the_marathon():
    criteria = {part.code: part.weight for part in RUBRICS["default"].criteria}

    assert criteria == {"relevance": 1, "novelty": 1, "method": 3, "results": 2, "transfer": 2}
    assert len(RUBRICS["default"].gates) == 3


@pytest.mark.parametrize(
    ("code", "criteria", "levels"),
    [
        ("default", 5, [0, 1, 2, 3]),
        ("fifty_points", 5, list(range(1, 11))),
        ("observed", 5, [0, 1, 3, 5]),
        ("conformity", 7, [0, 1, 2, 3, 4, 5]),
    ],
)
def test_every_template_has_its_scale_with_an_anchor_for_each_level(code, criteria, levels):
    rubric = RUBRICS[code]

    assert rubric.code == code
    assert len(rubric.criteria) == criteria
    for part in rubric.criteria:
        assert [level.value for level in part.levels] == levels
        assert len({level.anchor for level in part.levels}) == len(levels)
        assert all(level.anchor.endswith(".") for level in part.levels)


def test_sheet_survives_its_json():
    for rubric in RUBRICS.values():
        assert Rubric.model_validate_json(rubric.model_dump_json()) == rubric


def criterion(code="goal", levels=NO_OR_YES):
    return Criterion(code=code, title="Цель", weight=1, levels=levels)


def test_levels_must_ascend():
    for values in ((2, 1), (1, 1), (9, 10, 1, 8), (64, 1)):
        levels = tuple(Level(value=value, anchor="Так.") for value in values)
        with pytest.raises(BadInput, match="по возрастанию") as refused:
            criterion(levels=levels)
        assert refused.value.field == "criteria.goal.levels"
    assert criterion(levels=tuple(Level(value=value, anchor="Так.") for value in (8, 16, 64)))


def test_codes_must_differ_across_criteria_and_gates():
    with pytest.raises(BadInput, match="«goal»") as refused:
        Rubric(
            code="own",
            title="Свой лист",
            criteria=(criterion(),),
            gates=(Gate(code="goal", title="Цель", question="Есть ли цель?"),),
        )
    assert refused.value.field == "criteria"


@pytest.mark.parametrize(
    ("code", "from_explained", "weights"),
    [
        ("default", {0}, {1, 2, 3}),
        ("fifty_points", {3}, {1}),
        ("observed", {0}, {1}),
        ("conformity", {1}, {1}),
    ],
)
def test_every_template_says_from_where_a_mark_is_explained_and_what_to_look_at(
    code, from_explained, weights
):
    criteria = RUBRICS[code].criteria

    assert {part.comment_up_to for part in criteria} == from_explained
    assert {part.weight for part in criteria} == weights
    assert all(part.hint and part.title for part in criteria)
    assert len({part.code for part in criteria}) == len(criteria)
    assert RUBRICS[code].source


@pytest.mark.parametrize("rubric", RUBRICS.values(), ids=RUBRICS)
def test_every_template_asks_for_form_sources_and_children(rubric):
    barred = {gate.code: (gate.blocks_publication, gate.blocks_live) for gate in rubric.gates}

    assert barred == {
        "formatting": (True, False),
        "borrowings": (True, True),
        "children_data": (True, False),
    }


def test_sheet_says_only_what_it_is_told():
    gate = Gate(code="goal", title="Цель", question="Есть ли цель?")
    sheet = Rubric(code="own", title="Свой лист", criteria=(criterion(),))

    assert (gate.blocks_publication, gate.blocks_live) == (True, False)
    assert (sheet.source, sheet.gates) == ("", ())
    assert (criterion().hint, criterion().comment_up_to) == ("", None)


def test_criterion_is_found_by_its_code():
    sheet = RUBRICS["observed"]

    assert sheet.criterion("steps") == sheet.criteria[1]
    assert sheet.criterion("formatting") is None
    assert [part.highest for part in sheet.criteria] == [5] * 5


GOOD = {"code": "goal", "title": "Цель", "weight": 1, "levels": NO_OR_YES}


@pytest.mark.parametrize(
    ("field", "bad", "good"),
    [
        ("weight", [0, -1, 100.5, float("inf"), float("nan")], [0.01, 100]),
        ("levels", [(), NO_OR_YES[:1]], [NO_OR_YES]),
        ("title", [""], ["Ц"]),
        ("code", ["", "Goal", "1st", "цель", "a b", "a" * 41], ["a", "a_1", "a" * 40]),
    ],
)
def test_criterion_outside_its_limits_is_refused(field, bad, good):
    for value in bad:
        with pytest.raises(ValidationError):
            Criterion(**GOOD | {field: value})
    for value in good:
        assert getattr(Criterion(**GOOD | {field: value}), field) == value


def test_level_lies_on_a_scale_of_a_hundred_and_is_told_in_words():
    for value, anchor in ((-1, "Нет."), (101, "Да."), (1, "")):
        with pytest.raises(ValidationError):
            Level(value=value, anchor=anchor)
    assert [Level(value=value, anchor="Так.").value for value in (0, 100)] == [0, 100]


def test_sheet_has_at_least_one_criterion():
    with pytest.raises(ValidationError):
        Rubric(code="own", title="Свой лист", criteria=())


def test_levels_are_numbered_from_nothing_or_from_where_they_start():
    assert [level.value for level in numbered(("Нет.", "Есть."))] == [0, 1]
    assert [level.value for level in numbered(("Нет.", "Есть."), start=3)] == [3, 4]
