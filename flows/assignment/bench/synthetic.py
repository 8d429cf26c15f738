"""Invented problems of any size, for benchmarks and tests; the same seed gives the same problem.

Works and experts belong to municipalities, schools and tracks; affinity follows hidden topics, so
that good experts are contested as they are in life. Some experts are authors themselves.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from flows.assignment.affinity_arrays import CELLS_AT_ONCE
from schemas.assignment_problem import Candidate, Policy, Problem, Reviewer

TOPICS = 6
TRACKS = 3
SENIORS = 0.4
SCHOOLS = 4  # per municipality
NEARNESS, NOISE = 0.7, 0.05  # so that even of a hundred million pairs hardly one is cut off at 1
UNLISTED = 0.1


@dataclass(frozen=True)
class Size:
    """``slack`` is how many review places there are per review needed."""

    works: int
    experts: int
    municipalities: int
    slack: float = 1.35


def problem(size: Size, *, seed: int, policy: Policy | None = None) -> Problem:
    """A drawn problem; a tenth of the pairs is left to the default affinity."""
    posed = people(size, seed=seed, policy=policy)
    values = np.concatenate(list(fit(size, seed=seed)))
    works = [work.id for work in posed.submissions]
    experts = [expert.id for expert in posed.experts]
    affinity = tuple(
        (works[row], experts[column], round(float(values[row, column]), 4))
        for row, column in np.argwhere(~np.isnan(values)).tolist()
    )
    return posed.model_copy(update={"affinity": affinity})


def people(size: Size, *, seed: int, policy: Policy | None = None) -> Problem:
    """The works and the experts of the drawn problem, nobody near to anything yet."""
    policy = policy or Policy()
    draw = np.random.default_rng(seed)
    submissions = _works(size, draw)
    experts = _experts(size, policy, draw)
    return Problem(submissions=submissions, experts=experts, policy=policy)


def save_matrix(path: Path, size: Size, *, seed: int) -> None:
    """The drawn affinities as an npy file of works x experts, written block by block."""
    shape = (size.works, size.experts)
    stored = np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=shape)
    first = 0
    for block in fit(size, seed=seed):
        stored[first : first + len(block)] = block
        first += len(block)
    stored.flush()


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


def fit(size: Size, *, seed: int) -> Iterator[NDArray[np.float32]]:
    """Blocks of rows: nearness of topic mixtures with noise, four digits; NaN where not listed."""
    draw = np.random.default_rng([seed, 1])
    works = _mixtures(size.works, draw)
    experts = _mixtures(size.experts, draw)
    for some in np.array_split(works, max(1, size.works * size.experts // CELLS_AT_ONCE)):
        noise = draw.standard_normal((len(some), size.experts), dtype=np.float32)
        near = np.clip(NEARNESS * (some @ experts.T) + NOISE * noise, 0, 1)
        near[draw.random(near.shape, dtype=np.float32) < UNLISTED] = np.nan
        yield np.round(near, 4)


def _mixtures(count: int, draw: np.random.Generator) -> NDArray[np.float32]:
    """Directions in the space of topics."""
    shares = draw.dirichlet(np.full(TOPICS, 0.4), count)
    lengths = np.linalg.norm(shares, axis=1, keepdims=True)
    return np.asarray(shares / lengths, dtype=np.float32)
