"""From experts' answers to the yes/no gates to what bars a work."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from schemas.base import Schema
from schemas.rubric import Gate, Rubric


class Bars(Schema):
    """Sentences about failed gates, by what they bar."""

    publication: tuple[str, ...] = ()
    live: tuple[str, ...] = ()


def bars(rubric: Rubric, answers: Sequence[Mapping[str, bool]]) -> Bars:
    """A gate has failed when more than half of the experts who answered it said «нет».

    What bars publication bars the live place too and is not listed there again.
    """
    counted = [(gate, count(gate, answers)) for gate in rubric.gates]
    failed = [(gate, one) for gate, one in counted if 2 * one.against > one.answered]
    return Bars(
        publication=tuple(sentence(gate, one) for gate, one in failed if gate.blocks_publication),
        live=tuple(
            sentence(gate, one)
            for gate, one in failed
            if gate.blocks_live and not gate.blocks_publication
        ),
    )


class Count(NamedTuple):
    """How many experts said «нет» to a gate, and how many answered it."""

    against: int
    answered: int


def count(gate: Gate, answers: Sequence[Mapping[str, bool]]) -> Count:
    given = [answer[gate.code] for answer in answers if gate.code in answer]
    return Count(given.count(False), len(given))


def sentence(gate: Gate, counted: Count) -> str:
    said = f"«нет» ответили {counted.against} из {counted.answered} экспертов"
    return f"Не пройдена проверка «{gate.title}»: {said}."
