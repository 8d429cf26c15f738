"""Words of a text made comparable, and the few hashes by which equal passages are found.

Shingling: A. Broder, «On the resemblance and containment of documents», 1997. Winnowing:
S. Schleimer, D. Wilkerson, A. Aiken, «Winnowing: Local Algorithms for Document Fingerprinting»,
SIGMOD 2003: of every ``WINDOW`` neighbouring hashes of ``SHINGLE`` words the least is kept, so any
two texts that share ``GUARANTEED`` words in a row share a fingerprint.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

SHINGLE = 8  # words
WINDOW = 8  # shingles
GUARANTEED = SHINGLE + WINDOW - 1  # words in a row
HASH_BYTES = 6
LONGEST_WORD = 64  # characters; what is longer is no word

# Letters of other scripts that look like Cyrillic ones: words are compared as they look.
LOOKALIKES = str.maketrans("abcehkmoptxyαεκορτυхі", "авсенкмортхуаекортухи")
# What is not seen: soft hyphens, joiners, marks of direction, stress.
UNSEEN = "\u00ad\u0300-\u036f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff"
HIDDEN = re.compile(f"[{UNSEEN}_]")
WORD = re.compile(f"[\\w{UNSEEN}]+")
BROKEN_WORD = re.compile(r"(?<=[а-яё])[-\u2010\u00ad]\n(?=[а-яё])")

QUOTE = re.compile(
    r"«[^«»\n]+(?:«[^«»\n]*»[^«»\n]*)*»|“[^“”\n]+”|„[^„“”\n]+[“”]|(?<!\w)\"(?=\w)[^\"\n]+\"(?!\w)"
)
QUOTED_WORDS = (8, 80)  # a shorter quotation is a name, a longer one is no quotation
SOURCE = re.compile(
    r"//|\bhttps?:|\bURL\b|\bISBN\b|[—–-]\s*(?:М|СПб|Москва|Санкт-Петербург|Иркутск|Новосибирск)\b"
    r"|\b\d+\s*с\.|\bС\.\s*\d+|\bэлектронный ресурс\b|\bтекст\s*:",
    re.IGNORECASE,
)
YEAR = re.compile(r"\b(?:19|20)\d\d\b|https?:")
ACT = re.compile(
    r"\b(?:приказ|постановлени|распоряжени|письмо|указ|закон)[а-яё]*\b.*\bот\s+\d.*№", re.IGNORECASE
)
LONGEST_SOURCE = 600  # characters
LONGEST_ACT = 300
# Names of acts and set phrases that honest works share word by word.
FORMULAS = """
федеральный государственный образовательный стандарт начального общего образования
федеральный государственный образовательный стандарт основного общего образования
федеральный государственный образовательный стандарт среднего общего образования
федеральный государственный образовательный стандарт дошкольного образования
федерального государственного образовательного стандарта начального общего образования
федерального государственного образовательного стандарта основного общего образования
федерального государственного образовательного стандарта среднего общего образования
федерального государственного образовательного стандарта дошкольного образования
федеральным государственным образовательным стандартом начального общего образования
федеральным государственным образовательным стандартом основного общего образования
федеральным государственным образовательным стандартом среднего общего образования
утверждённого приказом министерства просвещения российской федерации от 31 мая 2021 г
утверждён приказом министерства просвещения российской федерации от 31 мая 2021 года
приказ министерства просвещения российской федерации от 31 05 2021 об утверждении федерального
об утверждении федерального государственного образовательного стандарта основного общего
приказом министерства образования и науки российской федерации от 17 декабря 2010 г
федеральный закон от 29 декабря 2012 г 273 фз об образовании в российской федерации
федеральный закон от 29 12 2012 273 фз об образовании в российской федерации
федеральным законом об образовании в российской федерации
указ президента российской федерации о национальных целях развития российской федерации
стратегия развития воспитания в российской федерации на период до 2025 года
концепция духовно нравственного развития и воспитания личности гражданина россии
федеральная образовательная программа основного общего образования
федеральная образовательная программа дошкольного образования
личностные метапредметные и предметные результаты освоения основной образовательной программы
личностных метапредметных и предметных результатов освоения основной образовательной программы
личностные регулятивные познавательные коммуникативные универсальные учебные действия
личностных регулятивных познавательных и коммуникативных универсальных учебных действий
формирование универсальных учебных действий личностных регулятивных познавательных коммуникативных
муниципальное бюджетное общеобразовательное учреждение средняя общеобразовательная школа
муниципальное казённое общеобразовательное учреждение средняя общеобразовательная школа
муниципальное бюджетное дошкольное образовательное учреждение детский сад
ученик научится ученик получит возможность научиться
международная программа по оценке образовательных достижений учащихся
способность человека использовать приобретаемые в течение жизни знания для решения широкого
диапазона жизненных задач в различных сферах человеческой деятельности общения и социальных отношений
вступать во взаимодействие с внешней средой и максимально быстро адаптироваться и функционировать
"""
FORMULA = 4  # words: so long a piece of a formula is known as one


class Word(NamedTuple):
    """A word as it is compared, and where it stands in the text."""

    folded: str
    start: int
    end: int


@lru_cache(maxsize=50_000)
def fold(word: str) -> str:
    """A word as it looks, in small letters, ё as е; empty when nothing of it is seen."""
    composed = HIDDEN.sub("", unicodedata.normalize("NFKD", word))
    lowered = unicodedata.normalize("NFC", composed).lower()
    return lowered.translate(LOOKALIKES)[:LONGEST_WORD]


def words(text: str) -> list[Word]:
    """Every word of ``text`` in order; one broken over two lines is joined."""
    found = []
    for start, end in tokens(text):
        folded = fold(BROKEN_WORD.sub("", text[start:end]))
        if folded:
            found.append(Word(folded, start, end))
    return found


def tokens(text: str) -> Iterator[tuple[int, int]]:
    before: tuple[int, int] | None = None
    for match in WORD.finditer(text):
        start, end = match.span()
        if before and BROKEN_WORD.fullmatch(text, before[1], start):
            before = (before[0], end)
            continue
        if before:
            yield before
        before = (start, end)
    if before:
        yield before


def own_words(text: str) -> list[list[Word]]:
    """The words that count, in unbroken runs: without quotations, sources and set phrases."""
    borrowed = [*quotations(text), *sources(text)]
    every = words(text)
    covered = formulas(every)
    runs: list[list[Word]] = [[]]
    places = iter(sorted(borrowed))
    place = next(places, None)
    for number, word in enumerate(every):
        while place and place[1] <= word.start:
            place = next(places, None)
        if number in covered or (place and place[0] <= word.start):
            if runs[-1]:
                runs.append([])
        else:
            runs[-1].append(word)
    return [run for run in runs if run]


def quotations(text: str) -> Iterator[tuple[int, int]]:
    """Where words of others stand between quotation marks."""
    least, most = QUOTED_WORDS
    for match in QUOTE.finditer(text):
        if least <= len(WORD.findall(match[0])) <= most:
            yield match.span()


def sources(text: str) -> Iterator[tuple[int, int]]:
    """Lines of a list of sources, known by their form (ГОСТ Р 7.0.100) wherever they stand."""
    start = 0
    for line in text.split("\n"):
        if is_source(line):
            yield start, start + len(line)
        start += len(line) + 1


def is_source(line: str) -> bool:
    if len(line) <= LONGEST_ACT and ACT.search(line):
        return True
    return len(line) <= LONGEST_SOURCE and bool(SOURCE.search(line) and YEAR.search(line))


@lru_cache(maxsize=1)
def known_formulas() -> frozenset[tuple[str, ...]]:
    lines = ([word.folded for word in words(line)] for line in FORMULAS.split("\n"))
    return frozenset(piece for line in lines for piece in pieces(line, FORMULA))


def pieces(run: Sequence[str], length: int) -> Iterator[tuple[str, ...]]:
    return (tuple(run[at : at + length]) for at in range(len(run) - length + 1))


def formulas(every: Sequence[Word]) -> set[int]:
    """Numbers of the words that stand in a set phrase."""
    known = known_formulas()
    found: set[int] = set()
    for at, piece in enumerate(pieces([word.folded for word in every], FORMULA)):
        if piece in known:
            found.update(range(at, at + FORMULA))
    return found


def shingle_hash(piece: Sequence[str]) -> int:
    """A whole number below 2**48, the same in every process."""
    content = " ".join(piece).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(content, digest_size=HASH_BYTES).digest())


def fingerprints(run: Sequence[Word]) -> set[int]:
    """The winnowed hashes of one unbroken run of words."""
    hashes = [shingle_hash(piece) for piece in pieces([word.folded for word in run], SHINGLE)]
    if not hashes:
        return set()
    windows = max(1, len(hashes) - WINDOW + 1)
    return {min(hashes[at : at + WINDOW]) for at in range(windows)}


def text_fingerprints(text: str) -> tuple[int, ...]:
    """What a text is found by, in order."""
    return tuple(sorted(set().union(*map(fingerprints, own_words(text)))))


def count_words(text: str) -> int:
    """How many words of the text count as its author's own."""
    return sum(map(len, own_words(text)))
