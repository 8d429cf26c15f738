"""The prebuilt index with which the site's pages search themselves, without a server.

The index is a script that assigns one constant, so it loads from a folder (``file://``) too. Words
are cut to stems by a list of Russian endings that the index carries along: ``site_search.js`` cuts
what a reader types by the same list, «ё» is «е», and any beginning of a stem is found. Of an
article's text only its most telling stems are kept, which bounds the size.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from flows.compilation import rules
from flows.compilation.renditions.characters import clean
from flows.documents.structure import document_text
from schemas.document import Document
from schemas.volume import Volume, VolumeArticle

TITLE, AUTHORS, KEYWORDS, PLACES, ABSTRACT, TEXT = 9, 8, 7, 5, 3, 1
MOST_OF_TEXT = 220
_COMMON = 0.5
_FEW_ARTICLES = 10
_SHORTEST_STEM = 3
_LONGEST_STEM = 20
_VOWELS = "аеийоуыьэюя"
_WORD = re.compile(r"[0-9a-zа-я]+")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_NOUNS = """
а я о е и ы у ю ь й ой ей ою ею ом ем ам ям ах ях ами ями ов ев ий ия ие ию ии ией ием иям иях иями иев
ья ье ью ьям ьях ьями ость ости остью остей ание ания анию анием аний аниях ение ения ению ением
ений ениях ация ации ацию ацией аций ациях
"""
_ADJECTIVES = """
ый ого его ому ему ым им ых их ая яя ое ее ую юю ые ыми ими ейший ейшая ейшие ущий ущая ущее ущие
ущих ющий ющая ющее ющие ющих ющего вший вшая вшие вших нный нная нное нные нных нного нной ный ная
ное ные ных ного ной ному ным ными ную
"""
_VERBS = """
ть ти ет ют ут ат ят ит ешь ишь ете ите ем им ал ала ало али ил ила или ел ела ели ать ять ить еть
овать ировать ует уют ируют ирует ться тся лся лась лись ется ются ится ятся аться яться иться ывать
ивать ывает ивает ывают ивают в вши
"""
ENDINGS = tuple(
    sorted(
        {*_NOUNS.split(), *_ADJECTIVES.split(), *_VERBS.split()},
        key=lambda ending: (-len(ending), ending),
    )
)
_BY_LENGTH = tuple(
    (length, frozenset(one for one in ENDINGS if len(one) == length))
    for length in range(len(ENDINGS[0]), 0, -1)
)


def script(volume: Volume, texts: Sequence[Mapping[str, int]]) -> bytes:
    """Return ``search-index.js`` for the articles of ``volume``; ``texts`` are ``counted``."""
    postings = _postings(list(volume.articles()), texts)
    index = {
        "endings": ENDINGS,
        "articles": len(texts),
        "stems": {stem: _packed(found) for stem, found in sorted(postings.items())},
    }
    text = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
    return f'"use strict";\nconst SEARCH_INDEX = {text};\n'.encode()


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Return what is left of a lower-case word without its longest known ending.

    A vowel that is left at the end goes too: «лаборатори-ей» and «лаборатор-ия» are one word.
    """
    for length, endings in _BY_LENGTH:
        if len(word) - length >= _SHORTEST_STEM and word[-length:] in endings:
            word = word[:-length]
            break
    is_open = len(word) > _SHORTEST_STEM and word[-1] in _VOWELS
    return (word[:-1] if is_open else word)[:_LONGEST_STEM]


def words(text: str) -> list[str]:
    """Return the words of ``text`` as the search compares them."""
    return _WORD.findall(clean(text).casefold().replace("ё", "е"))


def counted(document: Document) -> dict[str, int]:
    """Return how often each stem of the text occurs."""
    found: dict[str, int] = {}
    for word, count in Counter(words(document_text(document))).items():
        if len(word) > 1:
            one = stem(word)
            found[one] = found.get(one, 0) + count
    return found


def _postings(
    articles: Sequence[VolumeArticle], texts: Sequence[Mapping[str, int]]
) -> dict[str, list[tuple[int, int]]]:
    told = _most_telling(texts)
    found: dict[str, list[tuple[int, int]]] = {}
    for number, article in enumerate(articles):
        weights = dict.fromkeys(told[number], TEXT) | _head(article)
        for one in sorted(weights):
            found.setdefault(one, []).append((number, weights[one]))
    return found


def _head(article: VolumeArticle) -> dict[str, int]:
    """Return the stems of everything above the text, each with its greatest weight."""
    fields = (
        (ABSTRACT, article.abstract),
        (PLACES, " ".join(rules.places_of(article))),
        (PLACES, " ".join(author.organisation for author in article.authors)),
        (KEYWORDS, " ".join(article.keywords)),
        (AUTHORS, " ".join(author.name for author in article.authors)),
        (TITLE, article.title),
    )
    return {one: weight for weight, text in fields for one in _stems(text)}


def _stems(text: str) -> Iterable[str]:
    return (stem(word) for word in words(text) if len(word) > 1)


def _most_telling(bodies: Sequence[Mapping[str, int]]) -> list[list[str]]:
    """Return for every text the stems that mark it out: often here, seldom elsewhere."""
    spread = Counter(one for body in bodies for one in body)
    total = len(bodies)
    most = total * _COMMON if total >= _FEW_ARTICLES else total
    rare = {
        one: math.log((total + 1) / count)
        for one, count in spread.items()
        if count <= most and len(one) >= _SHORTEST_STEM
    }
    worth = [
        sorted(
            (-round((1 + math.log(count)) * rare[one], 6), one)
            for one, count in body.items()
            if one in rare
        )
        for body in bodies
    ]
    return [[one for _, one in body[:MOST_OF_TEXT]] for body in worth]


def _packed(found: Iterable[tuple[int, int]]) -> str:
    """Return article numbers with weights as «number.weight» in base 36 and 10."""
    return " ".join(f"{_base36(number)}.{weight}" for number, weight in found)


def _base36(number: int) -> str:
    digits = ""
    while True:
        number, rest = divmod(number, len(_DIGITS))
        digits = _DIGITS[rest] + digits
        if not number:
            return digits
