"""Expert sheets are data a person can read and the code can trust."""

import pytest

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
    with pytest.raises(BadInput, match="по возрастанию"):
        criterion(levels=(Level(value=2, anchor="Два."), Level(value=1, anchor="Один.")))


def test_codes_must_differ_across_criteria_and_gates():
    with pytest.raises(BadInput, match="goal"):
        Rubric(
            code="own",
            title="Свой лист",
            criteria=(criterion(),),
            gates=(Gate(code="goal", title="Цель", question="Есть ли цель?"),),
        )
