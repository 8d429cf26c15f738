"""Common wording by character n-grams inside words, weighted by rarity (TF-IDF).

N-grams survive Russian endings without a dictionary. Only those that some expert's field holds
are stored for the works; the rest only counts towards a text's length.
"""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from flows.assignment.affinity.profiles import ExpertProfile, WorkProfile

Matrix = NDArray[np.float64]

SHORTEST, LONGEST = 3, 5
WORDS = re.compile(r"\w+")
ENDING = 3  # letters at the end of a word that may differ
STEM = 4
COMMON_WORDS = 5
# Words that say nothing about a field, by their beginnings.
EMPTY_WORDS = (
    *("учител", "педагог", "обуча", "образова", "школ", "работ", "практик", "урок", "класс"),
    *("предмет", "развити", "сопровожден", "региональн", "методист", "учебн", "общ"),
    *("который", "которы", "позвол", "также", "систем", "реализац", "деятельност", "направлен"),
)


@dataclass(frozen=True)
class Rarity:
    """Smoothed inverse document frequency of n-grams, ln((1+n)/(1+df)) + 1; ``unseen`` for df 0.

    ``column`` numbers the n-grams that some expert's field holds.
    """

    weight: Mapping[str, float]
    unseen: float
    column: Mapping[str, int]


@dataclass(frozen=True)
class Rows:
    """Texts as rows of known n-grams; ``length`` and ``total`` count unknown n-grams too."""

    grams: csr_array
    length: Matrix
    total: Matrix


def words_of(text: str) -> list[str]:
    return WORDS.findall(text.casefold().replace("ё", "е"))


@lru_cache(maxsize=200_000)
def grams(word: str) -> tuple[str, ...]:
    """Character n-grams of a word padded by spaces: « фу», «фун», ..."""
    padded = f" {word} "
    return tuple(
        padded[at : at + size]
        for size in range(SHORTEST, LONGEST + 1)
        for at in range(len(padded) - size + 1)
    )


def ngrams(text: str) -> Counter[str]:
    return Counter(chain.from_iterable(map(grams, words_of(text))))


def rarity_of(works: Sequence[WorkProfile], experts: Sequence[ExpertProfile]) -> Rarity:
    """Over all texts of the works and fields of the experts, each a document."""
    fields = [ngrams(expert.field) for expert in experts]
    holders: Counter[str] = Counter()
    for field in fields:
        holders.update(field.keys())
    for work in works:
        holders.update(ngrams(document(work)).keys())
    known = sorted({gram for field in fields for gram in field})
    column = {gram: place for place, gram in enumerate(known)}
    top = math.log(1 + len(works) + len(experts)) + 1
    weight = {gram: top - math.log(1 + count) for gram, count in holders.items()}
    return Rarity(weight, top, column)


def document(work: WorkProfile) -> str:
    return f"{work.subject} {work.wording}"


def rows_of(rarity: Rarity, texts: Sequence[str]) -> Rows:
    """One row a text, its n-grams weighted by (1 + ln count) * rarity."""
    found = [weighed(rarity, text) for text in texts]
    indptr = np.cumsum([0, *(len(row.value) for row in found)])
    grams = csr_array(
        (
            np.concatenate([row.value for row in found] or [np.zeros(0)]),
            np.concatenate([row.column for row in found] or [np.zeros(0, dtype=np.int64)]),
            indptr,
        ),
        shape=(len(texts), len(rarity.column)),
    )
    length = np.array([row.length for row in found], dtype=np.float64)
    return Rows(grams, length, np.array([row.total for row in found], dtype=np.float64))


@dataclass(frozen=True)
class Weighed:
    column: NDArray[np.int64]
    value: Matrix
    length: float
    total: float


def weighed(rarity: Rarity, text: str) -> Weighed:
    rare = rarity.weight.get
    weights = {
        gram: (1 + math.log(times)) * rare(gram, rarity.unseen)
        for gram, times in ngrams(text).items()
    }
    known = sorted((rarity.column[gram], w) for gram, w in weights.items() if gram in rarity.column)
    return Weighed(
        column=np.array([place for place, _ in known], dtype=np.int64),
        value=np.array([weight for _, weight in known], dtype=np.float64),
        length=math.sqrt(math.fsum(weight * weight for weight in weights.values())),
        total=math.fsum(weights.values()),
    )


def cosine(works: Rows, experts: Rows) -> Matrix:
    product = (works.grams @ experts.grams.T).toarray()
    lengths = np.outer(works.length, experts.length)
    return np.asarray(np.divide(product, lengths, out=np.zeros_like(product), where=lengths > 0))


def contained(works: Rows, experts: Rows) -> Matrix:
    """Share of the work's weight found in the expert's field: a long field is no handicap."""
    known = (experts.grams > 0).astype(np.float64)
    product = (works.grams @ known.T).toarray()
    sizes = np.broadcast_to(works.total[:, None], product.shape)
    return np.asarray(np.divide(product, sizes, out=np.zeros_like(product), where=sizes > 0))


def common_words(work: str, field: str) -> tuple[str, ...]:
    """Words of ``work`` that the expert's field holds too, endings aside, in order of the text."""
    stems = {stem(word) for word in words_of(field) if says_something(word)}
    found = (word for word in words_of(work) if says_something(word) and stem(word) in stems)
    return tuple(dict.fromkeys(found))[:COMMON_WORDS]


def stem(word: str) -> str:
    return word[: max(STEM, len(word) - ENDING)]


def says_something(word: str) -> bool:
    return len(word) > STEM and not word.isdigit() and not word.startswith(EMPTY_WORDS)
