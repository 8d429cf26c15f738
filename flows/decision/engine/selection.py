"""Who presents live: an exact integer programme over places, municipalities and scores."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import block_array, csr_array, eye_array

from flows.decision.engine.exchanges import Exchange, Programme, exchanges
from flows.decision.engine.places import (
    CENTS,
    SHORTFALL_COST,
    VALUE_DECIMALS,
    Candidate,
    Places,
    Ranks,
    ranks,
)
from flows.decision.engine.severity import Floats
from schemas.decision_problem import Refusal, Selection, Shortfall
from schemas.decision_reasons import Reason

__all__ = ["Candidate", "Choice", "Places", "choose", "select"]

WHOLE = 1e-6  # distance to an integer that is rounding
CHOSEN = 0.5  # an integer variable above this is one


@dataclass(frozen=True, slots=True)
class Choice:
    """``objective`` is the sum of the chosen works' values, without penalties and tie-breaks."""

    chosen: frozenset[str]
    objective: float
    shortfalls: tuple[Shortfall, ...]


def select(candidates: Sequence[Candidate], places: Places) -> tuple[frozenset[str], Selection]:
    """Choose the live works and say why each of the others is not among them."""
    best = choose(candidates, places)
    return best.chosen, Selection(
        status="optimal",
        objective=best.objective,
        refusals=tuple(_refusals(candidates, places, best)),
        shortfalls=best.shortfalls,
    )


def choose(candidates: Sequence[Candidate], places: Places) -> Choice:
    """Maximise the total value; a municipality's minimum asks no more than the works it has."""
    if not candidates:
        return Choice(frozenset(), 0.0, ())
    return _choose(candidates, ranks(candidates), places)


def _choose(candidates: Sequence[Candidate], rank: Ranks, places: Places) -> Choice:
    hopeful = _hopeful(candidates, rank, places)
    works = [candidates[place] for place in hopeful]
    sizes = Counter(work.municipality for work in candidates)
    values = _solve(works, rank.of(hopeful), places, sizes)
    taken = [work for work, on in zip(works, values, strict=False) if on > CHOSEN]
    missing = np.rint(values[len(works) :]).astype(int).tolist()
    return Choice(
        chosen=frozenset(work.id for work in taken),
        objective=sum(sorted(work.value for work in taken)),
        shortfalls=tuple(
            Shortfall(municipality=home, missing=gap)
            for home, gap in zip(sorted(sizes), missing, strict=True)
            if gap
        ),
    )


def _hopeful(candidates: Sequence[Candidate], rank: Ranks, places: Places) -> list[int]:
    """Positions of works that may be chosen: the first of their track and municipality.

    Such works are alike but for their rank, so no more of them than fit can ever be live.
    """
    met: Counter[tuple[str, str]] = Counter()
    kept = []
    for place in np.argsort(-rank.weight, kind="stable").tolist():
        work = candidates[place]
        met[work.cell] += 1
        if met[work.cell] <= places.fitting(work):
            kept.append(place)
    return sorted(kept)


def _solve(
    candidates: Sequence[Candidate],
    weights: Floats,
    places: Places,
    sizes: Mapping[str, int],
) -> Floats:
    """One value per candidate (0 or 1), then each municipality's shortage.

    Every work lies in one track and one municipality, so the matrix is totally unimodular and a
    vertex of the relaxation is already whole; the integer search is there for any other answer.
    """
    attempt = partial(
        milp,
        np.concatenate([-weights, np.full(len(sizes), CENTS * SHORTFALL_COST)]),
        bounds=Bounds(
            np.zeros(len(candidates) + len(sizes)),
            np.concatenate([np.ones(len(candidates)), np.full(len(sizes), places.least)]),
        ),
        constraints=_limits(candidates, places, sizes),
    )
    values: Floats | None = attempt().x
    if values is None or np.abs(values - np.rint(values)).max() >= WHOLE:
        values = attempt(integrality=1, options={"mip_rel_gap": 0}).x
    if values is None:
        raise RuntimeError("the solver found no programme, though an empty one is lawful")
    return values


