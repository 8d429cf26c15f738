"""Who presents live: an exact integer programme over places, municipalities and scores."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from flows.decision.engine.severity import Floats
from schemas.decision_problem import Refusal, Selection, Shortfall
from schemas.decision_reasons import Reason

SHORTFALL_COST = 10_000.0  # far above any work's value: minima yield only to impossibility
VALUE_DECIMALS = 2  # closer values are a tie, which the order of arrival breaks
TIE_RANGE = 0.005  # below half the smallest difference of values
WHOLE = 1e-6  # distance to an integer that is rounding
CHOSEN = 0.5  # an integer variable above this is one


@dataclass(frozen=True, slots=True)
class Candidate:
    """A work that may be live; candidates stand in order of arrival."""

    id: str
    municipality: str
    track: str
    value: float


@dataclass(frozen=True, slots=True)
class Places:
    """Live places per track; ``most`` per municipality is hard, ``least`` is wished for.

    ``exempt`` is a municipality without the maximum: it serves to explain refusals.
    """

    slots: Mapping[str, int]
    most: int | None = None
    least: int = 0
    exempt: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """``objective`` is the sum of the chosen works' values, without penalties and tie-breaks."""

    chosen: frozenset[str]
    objective: float
    shortfalls: tuple[Shortfall, ...]


def select(candidates: Sequence[Candidate], places: Places) -> tuple[frozenset[str], Selection]:
    """Choose the live works and say why each of the others is not among them."""
    best = choose(candidates, places)
    if best is None:
        raise RuntimeError("the solver found no programme, though an empty one is lawful")
    return best.chosen, Selection(
        status="optimal",
        objective=best.objective,
        refusals=tuple(_refusals(candidates, places, best)),
        shortfalls=best.shortfalls,
    )


def choose(
    candidates: Sequence[Candidate], places: Places, forced: str | None = None
) -> Choice | None:
    """Maximise the total value; a municipality's minimum asks no more than the works it has.

    Returns None only when ``forced`` cannot be live under the hard limits.
    """
    if not candidates:
        return Choice(frozenset(), 0.0, ())
    homes = sorted({candidate.municipality for candidate in candidates})
    values = _solve(candidates, places, homes, forced)
    if values is None:
        return None
    taken = [work for work, on in zip(candidates, values, strict=False) if on > CHOSEN]
    missing = np.rint(values[len(candidates) :]).astype(int).tolist()
    return Choice(
        chosen=frozenset(work.id for work in taken),
        objective=sum(sorted(work.value for work in taken)),
        shortfalls=tuple(
            Shortfall(municipality=home, missing=gap)
            for home, gap in zip(homes, missing, strict=True)
            if gap
        ),
    )


def _solve(
    candidates: Sequence[Candidate], places: Places, homes: Sequence[str], forced: str | None
) -> Floats | None:
    """One value per candidate (0 or 1), then each municipality's shortage.

    Every work lies in one track and one municipality, so the matrix is totally unimodular and a
    vertex of the relaxation is already whole; the integer search is there for any other answer.
    """
    least = np.array([candidate.id == forced for candidate in candidates], dtype=np.float64)
    ones = np.ones(len(candidates))
    attempt = partial(
        milp,
        np.concatenate([-_weights(candidates), np.full(len(homes), SHORTFALL_COST)]),
        bounds=Bounds(
            np.concatenate([least, np.zeros(len(homes))]),
            np.concatenate([ones, np.full(len(homes), places.least)]),
        ),
        constraints=_limits(candidates, places, homes),
    )
    values: Floats | None = attempt().x
    if values is None or np.abs(values - np.rint(values)).max() < WHOLE:
        return values
    whole: Floats | None = attempt(integrality=1, options={"mip_rel_gap": 0}).x
    return whole


def _weights(candidates: Sequence[Candidate]) -> Floats:
    """Values with earlier works slightly ahead of later ones of the same value."""
    rounded = [round(candidate.value, VALUE_DECIMALS) for candidate in candidates]
    met: dict[float, int] = {}
    rank = []
    for value in rounded:
        rank.append(met.get(value, 0))
        met[value] = rank[-1] + 1
    return np.array(rounded) - np.array(rank) * (TIE_RANGE / max(met.values()))


def _limits(
    candidates: Sequence[Candidate], places: Places, homes: Sequence[str]
) -> LinearConstraint:
    """One row per track, then one per municipality for its maximum and one for its minimum."""
    tracks = sorted({candidate.track for candidate in candidates})
    of_track = _membership([candidate.track for candidate in candidates], tracks)
    of_home = _membership([candidate.municipality for candidate in candidates], homes)
    size = of_home.sum(axis=1)
    none = np.zeros((len(tracks) + len(homes), len(homes)))
    rows = np.vstack([of_track, of_home, of_home])
    slack = np.vstack([none, np.eye(len(homes))])
    upper = [places.slots.get(track, 0) for track in tracks]
    upper += [_most(places, home, len(candidates)) for home in homes]
    lower = np.concatenate([np.zeros(len(upper)), np.minimum(size, places.least)])
    ceiling = np.concatenate([upper, np.full(len(homes), np.inf)])
    return LinearConstraint(csr_array(np.hstack([rows, slack])), lower, ceiling)


def _membership(groups: Sequence[str], names: Sequence[str]) -> Floats:
    return np.array([[group == name for group in groups] for name in names], dtype=np.float64)


def _most(places: Places, home: str, unlimited: int) -> int:
    return unlimited if places.most is None or home == places.exempt else places.most


def _refusals(candidates: Sequence[Candidate], places: Places, best: Choice) -> Iterator[Refusal]:
    """The reason is the first single limit without which the work would be live."""

    @cache
    def chosen_with(other: _Relaxed) -> frozenset[str]:
        choice = choose(candidates, other.apply(places, len(candidates)))
        return choice.chosen if choice else frozenset()

    for work in candidates:
        if work.id not in best.chosen:
            yield _refusal(work, candidates, places, best, chosen_with)


@dataclass(frozen=True, slots=True)
class _Relaxed:
    """The same places without one limit."""

    reason: Reason
    name: str = ""

    def apply(self, places: Places, unlimited: int) -> Places:
        if self.reason is Reason.LIVE_TRACK_FULL:
            return replace(places, slots={**places.slots, self.name: unlimited})
        if self.reason is Reason.LIVE_MUNICIPALITY_MAXIMUM:
            return replace(places, exempt=self.name)
        return replace(places, least=0)


def _refusal(
    work: Candidate,
    candidates: Sequence[Candidate],
    places: Places,
    best: Choice,
    chosen_with: Callable[[_Relaxed], frozenset[str]],
) -> Refusal:
    relaxations = (
        # First, because a work pushed out by a minimum would enter a larger track as well.
        _Relaxed(Reason.LIVE_MUNICIPALITY_MINIMUM),
        _Relaxed(Reason.LIVE_TRACK_FULL, work.track),
        _Relaxed(Reason.LIVE_MUNICIPALITY_MAXIMUM, work.municipality),
    )
    admitting = (limit.reason for limit in relaxations if work.id in chosen_with(limit))
    instead = choose(candidates, places, forced=work.id)
    return Refusal(
        id=work.id,
        reason=next(admitting, Reason.LIVE_COMBINATION),
        displaced=tuple(sorted(best.chosen - instead.chosen)) if instead else None,
        loss=round(best.objective - instead.objective, VALUE_DECIMALS) if instead else None,
    )
