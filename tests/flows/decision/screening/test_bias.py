"""The test for biased municipalities against plain matrices, a planted favour, honest marks."""

import numpy as np
import pytest

from flows.decision.engine import severity
from flows.decision.screening import bias, families, whitening
from schemas.screening import Attention

PLACES = 8


def marathon(seed, *, works=60, experts=24, push=0.0):
    """Marks of three experts from other municipalities per work; experts of 0 favour works of 1."""
    rng = np.random.default_rng(seed)
    quality, strict = rng.normal(size=works), 0.5 * rng.normal(size=experts)
    home, own = np.arange(experts) % PLACES, np.arange(works) % PLACES
    rows = []
    load = np.zeros(experts)
    for work in range(works):
        order = np.lexsort((rng.random(experts), load))
        able = [expert for expert in order if home[expert] != own[work]]
        for expert in able[:3]:
            load[expert] += 1
            favour = push if (home[expert], own[work]) == (0, 1) else 0.0
            mark = quality[work] - strict[expert] + favour + 0.9 * rng.normal()
            rows.append((work, expert, float(np.clip(50 + 18 * mark, 0, 100))))
    work, expert, score = zip(*sorted(rows), strict=True)
    marks = severity.Marks(
        submissions=tuple(f"w{place:03}" for place in range(works)),
        experts=tuple(f"e{place:03}" for place in range(experts)),
        work=np.array(work),
        expert=np.array(expert),
        score=np.array(score),
    )
    return marks, [str(place) for place in home], [str(place) for place in own]


def by_matrices(marks, ratio):
    """``P`` of the model, marks x marks."""
    count = len(marks.score)
    works = np.eye(len(marks.submissions))[marks.work]
    experts = np.eye(len(marks.experts))[marks.expert]
    covariance = (
        np.eye(count) + ratio.quality * works @ works.T + ratio.severity * experts @ experts.T
    )
    inverse, ones = np.linalg.inv(covariance), np.ones(count)
    return inverse - np.outer(inverse @ ones, inverse @ ones) / (ones @ inverse @ ones)


@pytest.mark.parametrize("direct", [0, 3000], ids=["iterated", "factored"])
def test_products_equal_those_of_full_matrices(monkeypatch, direct):
    monkeypatch.setattr(whitening, "DIRECT_EXPERTS", direct)
    marks, *_ = marathon(3)
    ratio = whitening.Ratios(quality=1.3, severity=0.4)
    column = np.arange(len(marks.score)) % 5 - 1
    projection = by_matrices(marks, ratio)
    indicator = np.stack([(column == group).astype(float) for group in range(4)])

    found = whitening.score(marks, ratio, column, 4)

    assert found.product == pytest.approx(indicator @ projection @ marks.score, rel=1e-7, abs=1e-7)
    assert found.size == pytest.approx(np.diag(indicator @ projection @ indicator.T), rel=1e-8)
    noise = marks.score @ projection @ marks.score / (len(marks.score) - 1)
    assert found.noise == pytest.approx(noise, rel=1e-8)


def test_planted_favour_is_the_clearest_pair():
    found = 0
    for seed in range(8):
        first = bias.pair_bias(*marathon(seed, works=160, experts=48, push=2.0))[0]
        planted = (first.experts_of, first.works_of) == ("0", "1") and first.shift > 0
        found += planted and first.attention is not Attention.NONE

    assert found >= 6


def test_honest_marks_rarely_alarm():
    alarms = sum(
        any(pair.attention is Attention.ALARM for pair in bias.pair_bias(*marathon([9, seed])))
        for seed in range(60)
    )

    assert alarms <= 8  # one in a thousand at a true rate of 5 %


def test_only_pairs_with_enough_reviews_are_tested():
    marks, homes, own = marathon(1)
    pairs = bias.pair_bias(marks, homes, own)

    assert pairs
    assert all(pair.reviews >= bias.LEAST_REVIEWS for pair in pairs)
    assert all(pair.experts_of != pair.works_of for pair in pairs)


def test_nothing_is_tested_where_marks_are_few_or_equal():
    marks, homes, own = marathon(1)
    flat = severity.Marks(
        marks.submissions, marks.experts, marks.work, marks.expert, np.full(len(marks.score), 50.0)
    )
    few = severity.Marks(("w",), ("a", "b"), np.zeros(2, int), np.arange(2), np.array([1.0, 2.0]))

    assert bias.pair_bias(flat, homes, own) == ()
    assert bias.pair_bias(few, ["x", "y"], ["z"]) == ()
    assert bias.pair_bias(severity.tabulate(()), [], []) == ()


def test_mutual_favour_is_noticed_by_its_product():
    def pair(one, other, z):
        return bias.PairBias(
            experts_of=one, works_of=other, reviews=5, shift=1, shift_sd=1, z=z, p=0.5
        )

    mutual = bias.favours([pair("a", "b", 3.4), pair("b", "a", 3.2), pair("a", "c", 1.0)])

    assert [(favour.one, favour.other) for favour in mutual] == [("a", "b")]
    assert mutual[0].attention is Attention.NOTICE
    assert bias.favours([pair("a", "b", 2.0), pair("b", "a", -2.0)]) == ()


def test_chance_of_a_product_agrees_with_simulated_normals():
    rng = np.random.default_rng(4)
    one, other = rng.normal(size=(2, 400_000))
    both = (one > 0) & (other > 0)

    assert bias.product_chance(0.0) == pytest.approx(0.25)
    for product in (0.5, 1.5, 4.0):
        share = float(np.mean(both & (one * other > product)))
        assert bias.product_chance(product) == pytest.approx(share, abs=2e-3)


def test_adjusted_chances_worked_out_by_hand():
    chances = [0.01, 0.04, 0.03]

    assert families.holm(chances) == pytest.approx([0.03, 0.06, 0.06])
    assert families.benjamini_hochberg(chances) == pytest.approx([0.03, 0.04, 0.04])
    assert families.holm([]) == []