def _limits(
    candidates: Sequence[Candidate], places: Places, sizes: Mapping[str, int]
) -> LinearConstraint:
    """One row per track, then one per municipality for its maximum and one for its minimum."""
    homes = sorted(sizes)
    tracks = sorted({candidate.track for candidate in candidates})
    of_track = _membership([candidate.track for candidate in candidates], tracks)
    of_home = _membership([candidate.municipality for candidate in candidates], homes)
    slack = eye_array(len(homes))
    rows = block_array([[of_track, None], [of_home, None], [of_home, slack]], format="csr")
    upper = [float(places.slots.get(track, 0)) for track in tracks]
    upper += [places.most_of(home) for home in homes]
    needed = [float(places.needed(sizes[home])) for home in homes]
    lower = np.concatenate([np.zeros(len(upper)), needed])
    return LinearConstraint(rows, lower, np.concatenate([upper, np.full(len(homes), np.inf)]))


def _membership(groups: Sequence[str], names: Sequence[str]) -> csr_array:
    row = {name: place for place, name in enumerate(names)}
    cells = [row[group] for group in groups], np.arange(len(groups))
    return csr_array((np.ones(len(groups)), cells), shape=(len(names), len(groups)))


def _refusals(candidates: Sequence[Candidate], places: Places, best: Choice) -> Iterator[Refusal]:
    """The reason is the first single limit without which the work would be live.

    A track is called full of better works only where it is: a work of less value may stand there
    for its municipality's sake, and then several limits act together.
    """
    if len(best.chosen) == len(candidates):
        return
    rank = ranks(candidates)
    programme = Programme(candidates, rank, best.chosen, places)
    admitted = _Admitted(candidates, rank, places, best)
    price = exchanges(programme)
    for work in candidates:
        if work.id not in best.chosen:
            yield _refusal(work, admitted, price.get(work.cell))


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


class _Admitted:
    """Who would be live without one limit; a limit that does not bind is never tried."""

    def __init__(
        self, candidates: Sequence[Candidate], rank: Ranks, places: Places, best: Choice
    ) -> None:
        live = [work for work in candidates if work.id in best.chosen]
        self._taken = Counter(work.track for work in live)
        self._homes = Counter(work.municipality for work in live)
        self._weakest = {work.track: work.value for work in sorted(live, key=lambda w: -w.value)}
        self._problem = candidates, rank
        self._places, self._best = places, best
        self._found: dict[_Relaxed, frozenset[str]] = {}

    def keeps_out(self, work: Candidate, limit: _Relaxed) -> bool:
        """Whether the limit alone does, and its sentence is true of the work."""
        if work.id not in self.without(limit):
            return False
        weakest = self._weakest.get(work.track, work.value)
        return (
            limit.reason is not Reason.LIVE_TRACK_FULL
            or round(weakest - work.value, VALUE_DECIMALS) >= 0
        )

    def without(self, limit: _Relaxed) -> frozenset[str]:
        if not self._binds(limit):
            return self._best.chosen
        if limit not in self._found:
            candidates, rank = self._problem
            choice = _choose(candidates, rank, limit.apply(self._places, len(candidates)))
            self._found[limit] = choice.chosen
        return self._found[limit]

    def _binds(self, limit: _Relaxed) -> bool:
        if limit.reason is Reason.LIVE_TRACK_FULL:
            return self._taken[limit.name] >= self._places.slots.get(limit.name, 0)
        if limit.reason is Reason.LIVE_MUNICIPALITY_MAXIMUM:
            return self._homes[limit.name] >= self._places.most_of(limit.name)
        return self._places.least > 0


def _refusal(work: Candidate, admitted: _Admitted, price: Exchange | None) -> Refusal:
    relaxations = (
        # First, because a work pushed out by a minimum would enter a larger track as well.
        _Relaxed(Reason.LIVE_MUNICIPALITY_MINIMUM),
        _Relaxed(Reason.LIVE_TRACK_FULL, work.track),
        _Relaxed(Reason.LIVE_MUNICIPALITY_MAXIMUM, work.municipality),
    )
    alone = (limit.reason for limit in relaxations if admitted.keeps_out(work, limit))
    return Refusal(
        id=work.id,
        reason=next(alone, Reason.LIVE_COMBINATION),
        displaced=price.displaced if price else None,
        loss=round(price.given_up - work.value, VALUE_DECIMALS) + 0.0 if price else None,
    )
