"""Each expert beside the others: consistency, agreement with the panel, uniformity, pace.

Every threshold here asks for a look and no more: careless and merely independent experts look
alike on eight reviews. Where a family of tests is known the chance is held over all experts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtrc, chdtrc  # scipy.stats takes seconds to load

from flows.decision.engine.severity import Floats, Ints
from flows.decision.screening import families
from flows.decision.screening.evidence import Evidence, by_expert, others_mean
from flows.decision.screening.whitening import Ratios, standardised
from schemas.screening import Attention

LEAST_REVIEWS = 5
"""Below this number outfit and consensus say nothing."""
HIGH_OUTFIT, RAISED_OUTFIT, LOW_CONSENSUS = 2.0, 1.5, 0.2
LEAST_TIMED = 3
LEAST_PACES = 5
FAST = -3.0
MAD_TO_SD = 0.6744897501960817
Truths = NDArray[np.bool_]
LEAST_CRITERIA = 3  # on two criteria one level throughout is too common to count


@dataclass(frozen=True, slots=True)
class Portrait:
    """What the marks say about one expert; ``rows`` are the expert's places among the marks."""

    rows: Ints
    outfit: float | None
    outfit_attention: Attention
    consensus: float | None
    uniform: Ints
    uniform_attention: Attention
    pace: float | None
    timed: int
    fast: bool

    @property
    def is_apart(self) -> bool:
        """Unexpected marks and hardly any agreement with the others, together."""
        if self.outfit is None or self.consensus is None:
            return False
        return self.outfit > RAISED_OUTFIT and self.consensus < LOW_CONSENSUS


def portraits(evidence: Evidence, ratio: Ratios | None) -> list[Portrait]:
    """In the order of ``evidence.marks.experts``; without a model outfits are unknown."""
    rows = by_expert(evidence.marks)
    outfits = list(_outfits(evidence, rows, ratio))
    consensus = _consensus(evidence, rows)
    uniform = is_uniform(evidence)
    paces = [pace(evidence, own) for own in rows]
    return [
        Portrait(
            rows=own,
            outfit=outfit,
            outfit_attention=outfit_weight,
            consensus=agreed,
            uniform=own[uniform[own]],
            uniform_attention=uniform_weight,
            pace=speed,
            timed=int(np.isfinite(_paces(evidence, own)).sum()),
            fast=fast,
        )
        for own, (outfit, outfit_weight), agreed, uniform_weight, speed, fast in zip(
            rows,
            outfits,
            consensus,
            uniform_attention(uniform, rows),
            paces,
            too_fast(paces),
            strict=True,
        )
    ]


def is_uniform(evidence: Evidence) -> Truths:
    """Reviews with the same share of the highest level on every criterion."""
    if len(evidence.codes) < LEAST_CRITERIA:
        return np.zeros(len(evidence.reviews), dtype=bool)
    share = evidence.levels / np.array(list(evidence.question.highest.values()))
    # NaN, a level that is not known, equals nothing.
    flat: Truths = share.max(axis=1) == share.min(axis=1)
    return flat


def uniform_attention(uniform: Truths, rows: Sequence[Ints]) -> list[Attention]:
    """Binomial tail of each expert's uniform reviews at the pooled share, over all experts."""
    pooled = float(uniform.mean()) if len(uniform) else 0.0
    chances = [float(bdtrc(uniform[own].sum() - 1, len(own), pooled)) for own in rows]
    return [
        Attention.ALARM if chance * len(chances) <= families.FAMILY_ERROR else Attention.NONE
        for chance in chances
    ]


def pace(evidence: Evidence, rows: Ints) -> float | None:
    """Median seconds per thousand characters; None with fewer than three timed reviews."""
    known = _paces(evidence, rows)
    known = known[np.isfinite(known)]
    return float(np.median(known)) if len(known) >= LEAST_TIMED else None


def too_fast(paces: Sequence[float | None]) -> list[bool]:
    """Whose pace lies three robust deviations below the median of experts, on the log scale."""
    known = np.log([one for one in paces if one is not None])
    if len(known) < LEAST_PACES:
        return [False] * len(paces)
    middle = float(np.median(known))
    spread = float(np.median(np.abs(known - middle))) / MAD_TO_SD
    if spread <= 0:
        return [False] * len(paces)
    return [one is not None and (log(one) - middle) / spread < FAST for one in paces]


def _paces(evidence: Evidence, rows: Ints) -> Floats:
    length = np.array([evidence.reviews[row].characters for row in rows], dtype=np.float64)
    return np.where(length > 0, evidence.seconds[rows] * 1000 / np.maximum(length, 1), np.nan)


def _outfits(
    evidence: Evidence, rows: Sequence[Ints], ratio: Ratios | None
) -> Iterator[tuple[float | None, Attention]]:
    if ratio is None:
        yield from ((None, Attention.NONE) for _ in rows)
        return
    squares = standardised(evidence.marks, ratio) ** 2
    for own in rows:
        if len(own) < LEAST_REVIEWS:
            yield None, Attention.NONE
            continue
        chance = float(chdtrc(len(own), squares[own].sum()))
        yield float(squares[own].mean()), _outfit_attention(squares[own].mean(), chance * len(rows))


def _outfit_attention(outfit: float, family: float) -> Attention:
    if outfit <= HIGH_OUTFIT:
        return Attention.NONE
    return Attention.ALARM if family <= families.FAMILY_ERROR else Attention.NOTICE


def _consensus(evidence: Evidence, rows: Sequence[Ints]) -> list[float | None]:
    score = evidence.marks.score
    others = others_mean(evidence.marks.work, score)
    return [_correlation(score[own], others[own]) for own in rows]


def _correlation(one: Floats, other: Floats) -> float | None:
    known = np.isfinite(other)
    if np.count_nonzero(known) < LEAST_REVIEWS:
        return None
    one, other = one[known], other[known]
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return None
    return float(np.corrcoef(one, other)[0, 1])
