"""Invented problems of any size, for benchmarks and tests; the same seed gives the same problem.

Works and experts belong to municipalities, schools and tracks; affinity follows hidden topics, so
that good experts are contested as they are in life. Some experts are authors themselves.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from schemas.assignment_problem import Candidate, Policy, Problem, Reviewer

TOPICS = 6
TRACKS = 3
SENIORS = 0.4
SCHOOLS = 4  # per municipality


@dataclass(frozen=True)
class Size:
    """``slack`` is how many review places there are per review needed."""

    works: int
    experts: int
    municipalities: int
    slack: float = 1.35


def problem(size: Size, *, seed: int, policy: Policy | None = None) -> Problem:
    """A drawn problem; a tenth of the pairs is left to the default affinity."""
    policy = policy or Policy()
    draw = np.random.default_rng(seed)
    submissions = _works(size, draw)
    experts = _experts(size, policy, draw)
    values = _fit(size, draw)
    listed = draw.random(values.shape) < 0.9  # noqa: PLR2004
    affinity = tuple(
        (submissions[row].id, experts[column].id, float(values[row, column]))
        for row, column in np.argwhere(listed).tolist()
    )
    return Problem(submissions=submissions, experts=experts, affinity=affinity, policy=policy)


def _works(size: Size, draw: np.random.Generator) -> tuple[Candidate, ...]:
    places = draw.integers(size.municipalities, size=size.works)
    schools = draw.integers(SCHOOLS, size=size.works)
    tracks = draw.integers(TRACKS, size=size.works)
    partners = draw.integers(size.works, size=size.works)
    return tuple(
        Candidate(
            id=f"w{number:05}",
            municipality=f"m{places[number]}",
            organisation=f"school {places[number]}-{schools[number]}",
            authors=(f"person {number}", f"person {partners[number]}"),
            track=f"t{tracks[number]}",
        )
        for number in range(size.works)
    )


def _experts(size: Size, policy: Policy, draw: np.random.Generator) -> tuple[Reviewer, ...]:
    needed = size.works * policy.reviews * size.slack / max(1, size.experts)
    places = draw.integers(size.municipalities, size=size.experts)
    schools = draw.integers(SCHOOLS, size=size.experts)
    one_track = draw.random(size.experts) < 1 / 3
    seniors = draw.random(size.experts) < SENIORS
    return tuple(
        Reviewer(
            id=f"e{number:05}",
            person=f"person {number + size.works // 2}",
            municipality=f"m{places[number]}",
            organisation=f"school {places[number]}-{schools[number]}",
            tracks=(f"t{number % TRACKS}",) if one_track[number] else (),
            capacity=max(1, int(np.ceil(needed))),
            minimum=number % 2,
            senior=bool(seniors[number]),
        )
        for number in range(size.experts)
    )


def _fit(size: Size, draw: np.random.Generator) -> NDArray[np.float64]:
    """Cosine of topic mixtures with some noise, four digits, 0..1."""
    works = draw.dirichlet(np.full(TOPICS, 0.4), size.works)
    experts = draw.dirichlet(np.full(TOPICS, 0.4), size.experts)
    lengths = np.outer(np.linalg.norm(works, axis=1), np.linalg.norm(experts, axis=1))
    noisy = works @ experts.T / lengths + draw.normal(0, 0.05, lengths.shape)
    return np.asarray(np.round(np.clip(noisy, 0, 1), 4), dtype=np.float64)
