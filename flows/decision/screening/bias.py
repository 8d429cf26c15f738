"""Whether experts of one municipality mark works of another higher than the model expects.

A score test for every pair of municipalities with enough reviews: ``z = x'Py / sqrt(v x'Px)``, ``x``
marks the reviews of the pair, ``v`` is the fitted noise. At 60 works its power is low: a finding
asks for a look, silence proves nothing.
"""

from collections.abc import Sequence

import numpy as np
from scipy.special import iti0k0, stdtr

from flows.decision.engine import fitting, severity
from flows.decision.engine.severity import Fit, Floats, Ints, Marks
from flows.decision.screening import families, whitening
from schemas.screening import Attention, Favour, PairBias

LEAST_REVIEWS = 4
MOST_PAIRS = 2_000
"""Bounds the work on a national marathon; the pairs with most reviews are tested."""
LEAST_SIZE = 1e-9  # of x'Px: below it the pair is explained by works and experts entirely


def pair_bias(
    marks: Marks,
    expert_homes: Sequence[str],
    work_homes: Sequence[str],
    *,
    model: Fit | None = None,
    least: int = LEAST_REVIEWS,
) -> tuple[PairBias, ...]:
    """Every pair (experts of, works of) with at least ``least`` reviews, the clearest first.

    ``expert_homes`` go with ``marks.experts``, ``work_homes`` with ``marks.submissions``. Alarms
    hold a family-wise error of 5 % (Bonferroni over these pairs), notices a false discovery rate
    of 10 %. ``model`` spares fitting ``marks`` again. Empty where nothing can be tested.
    """
    fitted = model or fitting.fit(marks)
    if fitted is None or len(marks.score) < 2 * least:
        return ()
    names = sorted({*expert_homes, *work_homes})
    keys, column = _pairs(marks, expert_homes, work_homes, names, least)
    scored = whitening.score(marks, whitening.ratios(fitted), column, len(keys))
    usable = np.flatnonzero(scored.size > LEAST_SIZE)
    if scored.noise <= severity.NO_SPREAD or not len(usable):
        return ()
    spread = np.sqrt(scored.noise * scored.size[usable])
    z = scored.product[usable] / spread
    p = two_sided(z, len(marks.score))
    reviews = np.bincount(column[column >= 0], minlength=len(keys))[usable]
    found = zip(keys[usable].tolist(), z, p, families.attention(p.tolist()), strict=True)
    size = scored.size[usable]
    pairs = [
        PairBias(
            experts_of=names[key // len(names)],
            works_of=names[key % len(names)],
            reviews=int(reviews[row]),
            shift=float(scored.product[usable][row] / size[row]),
            shift_sd=float(spread[row] / size[row]),
            z=float(value),
            p=float(chance),
            attention=weight,
        )
        for row, (key, value, chance, weight) in enumerate(found)
    ]
    return tuple(sorted(pairs, key=lambda pair: (pair.p, pair.experts_of, pair.works_of)))


def favours(pairs: Sequence[PairBias]) -> tuple[Favour, ...]:
    """Municipalities that both mark each other high, by the product of the two z, clearest first.

    Never an alarm: only a notice, at 5 % over all pairs tested both ways.
    """
    z = {(pair.experts_of, pair.works_of): pair.z for pair in pairs}
    both = sorted(key for key in z if key[0] < key[1] and key[::-1] in z)
    mutual = [key for key in both if min(z[key], z[key[::-1]]) > 0]
    found = [_favour(key, z[key] * z[key[::-1]], len(both)) for key in mutual]
    return tuple(sorted(found, key=lambda favour: (favour.p, favour.one, favour.other)))


def two_sided(z: Floats, marks: int) -> Floats:
    """Chance of a score statistic at least this far from zero.

    The noise is estimated from the same marks, so z is turned into Student's t first, which is
    exact when the ratios of variances are known.
    """
    degrees = marks - 2
    left = np.maximum(marks - 1 - z**2, 1e-12)
    chance: Floats = np.minimum(1.0, 2 * stdtr(degrees, -np.abs(z) * np.sqrt(degrees / left)))
    return chance


def product_chance(product: float) -> float:
    """Chance that two independent normal scores are both positive with at least this product."""
    below = float(iti0k0(product)[1])  # of the integral of K0, pi / 2 in all
    return float(max(0.0, (np.pi / 2 - below) / (2 * np.pi)))


def _favour(key: tuple[str, str], product: float, tests: int) -> Favour:
    chance = product_chance(product)
    clear = chance * tests <= families.FAMILY_ERROR
    attention = Attention.NOTICE if clear else Attention.NONE
    return Favour(one=key[0], other=key[1], product=product, p=chance, attention=attention)


def _pairs(
    marks: Marks,
    expert_homes: Sequence[str],
    work_homes: Sequence[str],
    names: Sequence[str],
    least: int,
) -> tuple[Ints, Ints]:
    """Codes of the pairs to test, and for each mark the position of its pair or -1."""
    place = {name: position for position, name in enumerate(names)}
    homes = np.array([place[name] for name in expert_homes], dtype=np.int64)
    works = np.array([place[name] for name in work_homes], dtype=np.int64)
    code = homes[marks.expert] * len(names) + works[marks.work]
    keys, inverse, counts = np.unique(code, return_inverse=True, return_counts=True)
    order = np.argsort(-counts, kind="stable")[:MOST_PAIRS]
    chosen = np.sort(order[counts[order] >= least])
    position = np.full(len(keys), -1, dtype=np.int64)
    position[chosen] = np.arange(len(chosen))
    return keys[chosen], position[inverse]
