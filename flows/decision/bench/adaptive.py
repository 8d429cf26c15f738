"""Two reviews each and more only where the engine asks, beside asking everyone the same."""

from collections.abc import Sequence

import numpy as np

from flows.decision.bench.measuring import FINAL, Figures
from flows.decision.bench.methods import (
    Settled,
    published,
    raw_means,
    settle,
    third_is_called,
    third_mark_final,
)
from flows.decision.bench.worlds import FEW, MOST, USUAL, Setting, World, simulate
from schemas.decision_problem import Publication

WAYS = {
    "thorough": (0.2, 0.8, MOST),
    "gentle": (0.3, 0.7, MOST),
    "three_at_most": (0.2, 0.8, USUAL),
}
"""Reviews are added while the probability lies between the first two, up to the third."""

Round = tuple[list[int], Settled]


def study(setting: Setting, number: int) -> Figures:
    """``way.reviews`` of a work and ``way.error`` at the threshold; ``.open`` is left to the council.

    ``random_extra`` has as many reviews as ``gentle``, given to works at random.
    """
    world = simulate(setting, number)
    thorough = rounds(world, *WAYS["thorough"])
    gentle = rounds(world, *WAYS["gentle"])
    # Stopping a round earlier is the same as allowing one review fewer.
    ways = {"thorough": thorough[-1], "gentle": gentle[-1], "three_at_most": thorough[1]}
    figures = _same_for_all(world) | _third_mark(world)
    for way, (counts, result) in ways.items():
        figures |= _named(way, counts, world.wrong(published(result))) | _left(way, world, result)
    spread = _at_random(gentle[-1][0], number)
    return figures | _calibrated(world, "random_extra", spread)


def rounds(world: World, low: float, high: float, most: int) -> list[Round]:
    """Reviews of each work and the result: two for all first, then one round after another."""
    policy = world.policy(low, high, most)
    counts = [FEW] * len(world.truth)
    results = [(counts, settle(world.problem(counts, policy)))]
    for _ in range(most - FEW):
        counts = [
            count + (work.publication is Publication.EXTRA_REVIEW)
            for count, work in zip(counts, results[-1][1].submissions, strict=True)
        ]
        results.append((counts, settle(world.problem(counts, policy))))
    return results


def _same_for_all(world: World) -> Figures:
    figures: Figures = {}
    for count in range(FEW, MOST + 1):
        counts = [count] * len(world.truth)
        raw = raw_means(world.problem(counts))
        figures |= _named(f"raw_{count}", counts, world.wrong(raw))
        figures |= _calibrated(world, f"calibrated_{count}", counts)
    return figures


def _calibrated(world: World, way: str, counts: list[int]) -> Figures:
    scores = published(settle(world.problem(counts)))
    return _named(way, counts, world.wrong(scores))


def _third_mark(world: World) -> Figures:
    counts = [FEW + third_is_called(score.tolist()) for score in world.score]
    scores = third_mark_final(world.problem(counts))
    return _named("third_mark_final", counts, world.wrong(scores))


def _named(way: str, counts: Sequence[int], wrong: np.ndarray) -> Figures:
    return {f"{way}.reviews": float(np.mean(counts)), f"{way}.error": float(wrong.mean())}


def _left(way: str, world: World, result: Settled) -> Figures:
    """The share left to the council, and errors among what was settled without it."""
    settled = np.array([work.publication in FINAL for work in result.submissions])
    wrong = world.wrong(published(result)) * settled
    return {f"{way}.open": float(1 - settled.mean()), f"{way}.settled_wrong": float(wrong.mean())}


def _at_random(counts: Sequence[int], number: int) -> list[int]:
    """The same number of extra reviews, given without looking at marks."""
    rng = np.random.default_rng([USUAL, len(counts), number])
    places = np.repeat(np.arange(len(counts)), MOST - FEW)
    extra = rng.permutation(places)[: sum(counts) - FEW * len(counts)]
    spread: list[int] = (FEW + np.bincount(extra, minlength=len(counts))).tolist()
    return spread
