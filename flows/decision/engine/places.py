"""What the live programme is made of: works in order of arrival, and the limits they meet."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SHORTFALL_COST = 10_000  # points: far above any work's value, minima yield only to impossibility
VALUE_DECIMALS = 2  # closer values are a tie, which the order of arrival breaks
CENTS = 100  # hundredths of a point: values are counted in them


@dataclass(frozen=True, slots=True)
class Candidate:
    """A work that may be live; candidates stand in order of arrival."""

    id: str
    municipality: str
    track: str
    value: float

    @property
    def cell(self) -> tuple[str, str]:
        return self.track, self.municipality


@dataclass(frozen=True, slots=True)
class Places:
    """Live places per track; ``most`` per municipality is hard, ``least`` is wished for.

    ``exempt`` is a municipality without the maximum: it serves to explain refusals.
    """

    slots: Mapping[str, int]
    most: int | None = None
    least: int = 0
    exempt: str | None = None

    def most_of(self, home: str) -> float:
        """The municipality's maximum, infinite without one."""
        return float("inf") if self.most is None or home == self.exempt else self.most

    def needed(self, works: int) -> int:
        """A municipality's minimum asks no more than the works it has."""
        return min(works, self.least)

    def fitting(self, work: Candidate) -> float:
        """How many works of this track and municipality the hard limits can hold."""
        return min(self.slots.get(work.track, 0), self.most_of(work.municipality))


@dataclass(frozen=True, slots=True)
class Ranks:
    """Weights of works by position: hundredths of a point, earlier of equal works ahead.

    ``exact`` are whole numbers, ``unit`` of them to a hundredth; ``weight`` is their quotient.
    """

    exact: NDArray[np.int64]
    unit: int

    @property
    def weight(self) -> NDArray[np.float64]:
        return self.exact / self.unit

    def of(self, positions: Sequence[int]) -> NDArray[np.float64]:
        return self.weight[list(positions)]


def ranks(candidates: Sequence[Candidate]) -> Ranks:
    """A later work of the same value loses at most half a hundredth against the first."""
    cents = [round(CENTS * round(work.value, VALUE_DECIMALS)) for work in candidates]
    met: Counter[int] = Counter()
    later = []
    for value in cents:
        later.append(met[value])
        met[value] += 1
    unit = 2 * max(met.values(), default=1)
    return Ranks(
        exact=np.array(cents, dtype=np.int64) * unit - np.array(later, dtype=np.int64), unit=unit
    )
