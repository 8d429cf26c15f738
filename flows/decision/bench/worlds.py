"""Made-up marathons whose truth is known: who marks what, and how experts see works.

Quality and strictness of experts are normal, a review has a halo and each of five criteria its own
noise, levels are cut to 0..3. The truth about a work is the score it would get on average from all
diligent experts there could be. Units are standard deviations of quality unless said otherwise.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import sqrt

import numpy as np
from scipy.special import ndtr

from flows.decision.bench.layouts import Layout, Panels, panels
from flows.decision.engine.severity import Floats, Ints
from schemas.decision_problem import Entry, Policy, Problem, ScoredReview
from schemas.review import Recommendation

WEIGHTS: Floats = np.array([3.0, 2.0, 2.0, 2.0, 1.0])
Cuts = tuple[float, float, float]
CUTS_REFERENCE: Cuts = (-1.4, 0.0, 1.4)
"""Where what an expert sees is cut into the levels 0..3 of the sheet.

The study whose figures are the targets does not say where it cut. These are symmetric, and chosen
only so that the raw mean's root-mean-square error is near the study's: 10.8 and 12.8 points at
severity 0 and 0.7 (200 marathons, ± 0.1) beside its 11.0 and 13.1 (60 marathons).
"""
CUTS_STEEPER: Cuts = (-1.2, -0.2, 0.8)
"""Levels closer to each other: the same differences are more points, and errors 12.3 and 14.5."""
TOP_LEVEL = 3
CRITERION_SPREAD, NOISE = 0.4, 0.8
FEW, USUAL, MOST = 2, 3, 4  # reviews of a work
PUBLISHABLE = 0.6  # share of works truly above the threshold
MUNICIPALITIES = 8
GIVER, RECEIVER = 0, 1  # the municipality whose experts favour, and whose works are favoured
TALK_CORRELATION = 0.5  # of suitability for a live talk with quality
TALK_NOISE = 0.8
TALK_WORTHY, PRINT_WORTHY = 0.5, -0.2  # what an expert sees, to advise a talk or publication
SCALE_NODES = 15  # of the quadrature over experts' use of the scale

Scores = dict[str, float]


@dataclass(frozen=True, slots=True)
class Setting:
    """What a world is like.

    ``severity``: spread of experts' strictness. ``halo``: of a whole review. ``scale_use``: of the
    logarithm by which experts stretch or squeeze what they see. ``careless``: probability that an
    expert's marks have nothing to do with the work. ``favour``: added to what experts of one
    municipality see in works of one other (``mutual``: and the other way round). ``load``: usual
    reviews by one expert. ``cuts``: of what is seen, between the levels 0..3.
    """

    tag: int
    works: int = 60
    severity: float = 0.7
    halo: float = 0.8
    scale_use: float = 0.0
    careless: float = 0.0
    favour: float = 0.0
    mutual: bool = False
    layout: Layout = Layout.SPREAD
    load: float = 7.5
    cuts: Cuts = CUTS_REFERENCE

    @property
    def experts(self) -> int:
        return max(MOST, round(self.works * USUAL / self.load))


@dataclass(frozen=True)
class World:
    """``panels`` name each work's experts in the order they were asked; points are 0..100.

    ``truth`` and ``talk`` (suitability for a live talk) are in points, by work.
    """

    setting: Setting
    panels: Panels
    score: tuple[Floats, ...]
    advice: tuple[tuple[Recommendation, ...], ...]
    truth: Floats
    talk: Floats
    work_homes: Ints
    expert_homes: Ints
    threshold: float

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(f"work-{place:05}" for place in range(len(self.truth)))

    @cached_property
    def reviews(self) -> tuple[tuple[ScoredReview, ...], ...]:
        """Of each work, the first ones first."""
        return tuple(self._reviews_of(place) for place in range(len(self.truth)))

    def usual(self) -> list[int]:
        """Reviews of each work when nothing is adaptive."""
        return [USUAL if len(panel) <= MOST else len(panel) for panel in self.panels]

    def problem(self, counts: Sequence[int], policy: Policy | None = None) -> Problem:
        """The problem in which each work has the given number of reviews."""
        return Problem(
            reviews=tuple(
                review
                for reviews, count in zip(self.reviews, counts, strict=True)
                for review in reviews[:count]
            ),
            submissions=tuple(
                Entry(id=name, municipality=f"municipality-{home}", track="any")
                for name, home in zip(self.names, self.work_homes.tolist(), strict=True)
            ),
            policy=policy or self.policy(),
        )

    def policy(self, low: float = 0.2, high: float = 0.8, most: int = MOST) -> Policy:
        return Policy(publication_threshold=self.threshold, low=low, high=high, max_reviews=most)

    def wrong(self, scores: Floats) -> Floats:
        """Per work, 1.0 where the score stands on the wrong side of the threshold."""
        passes = self.truth >= self.threshold
        mistaken: Floats = ((scores >= self.threshold) != passes).astype(np.float64)
        return mistaken

    def _reviews_of(self, place: int) -> tuple[ScoredReview, ...]:
        return tuple(
            ScoredReview(
                submission=self.names[place],
                expert=f"expert-{expert:05}",
                score=score,
                recommendation=advice,
            )
            for expert, score, advice in zip(
                self.panels[place].tolist(),
                self.score[place].tolist(),
                self.advice[place],
                strict=True,
            )
        )


def simulate(setting: Setting, number: int) -> World:
    """The ``number``-th marathon of a setting; the same arguments give the same marks."""
    rng = np.random.default_rng([setting.tag, setting.works, number])
    people = _people(setting, rng)
    given = panels(setting.layout, rng, people.work_homes, people.expert_homes)
    work = np.repeat(np.arange(setting.works), [len(panel) for panel in given])
    expert = np.concatenate(given)
    halo = setting.halo * rng.normal(size=len(work))
    seen = _seen(setting, people, rng, work, expert, halo)
    levels = (seen[..., None] > np.array(setting.cuts)).sum(axis=-1)
    talk = people.talk[work] + halo / 2 + TALK_NOISE * rng.normal(size=len(work))
    edges = np.cumsum([len(panel) for panel in given])[:-1]
    truth = points(_expected_levels(people.quality, setting))
    return World(
        setting=setting,
        panels=given,
        score=tuple(np.split(points(levels), edges)),
        advice=_advice(talk, seen.mean(axis=1), edges),
        truth=truth,
        talk=truth.mean() + truth.std() * people.talk,
        work_homes=people.work_homes,
        expert_homes=people.expert_homes,
        threshold=float(np.quantile(truth, 1 - PUBLISHABLE)),
    )


def points(levels: Floats | Ints) -> Floats:
    """Levels of the five criteria as a score 0..100."""
    score: Floats = 100 * (levels @ WEIGHTS) / (TOP_LEVEL * WEIGHTS.sum())
    return score


@dataclass(frozen=True, slots=True)
class _People:
    """``quality`` is works x criteria; ``stretch`` multiplies what an expert sees."""

    quality: Floats
    talk: Floats
    strictness: Floats
    stretch: Floats
    careless: Floats
    work_homes: Ints
    expert_homes: Ints


def _people(setting: Setting, rng: np.random.Generator) -> _People:
    common = rng.normal(size=(setting.works, 1))
    quality = common + CRITERION_SPREAD * rng.normal(size=(setting.works, len(WEIGHTS)))
    rest = sqrt(1 - TALK_CORRELATION**2) * rng.normal(size=setting.works)
    return _People(
        quality=quality,
        talk=TALK_CORRELATION * common[:, 0] + rest,
        strictness=setting.severity * rng.normal(size=setting.experts),
        stretch=np.exp(setting.scale_use * rng.normal(size=setting.experts)),
        careless=(rng.random(setting.experts) < setting.careless).astype(np.float64),
        work_homes=rng.permutation(np.arange(setting.works) % MUNICIPALITIES),
        expert_homes=rng.permutation(np.arange(setting.experts) % MUNICIPALITIES),
    )


def _seen(
    setting: Setting,
    people: _People,
    rng: np.random.Generator,
    work: Ints,
    expert: Ints,
    halo: Floats,
) -> Floats:
    """What each review sees, reviews x criteria; a careless one sees some other work."""
    other = rng.normal(size=(len(work), 1))
    noise = NOISE * rng.normal(size=(len(work), len(WEIGHTS)))
    careless = people.careless[expert][:, None]
    quality = careless * other + (1 - careless) * people.quality[work]
    seen = people.stretch[expert][:, None] * (quality + halo[:, None] + noise)
    liked = setting.favour * _favoured(setting, people, work, expert)
    shown: Floats = seen + (liked - people.strictness[expert])[:, None]
    return shown


def _favoured(setting: Setting, people: _People, work: Ints, expert: Ints) -> Floats:
    giver, receiver = people.expert_homes[expert], people.work_homes[work]
    favoured = (giver == GIVER) & (receiver == RECEIVER)
    if setting.mutual:
        favoured |= (giver == RECEIVER) & (receiver == GIVER)
    return np.where(favoured, 1.0, 0.0)


def _expected_levels(quality: Floats, setting: Setting) -> Floats:
    """Mean level over all diligent experts, with Gauss-Hermite nodes for their use of the scale."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(SCALE_NODES)
    stretch = np.exp(setting.scale_use * nodes)[:, None, None, None]
    scatter = np.sqrt(setting.severity**2 + stretch**2 * (setting.halo**2 + NOISE**2))
    levels = ndtr((stretch * quality[..., None] - np.array(setting.cuts)) / scatter).sum(axis=-1)
    expected: Floats = np.tensordot(weights / weights.sum(), levels, axes=1)
    return expected


ADVICE = {
    (True, True): Recommendation.BOTH,
    (True, False): Recommendation.LIVE,
    (False, True): Recommendation.PUBLICATION,
    (False, False): Recommendation.NEITHER,
}


def _advice(talk: Floats, quality: Floats, edges: Ints) -> tuple[tuple[Recommendation, ...], ...]:
    """Experts advise what they see: a talk, publication, both or neither."""
    live, printed = talk > TALK_WORTHY, quality > PRINT_WORTHY
    said = [ADVICE[pair] for pair in zip(live.tolist(), printed.tolist(), strict=True)]
    ends = [0, *edges.tolist(), len(said)]
    return tuple(tuple(said[start:end]) for start, end in pairwise(ends))
