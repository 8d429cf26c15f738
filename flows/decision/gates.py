"""From experts' answers to the yes/no gates to what bars a work."""

from collections.abc import Iterable, Mapping, Sequence

from schemas.base import Schema
from schemas.rubric import Gate, Rubric


class Bars(Schema):
    """Sentences about failed gates, by what they bar."""

    publication: tuple[str, ...] = ()
    live: tuple[str, ...] = ()


def bars(rubric: Rubric, answers: Sequence[Mapping[str, bool]]) -> Bars:
    """A gate has failed when more than half of the experts who answered it said «нет»."""
    failed = [gate for gate in rubric.gates if has_failed(gate, answers)]
    return Bars(
        publication=sentences(gate for gate in failed if gate.blocks_publication),
        live=sentences(gate for gate in failed if gate.blocks_live),
    )


def has_failed(gate: Gate, answers: Sequence[Mapping[str, bool]]) -> bool:
    given = [answer[gate.code] for answer in answers if gate.code in answer]
    return 2 * given.count(False) > len(given)


def sentences(gates: Iterable[Gate]) -> tuple[str, ...]:
    return tuple(f"Не пройдена проверка «{gate.title}»." for gate in gates)
