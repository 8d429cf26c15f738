"""How well an expert's field fits a work, 0..1, from facts first and common wording second.

Facts (track, subject, level) carry most of the weight: full-text similarity alone misjudges a
fifth to a third of pairs (Stelmakh et al., "A Gold Standard Dataset for the Reviewer Assignment
Problem"). Wording is compared by character n-grams inside words, which survive Russian endings
without a dictionary. The same input always gives the same numbers, rounded to the engine's unit.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from schemas.base import Schema

Matrix = NDArray[np.float64]

SHORTEST, LONGEST = 3, 5
DIGITS = 4
ANY_TRACK = 0.5  # an expert of every track fits any of them, but a specialist fits better
WORDS = re.compile(r"\w+")

# How much each view of a pair counts; views a work says nothing about are left out for that work.
WEIGHTS = {"track": 0.25, "subject": 0.3, "level": 0.1, "keywords": 0.15, "text": 0.2}


class WorkProfile(Schema):
    id: str
    track: str = ""
    subject: str = ""
    level: str = ""
    keywords: tuple[str, ...] = ()
    text: str = ""


class ExpertProfile(Schema):
    """``specialisations`` are names of subjects, levels or methodist groups; ``text`` is free."""

    id: str
    tracks: tuple[str, ...] = ()
    specialisations: tuple[str, ...] = ()
    text: str = ""


def affinities(
    works: Sequence[WorkProfile], experts: Sequence[ExpertProfile]
) -> tuple[tuple[str, str, float], ...]:
    """Triples (work, expert, 0..1) for every pair, as the assignment problem takes them."""
    values = affinity_matrix(works, experts)
    return tuple(
        (work.id, expert.id, value)
        for work, row in zip(works, values.tolist(), strict=True)
        for expert, value in zip(experts, row, strict=True)
    )


def affinity_matrix(works: Sequence[WorkProfile], experts: Sequence[ExpertProfile]) -> Matrix:
    """Weighted mean of the views, (works x experts), rounded to four digits."""
    if not works or not experts:
        return np.zeros((len(works), len(experts)))
    views = _views(works, experts)
    total = np.zeros((len(works), len(experts)))
    weight = np.zeros((len(works), 1))
    for name, (speaks, values) in views.items():
        said = WEIGHTS[name] * speaks[:, None]
        total += said * values
        weight += said
    mean = np.divide(total, weight, out=np.zeros_like(total), where=weight > 0)
    return np.round(np.clip(mean, 0, 1), DIGITS)


@dataclass(frozen=True)
class _Corpus:
    """Rarity of each n-gram over all texts of works and experts."""

    number: dict[str, int]
    rarity: Matrix

    def counts(self, texts: Iterable[str]) -> csr_array:
        """Rows of rarity-weighted n-gram counts (logarithmic)."""
        row, column, value = [], [], []
        for line, text in enumerate(texts):
            for gram, times in _ngrams(text).items():
                row.append(line)
                column.append(self.number[gram])
                value.append((1 + np.log(times)) * self.rarity[self.number[gram]])
        size = max(row, default=-1) + 1
        return csr_array((value, (row, column)), shape=(size, len(self.number)))


def _views(
    works: Sequence[WorkProfile], experts: Sequence[ExpertProfile]
) -> dict[str, tuple[NDArray[np.bool_], Matrix]]:
    """Per view: which works speak about it at all, and the fit of every pair."""
    fields = [_field(expert) for expert in experts]
    texts: dict[str, list[str]] = {
        "subject": [work.subject for work in works],
        "level": [work.level for work in works],
        "keywords": [" ".join(work.keywords) for work in works],
        "text": [f"{work.text} {' '.join(work.keywords)}" for work in works],
    }
    corpus = _corpus([*fields, *(text for view in texts.values() for text in view)])
    compare: dict[str, Callable[[csr_array, csr_array], Matrix]] = dict.fromkeys(texts, _contained)
    compare["text"] = _cosine
    known = _rows(corpus, fields)
    views = {
        name: (_spoken(view), compare[name](_rows(corpus, view), known))
        for name, view in texts.items()
    }
    tracks = np.array([bool(work.track) for work in works])
    return {**views, "track": (tracks, _track_fit(works, experts))}


def _field(expert: ExpertProfile) -> str:
    return f"{' '.join(expert.specialisations)} {expert.text}"


def _spoken(texts: Sequence[str]) -> NDArray[np.bool_]:
    return np.array([bool(WORDS.search(text)) for text in texts])


def _track_fit(works: Sequence[WorkProfile], experts: Sequence[ExpertProfile]) -> Matrix:
    values = [
        [float(work.track in expert.tracks) if expert.tracks else ANY_TRACK for expert in experts]
        for work in works
    ]
    return np.array(values, dtype=np.float64)


def _ngrams(text: str) -> Counter[str]:
    """Character n-grams inside words padded by spaces: « фу», «фун», ..."""
    found: Counter[str] = Counter()
    for word in WORDS.findall(text.casefold().replace("ё", "е")):
        padded = f" {word} "
        for size in range(SHORTEST, LONGEST + 1):
            found.update(padded[at : at + size] for at in range(len(padded) - size + 1))
    return found


def _corpus(texts: Sequence[str]) -> _Corpus:
    """Smoothed inverse document frequency, ln((1+n)/(1+df)) + 1."""
    holders: Counter[str] = Counter()
    for text in texts:
        holders.update(_ngrams(text).keys())
    number = {gram: place for place, gram in enumerate(sorted(holders))}
    frequency = np.array([holders[gram] for gram in number], dtype=np.float64)
    return _Corpus(number, np.log((1 + len(texts)) / (1 + frequency)) + 1)


def _rows(corpus: _Corpus, texts: Sequence[str]) -> csr_array:
    counted = corpus.counts(texts)
    counted.resize((len(texts), len(corpus.number)))
    return counted


def _cosine(works: csr_array, experts: csr_array) -> Matrix:
    product = (works @ experts.T).toarray()
    lengths = np.outer(_lengths(works), _lengths(experts))
    return np.asarray(np.divide(product, lengths, out=np.zeros_like(product), where=lengths > 0))


def _lengths(rows: csr_array) -> Matrix:
    lengths: Matrix = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    return lengths


def _contained(works: csr_array, experts: csr_array) -> Matrix:
    """Share of the work's weight found in the expert's field: a long field is no handicap."""
    known = (experts > 0).astype(np.float64)
    product = (works @ known.T).toarray()
    sizes = np.asarray(works.sum(axis=1)).ravel()[:, None]
    return np.asarray(np.divide(product, sizes, out=np.zeros_like(product), where=sizes > 0))
