"""Simulated reviews with levels, comments and times, honest unless a test spoils them."""

from datetime import UTC, datetime, timedelta

import numpy as np

from flows.decision.screening.evidence import Reviewed, ScreenedReview
from schemas.decision_problem import Policy

CODES = ("relevance", "novelty", "method", "results", "spread")
WEIGHTS = np.array([1.0, 1.0, 3.0, 2.0, 2.0])
PLACES = 8
BEGIN = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
VOCABULARY = [f"слово{place}" for place in range(400)]


def reviews(seed, *, works=60, experts=24, strictness=0.4):
    """Three experts from other municipalities per work, levels 0..3 on five criteria."""
    rng = np.random.default_rng(seed)
    quality = rng.normal(size=works)[:, None] + 0.4 * rng.normal(size=(works, len(CODES)))
    strict = strictness * rng.normal(size=experts)
    load = np.zeros(experts)
    found = []
    for work in range(works):
        order = np.lexsort((rng.random(experts), load))
        able = [expert for expert in order if expert % PLACES != work % PLACES]
        for expert in able[:3]:
            load[expert] += 1
            latent = quality[work] - strict[expert] + 0.8 * rng.normal()
            latent = latent + 0.8 * rng.normal(size=len(CODES))
            levels = np.searchsorted([-1.2, -0.2, 0.8], latent)
            found.append(a_review(rng, work, expert, levels))
    return found


def a_review(rng, work, expert, levels):
    sent = BEGIN + timedelta(minutes=float(rng.integers(0, 20_000)))
    seconds = float(np.exp(rng.normal(7.0, 0.5)))
    return ScreenedReview(
        submission=f"w{work:03}",
        expert=f"e{expert:03}",
        score=score(levels),
        levels=dict(zip(CODES, map(int, levels), strict=True)),
        comment=" ".join(rng.choice(VOCABULARY, size=20)),
        started_at=sent - timedelta(seconds=seconds),
        submitted_at=sent,
        characters=int(rng.integers(4000, 9000)),
    )


def score(levels):
    return float(100 * (WEIGHTS @ np.asarray(levels)) / (3 * WEIGHTS.sum()))


def changed(review, levels):
    return review.model_copy(
        update={"levels": dict(zip(CODES, map(int, levels), strict=True)), "score": score(levels)}
    )


def question(found, **policy):
    return Reviewed(
        reviews=tuple(found),
        expert_homes={one.expert: f"m{int(one.expert[1:]) % PLACES}" for one in found},
        work_homes={one.submission: f"m{int(one.submission[1:]) % PLACES}" for one in found},
        highest=dict.fromkeys(CODES, 3),
        policy=Policy(**policy),
    )
