"""The figures are those of known answers."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from flows.decision.bench import adaptive, measuring, special
from flows.decision.bench.worlds import Setting, simulate
from flows.decision.engine.severity import fit, tabulate
from schemas.decision_problem import Publication

SETTING = Setting(1, works=30)


def test_perfect_scores_have_no_fault_and_reversed_ones_every_fault():
    world = simulate(SETTING, 0)
    reversed_ = world.threshold - (world.truth - world.threshold) - 1e-9

    assert measuring.judged(world, world.truth) == {"tau": 1, "top": 1, "error": 0, "square": 0}
    worst = measuring.judged(world, reversed_)
    assert (worst["tau"], worst["top"]) == (-1, 0)
    assert worst["error"] == pytest.approx(1)
    assert worst["square"] > 0


def test_overlap_counts_the_best_three_of_ten():
    truth = np.arange(10.0)
    score = truth.copy()
    score[9] = -1

    assert measuring.overlap(score, truth) == pytest.approx(2 / 3)


def test_belief_rises_from_nothing_to_certainty():
    world = simulate(SETTING, 0)
    model = fit(tabulate(world.problem(world.usual()).reviews))
    quality, deviation = model.quality()

    assert measuring.belief(model, quality - 50 * deviation).max() < 1e-3
    assert measuring.belief(model, quality) == pytest.approx(0.5, abs=0.1)
    assert measuring.belief(model, quality + 50 * deviation).min() > 1 - 1e-3


def test_intervals_cover_truth_that_is_near_and_miss_truth_that_is_far():
    world = simulate(SETTING, 0)
    problem = world.problem(world.usual())
    result = measuring.settle(problem)
    far = replace(world, truth=world.truth + 300)

    assert measuring.covered(world, result)["coverage"] > 0.7
    assert measuring.covered(far, result)["coverage"] == 0


def test_accuracy_sets_our_score_beside_the_others_and_splits_errors_by_stability():
    figures = measuring.accuracy(SETTING, 0)

    for method in ("raw_mean", "median", "z_score", "third_mark_final", "calibrated"):
        assert 0 < figures[f"{method}.tau"] < 1
    assert figures["stable.works"] + figures["fragile.works"] == pytest.approx(1)
    split = figures["stable.wrong"] + figures["fragile.wrong"]
    assert split == pytest.approx(figures["calibrated.error"])
    assert 2 < figures["third_mark_final.reviews"] < 3


def test_reviews_are_added_only_where_the_engine_asks():
    world = simulate(SETTING, 0)
    rounds = adaptive.rounds(world, 0.2, 0.8, 4)
    counts, result = rounds[-1]
    settled = [work.publication in measuring.FINAL for work in result.submissions]

    assert rounds[0][0] == [2] * 30
    assert {2, 4} <= set(counts) <= {2, 3, 4}
    for (before, asked), (after, _) in pairwise(rounds):
        for work, old, new in zip(asked.submissions, before, after, strict=True):
            assert new - old == (work.publication is Publication.EXTRA_REVIEW)
    assert all(done for done, count in zip(settled, counts, strict=True) if count == 2)


def test_ways_of_asking_differ_in_cost_and_random_reviews_cost_the_same():
    figures = adaptive.study(SETTING, 0)

    counts, result = adaptive.rounds(simulate(SETTING, 0), 0.2, 0.8, 3)[-1]
    assert figures["three_at_most.reviews"] == pytest.approx(np.mean(counts))
    left = np.mean([work.publication not in measuring.FINAL for work in result.submissions])
    assert figures["three_at_most.open"] == pytest.approx(left)
    assert 2 < figures["gentle.reviews"] < figures["thorough.reviews"] < 4
    assert figures["three_at_most.reviews"] <= 3
    assert figures["random_extra.reviews"] == pytest.approx(figures["gentle.reviews"])
    assert figures["raw_4.reviews"] == 4


def test_larger_cap_lets_corrections_go_further():
    figures = special.caps(Setting(1, works=30, severity=1.5), 0)

    assert len({figures[f"cap_{cap}.square"] for cap in special.CAPS}) == 4
    assert figures["cap_100.square"] < figures["cap_10.square"] < figures["raw_mean.square"]


def test_bonus_buys_suitability_for_a_talk():
    rows = [special.live(Setting(1), number) for number in range(20)]

    def mean(name):
        return np.mean([row[name] for row in rows])

    assert mean("bonus_20.talk") > mean("bonus_0.talk")
    assert mean("bonus_20.quality") < mean("bonus_0.quality")


def test_outrageous_favour_raises_the_true_alarm_and_honest_marks_none():
    guilty = special.favours(Setting(1, works=200, favour=3), 0)
    honest = special.favours(Setting(1, works=60), 1)

    assert guilty["hit"] == guilty["alarm"] == 1
    assert honest["tested"] > 10
    assert honest["hit"] == 0
