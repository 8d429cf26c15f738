"""What failed gates bar, and how it is said."""

from flows.decision.gates import bars
from schemas.rubric import RUBRICS, Gate

ORIGINAL = Gate(code="original", title="Заимствования указаны", question="Указаны?")
STAGE = Gate(
    code="stage",
    title="Можно показать на сцене",
    question="Можно?",
    blocks_publication=False,
    blocks_live=True,
)
ADVICE = Gate(
    code="advice", title="Совет", question="Хорошо?", blocks_publication=False, blocks_live=False
)
BOTH = Gate(code="both", title="Этика соблюдена", question="Соблюдена?", blocks_live=True)
SHEET = RUBRICS["default"].model_copy(update={"gates": (ORIGINAL, STAGE, BOTH, ADVICE)})


def answers(**given):
    """One dictionary per expert from a word of «+» and «-» per gate; a dot is no answer."""
    count = max(map(len, given.values()))
    return [
        {code: word[place] == "+" for code, word in given.items() if word[place] != "."}
        for place in range(count)
    ]


def test_failed_gate_says_how_many_experts_of_how_many_said_no():
    found = bars(SHEET, answers(original="--+"))

    assert found.publication == (
        "Не пройдена проверка «Заимствования указаны»: «нет» ответили 2 из 3 экспертов.",
    )
    assert found.live == ()


def test_half_of_the_experts_is_not_enough_to_bar_a_work():
    assert bars(SHEET, answers(original="-+", stage="+-")).model_dump() == {
        "publication": (),
        "live": (),
    }


def test_only_those_who_answered_are_counted():
    assert "1 из 1" in bars(SHEET, answers(original="-..")).publication[0]


def test_gate_of_live_presentation_bars_nothing_else():
    found = bars(SHEET, answers(stage="---"))

    assert found.publication == ()
    assert "«Можно показать на сцене»" in found.live[0]


def test_gate_that_bars_both_is_named_once():
    found = bars(SHEET, answers(both="--"))

    assert len(found.publication) == 1
    assert found.live == ()


def test_gate_that_bars_nothing_says_nothing():
    found = bars(SHEET, answers(advice="---"))

    assert (found.publication, found.live) == ((), ())
