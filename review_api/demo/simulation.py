"""What the seeded experts of the sample think: the same seed gives the same marks and words.

``view = quality − severity + noise``; a level is the view shifted by how far the criterion lies
above or below the work's quality, rounded to the rubric's scale (samples/marathon/README.md).
"""

import random
from collections.abc import Mapping, Sequence

from schemas.base import Schema
from schemas.review import Recommendation, ReviewDraft
from schemas.rubric import Criterion, Rubric

FULL = 100.0
BOTH, PUBLICATION, REVISE = 72.0, 60.0, 45.0


class Simulation(Schema):
    """``quality``, ``severity`` and the noises are in points of 0..100 (see the README)."""

    seed: int
    noise: float
    criterion_noise: float
    quality: dict[str, float]
    severity: dict[str, float]
    behaviour: dict[str, str]
    conflict: dict[str, str | int]
    criteria: dict[str, float]
    comments: dict[str, dict[str, tuple[str, ...]]]
    overall: dict[str, tuple[str, ...]]
    notes: dict[str, tuple[str, ...]]

    def review(self, number: int, expert: str, rubric: Rubric) -> ReviewDraft:
        """The review of work ``number`` by the expert with this e-mail."""
        chance = random.Random(f"{self.seed}/{number}/{expert}")  # noqa: S311  (a simulation)
        view = self.quality[str(number)] - self.severity.get(expert, 0.0)
        view += chance.gauss(0, self.noise)
        levels = {
            criterion.code: self.level(criterion, view, chance) for criterion in rubric.criteria
        }
        advice = recommendation(view)
        return ReviewDraft(
            levels=levels,
            gates={gate.code: True for gate in rubric.gates},
            comments=self.remarks(rubric, levels, chance),
            comment=pick(self.overall[advice.value], chance),
            recommendation=advice,
        )

    def level(self, criterion: Criterion, view: float, chance: random.Random) -> int:
        values = [level.value for level in criterion.levels]
        shifted = view + self.criteria.get(criterion.code, 0.0)
        wanted = (len(values) - 1) * shifted / FULL + chance.gauss(0, self.criterion_noise)
        return values[min(max(round(wanted), 0), len(values) - 1)]

    def remarks(
        self, rubric: Rubric, levels: Mapping[str, int], chance: random.Random
    ) -> dict[str, str]:
        """A remark on every criterion that is not at its best level."""
        return {
            criterion.code: pick(self.comments[criterion.code][str(levels[criterion.code])], chance)
            for criterion in rubric.criteria
            if levels[criterion.code] < criterion.highest
        }


def pick(texts: Sequence[str], chance: random.Random) -> str:
    return texts[chance.randrange(len(texts))]


def recommendation(view: float) -> Recommendation:
    if view >= BOTH:
        return Recommendation.BOTH
    if view >= PUBLICATION:
        return Recommendation.PUBLICATION
    return Recommendation.REVISE if view >= REVISE else Recommendation.NEITHER
