"""The views of (work, expert) and their weighted mean: how well an expert's field fits a work.

Facts carry most of the weight: text similarity alone misjudges a fifth to a third of pairs
(Stelmakh et al., "A Gold Standard Dataset for the Reviewer Assignment Problem"). A view a work
says nothing about is left out for that work. The same input gives the same numbers in any order.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from flows.assignment.affinity import fields, meaning, wording
from flows.assignment.affinity.profiles import ExpertProfile, WorkProfile
from flows.assignment.affinity.wording import Rarity, rarity_of
from schemas.assignment import Wish
from schemas.marathon import AffinityWeights

Matrix = NDArray[np.float64]
Said = NDArray[np.bool_]
Block = Callable[[slice], Matrix]
Wishes = Mapping[tuple[str, str], Wish]

DIGITS = 4
ANY_TRACK = 0.5  # an expert of every track fits any of them, but a specialist fits better
WISH_VALUES = {Wish.EAGER: 1.0, Wish.WILLING: 0.5, Wish.RELUCTANT: 0.0}
NO_VECTORS: Mapping[str, bytes] = MappingProxyType({})
NO_WISHES: Wishes = MappingProxyType({})


@dataclass(frozen=True)
class View:
    """``speaks`` says which works the view knows; ``block`` gives the values of some works."""

    name: str
    weight: float
    speaks: Said
    block: Block


@dataclass(frozen=True)
class Pool:
    """Works and experts to be compared, with everything the views read.

    ``rarity`` is that of all texts of the marathon, also when only one pair is looked at.
    """

    works: Sequence[WorkProfile]
    experts: Sequence[ExpertProfile]
    rarity: Rarity
    weights: AffinityWeights
    vectors: Mapping[str, bytes]
    wishes: Wishes

    @property
    def said(self) -> list[str]:
        return [expert.field for expert in self.experts]

    @cached_property
    def letters(self) -> wording.Rows:
        """The experts' fields as n-grams."""
        return wording.rows_of(self.rarity, self.said)

    @cached_property
    def known(self) -> list[fields.Known]:
        return [fields.known_of(expert) for expert in self.experts]


def pool_of(
    works: Sequence[WorkProfile],
    experts: Sequence[ExpertProfile],
    *,
    weights: AffinityWeights | None = None,
    vectors: Mapping[str, bytes] = NO_VECTORS,
    wishes: Wishes = NO_WISHES,
) -> Pool:
    rarity = rarity_of(works, experts)
    return Pool(works, experts, rarity, weights or AffinityWeights(), vectors, wishes)


def views_of(pool: Pool) -> list[View]:
    """Views that count, ready to give values by blocks of works."""
    weights = pool.weights.model_dump()
    return [
        View(name, weights[name], *make(pool)) for name, make in MAKERS.items() if weights[name] > 0
    ]


def mean_of(views: Sequence[View], rows: slice, experts: int) -> Matrix:
    """Weighted mean of the views for some works, (works x experts), rounded to four digits."""
    count = rows.stop - rows.start
    total, weight = np.zeros((count, experts)), np.zeros((count, 1))
    for view in views:
        speaks = view.weight * view.speaks[rows, None]
        if speaks.any():
            total += speaks * view.block(rows)
            weight += speaks
    mean = np.divide(total, weight, out=np.zeros_like(total), where=weight > 0)
    return np.round(np.clip(mean, 0, 1), DIGITS)


def track(pool: Pool) -> tuple[Said, Block]:
    def fit(said: str) -> list[float]:
        return [
            float(said in expert.tracks) if expert.tracks else ANY_TRACK for expert in pool.experts
        ]

    return by_value([work.track for work in pool.works], fit)


def subject(pool: Pool) -> tuple[Said, Block]:
    """The subject's letters in the expert's field, or a group the expert names that covers it."""
    named = [known.named for known in pool.known]

    def fit(said: str) -> list[float]:
        groups = fields.subject_groups(said)
        shares = wording.contained(wording.rows_of(pool.rarity, [said]), pool.letters)[0].tolist()
        return [
            max(share, fields.COVERED if groups & names else 0.0)
            for share, names in zip(shares, named, strict=True)
        ]

    return by_value([work.subject for work in pool.works], fit)


def level(pool: Pool) -> tuple[Said, Block]:
    return by_value(
        [work.level for work in pool.works],
        lambda said: [fields.level_fit(said, field) for field in pool.said],
    )


def practice_format(pool: Pool) -> tuple[Said, Block]:
    return by_value(
        [work.format for work in pool.works],
        lambda said: [fields.format_fit(said, field) for field in pool.said],
    )


def group(pool: Pool) -> tuple[Said, Block]:
    claims = [fields.claims_of(work) for work in pool.works]
    speaks = np.array([bool(one.groups) for one in claims])
    return speaks, lambda rows: fields.group_matrix(claims[rows], pool.known)


def keywords(pool: Pool) -> tuple[Said, Block]:
    """The share of the keywords' letters found in the expert's field."""
    texts = [" ".join(work.keywords) for work in pool.works]
    return spoken(texts), lambda rows: wording.contained(
        wording.rows_of(pool.rarity, texts[rows]), pool.letters
    )


def text(pool: Pool) -> tuple[Said, Block]:
    """Cosine of the letters of title, abstract and keywords with the expert's field."""
    texts = [work.wording for work in pool.works]
    return spoken(texts), lambda rows: wording.cosine(
        wording.rows_of(pool.rarity, texts[rows]), pool.letters
    )


def sense(pool: Pool) -> tuple[Said, Block]:
    """Nearness of meaning; works whose text has no vector yet are left out."""
    texts = [meaning.work_text(work) for work in pool.works]
    facets = meaning.Facets(pool.vectors, pool.experts)
    speaks = np.array([meaning.text_key(said) in pool.vectors for said in texts], dtype=np.bool_)
    return speaks, lambda rows: facets.nearest(meaning.whole(pool.vectors, texts[rows]))


def wish(pool: Pool) -> tuple[Said, Block]:
    """Silence is willingness, and without any wish at all the view says nothing."""
    column = {expert.id: at for at, expert in enumerate(pool.experts)}
    given: dict[str, list[tuple[int, float]]] = {}
    for (work, expert), said in pool.wishes.items():
        if expert in column:
            given.setdefault(work, []).append((column[expert], WISH_VALUES[said]))

    def block(rows: slice) -> Matrix:
        values = np.full((rows.stop - rows.start, len(column)), WISH_VALUES[Wish.WILLING])
        for row, work in enumerate(pool.works[rows]):
            for at, value in given.get(work.id, ()):
                values[row, at] = value
        return values

    return np.full(len(pool.works), bool(pool.wishes)), block


def spoken(texts: Sequence[str]) -> Said:
    return np.array([bool(wording.WORDS.search(said)) for said in texts], dtype=np.bool_)


def by_value(said: Sequence[str], fit: Callable[[str], list[float]]) -> tuple[Said, Block]:
    """For fields of few different values: every value is compared with the experts once."""
    values = sorted(set(said))
    place = {value: at for at, value in enumerate(values)}
    fits = np.array([fit(value) for value in values], dtype=np.float64)
    index = np.array([place[value] for value in said], dtype=np.int64)
    return spoken(said), lambda rows: fits[index[rows]]


MAKERS: Mapping[str, Callable[[Pool], tuple[Said, Block]]] = {
    "track": track,
    "subject": subject,
    "level": level,
    "format": practice_format,
    "group": group,
    "keywords": keywords,
    "wording": text,
    "meaning": sense,
    "wish": wish,
}
