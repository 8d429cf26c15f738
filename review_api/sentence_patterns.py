"""Russian sentences with gaps, «Работа «{title}» отправлена.»: read from a text and filled in English."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

WORD = re.compile(r"[А-Яа-яЁё]+")
GAP = re.compile(r"\{(\w+)\}|%\((\w+)\)[sd]|%[sd]")
FILLED = re.compile(r"\{(\w+)(?::([^{}]*))?\}|%\((\w+)\)[sd]|%[sd]")
SPACES = re.compile("[\u00a0\u202f\u2009]")
ANYTHING = "(.*?)"
FURTHER = r"((?:(?:[ .;:(]|,(?!\d)).*?)?)"
"""What goes on after another gap: nothing, or something set off from it."""
SURE_WORDS, SURE_LETTERS = 2, 10


@dataclass(frozen=True)
class Pattern:
    """A sentence with gaps and its English."""

    russian: str
    english: str

    @cached_property
    def gaps(self) -> list[str]:
        return [found[1] or found[2] or "" for found in GAP.finditer(self.russian)]

    @cached_property
    def literals(self) -> list[str]:
        return [SPACES.sub(" ", one) for one in GAP.sub("\0", self.russian).split("\0")]

    @cached_property
    def weight(self) -> int:
        return sum(len(one) for one in self.literals)

    @cached_property
    def sure(self) -> bool:
        """Whether so much of it is ours that nothing typed looks like it."""
        words = WORD.findall(" ".join(self.literals))
        return len(words) >= SURE_WORDS and sum(map(len, words)) >= SURE_LETTERS

    @cached_property
    def regex(self) -> re.Pattern[str]:
        first, *rest = (re.escape(one) for one in self.literals)
        gaps = [FURTHER if not before else ANYTHING for before in (first or " ", *rest[:-1])]
        written = (gap + literal for gap, literal in zip(gaps, rest, strict=True))
        return re.compile(first + "".join(written), re.DOTALL)

    def values(self, text: str) -> tuple[str, ...] | None:
        if not self._likely(text):
            return None
        found = self.regex.fullmatch(text)
        return found.groups() if found else None

    def _likely(self, text: str) -> bool:
        first, *middle = self.literals
        if not (text.startswith(first) and text.endswith(self.literals[-1])):
            return False
        at = len(first)
        for literal in middle:
            at = text.find(literal, at)
            if at < 0:
                return False
            at += len(literal)
        return True


def fill(english: str, told: Mapping[str, str], raw: Mapping[str, str]) -> str:
    """The English with its gaps filled; ``{n:work|works}`` is the word that goes with the count."""
    nameless = iter([value for key, value in told.items() if key.isdigit()])

    def value(found: re.Match[str]) -> str:
        name = found[1] or found[3]
        if name is None:
            return next(nameless, "")
        if found[2] is None:
            return told.get(name, "")
        one, _, many = found[2].partition("|")
        return one if raw.get(name, "").strip() == "1" else many

    return FILLED.sub(value, english)


def indexed(patterns: Iterable[Pattern]) -> dict[str, list[Pattern]]:
    """Patterns by the rarest of the words that surely stand in their sentences."""
    found = {one: sure_words(one) for one in patterns}
    often = Counter(word for words in found.values() for word in words)
    index: dict[str, list[Pattern]] = {}
    for pattern, words in found.items():
        anchor = min(words, key=lambda word: (often[word], -len(word)), default="")
        index.setdefault(anchor, []).append(pattern)
    return index


def sure_words(pattern: Pattern) -> set[str]:
    """Words no gap touches: a gap may go on with more letters."""
    marked = "\0".join(pattern.literals)
    words = re.finditer(r"(?<![\0А-Яа-яЁё])[А-Яа-яЁё]+(?![\0А-Яа-яЁё])", marked)
    return {found[0] for found in words}
