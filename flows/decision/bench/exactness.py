"""The engine's exact parts beside slow ones written independently of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain, combinations

import numpy as np

from flows.decision.bench.worlds import Setting, simulate
from flows.decision.engine import agreement
from flows.decision.engine.selection import Candidate, Places, choose
from flows.decision.engine.severity import Floats, tabulate

CASES, WORKS = 60, 9
TABLES = 30
SAME_TOTAL = 0.05  # points over all the chosen: the programme rounds values to hundredths

Outcome = tuple[int, float]


def selection() -> dict[str, int]:
    """Live programmes whose worth differs from the best of all subsets; should be none."""
    return {"cases": CASES, "mismatches": sum(not _is_best(case) for case in range(CASES))}


def alpha() -> dict[str, float]:
    """Largest difference of Krippendorff's ordinal alpha from the one by coincidences."""
    gaps = []
    for number in range(TABLES):
        world = simulate(Setting(91, works=20), number)
        counts = np.random.default_rng([92, number]).integers(1, 5, len(world.truth)).tolist()
        marks = tabulate(world.problem(counts).reviews)
        units = [marks.score[marks.work == work].tolist() for work in range(len(marks.submissions))]
        gaps.append(abs((agreement.alpha(marks) or 0.0) - coincidence_alpha(units)))
    return {"tables": TABLES, "largest_difference": max(gaps)}


def coincidence_alpha(units: Sequence[Sequence[float]]) -> float:
    """Ordinal alpha by the book: a table of coinciding values (Krippendorff 2011, section E)."""
    values = sorted({value for unit in units for value in unit})
    place = {value: position for position, value in enumerate(values)}
    table = np.zeros((len(values), len(values)))
    for unit in units:
        for one, first in enumerate(unit):
            for other, second in enumerate(unit):
                if one != other:
                    table[place[first], place[second]] += 1 / (len(unit) - 1)
    total = table.sum(axis=1)
    distance = _ordinal_distances(total)
    expected = (np.outer(total, total) * distance).sum() / (total.sum() - 1)
    return float(1 - (table * distance).sum() / expected)


def best_of_all(candidates: Sequence[Candidate], places: Places) -> Outcome:
    """The least shortage of municipalities, and the most value with it, over all lawful subsets."""
    subsets = chain.from_iterable(
        combinations(candidates, size) for size in range(len(candidates) + 1)
    )
    return max(_worth(works, candidates, places) for works in subsets if _lawful(works, places))


def _is_best(number: int) -> bool:
    candidates, places = _case(number)
    choice = choose(candidates, places)
    shortage, value = best_of_all(candidates, places)
    missing = sum(gap.missing for gap in choice.shortfalls)
    chosen = [work for work in candidates if work.id in choice.chosen]
    same = missing == -shortage and abs(choice.objective - value) <= SAME_TOTAL
    return same and _lawful(chosen, places)


def _case(number: int) -> tuple[list[Candidate], Places]:
    rng = np.random.default_rng([90, number])
    candidates = [
        Candidate(
            id=f"work-{place}",
            municipality=str(rng.choice(list("NSE"))),
            track=str(rng.choice(list("AB"))),
            value=float(rng.integers(600, 1000)) / 10,
        )
        for place in range(WORKS)
    ]
    least = int(rng.integers(0, 3))
    slots = {"A": int(rng.integers(0, 4)), "B": int(rng.integers(1, 4))}
    return candidates, Places(slots, most=int(rng.integers(max(1, least), 4)), least=least)


def _worth(works: Sequence[Candidate], all_works: Sequence[Candidate], places: Places) -> Outcome:
    have, could = _homes(works), _homes(all_works)
    short = sum(max(0, min(places.least, could[home]) - have[home]) for home in could)
    return -short, sum(work.value for work in works)


def _lawful(works: Sequence[Candidate], places: Places) -> bool:
    tracks = Counter(work.track for work in works)
    fits = all(count <= places.slots.get(track, 0) for track, count in tracks.items())
    return fits and (places.most is None or max(_homes(works).values(), default=0) <= places.most)


def _homes(works: Sequence[Candidate]) -> Mapping[str, int]:
    return Counter(work.municipality for work in works)


def _ordinal_distances(total: Floats) -> Floats:
    """Squared number of values between two, half of each end counted."""
    upto = np.cumsum(total) - total / 2
    distances: Floats = (upto[:, None] - upto[None, :]) ** 2
    return distances
