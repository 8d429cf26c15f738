"""Says in English the Russian sentences that Python makes, whoever made them and however deep.

The catalogue holds sentences with gaps (docs/decisions/0014). ``say`` looks for the text itself,
then for a sentence whose gaps it fills, then for its parts; what it does not know stays Russian.
``hear`` does the same only for whole sentences: it is for places where a person's own words may
stand, so that a material called «Готово» keeps its title.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from flows.documents.cities import ENGLISH
from review_api.sentence_figures import NUMBER, in_english, number, numbers
from review_api.sentence_patterns import GAP, SPACES, WORD, Pattern, fill, indexed

CYRILLIC = re.compile(r"[А-Яа-яЁё]")
COUNTED = re.compile(r"([+−-]?\d[\d ]*(?:,\d+)?) (\D+)")
QUOTED = re.compile(r"«([^«»]+)»((?: – \d+)?)")
NUMBERED = re.compile(r"(\D+) ([+−-]?\d[\d ]*(?:,\d+)?)")
# Gaps that hold what people typed: only a whole sentence of ours is said in English there.
TYPED = frozenset(
    {
        *("name", "name2", "title", "title2", "theme", "email", "comment", "abstract", "text"),
        *("path", "filename", "seat", "person", "author", "marathon", "cluster", "municipality"),
        *("organisation", "position"),
    }
)
AND = " and "
PARTS = ("\n", "; ", " · ", " — ", ", ", ": ", " и ", " (", "/")
ENDS = re.compile(r"(?<=[.!?…»)])\s+(?=[А-ЯЁA-Z«№\d])")
LONGEST = 6000  # of what is looked up; nothing of ours is longer
SENTENCE_WORDS = 3
DEEPEST = 5


@dataclass(frozen=True)
class Said:
    """``left``: Russian letters that are ours and stayed; ``typed``: those of what people typed."""

    text: str
    left: int
    typed: int = 0

    @property
    def whole(self) -> bool:
        return self.left == 0


class Sentences:
    """``catalogue``: Russian to English, with gaps ``{name}`` and forms «работа|работы|работ»."""

    def __init__(self, catalogue: Mapping[str, str]) -> None:
        plain = {
            SPACES.sub(" ", russian).strip(): english.strip()
            for russian, english in catalogue.items()
        }
        self.exact = {**ENGLISH, **plain}
        self.forms = dict(_forms(plain.items()))
        self.patterns = indexed(Pattern(*pair) for pair in plain.items() if GAP.search(pair[0]))
        self.say = lru_cache(maxsize=16384)(self._say)
        self.hear = lru_cache(maxsize=16384)(self._hear)
        self.say_whole = lru_cache(maxsize=16384)(self._say_whole)

    def _say(self, text: str) -> str:
        """English of a text that is ours, as far as it is known."""
        return self._to_english(text, careful=False)

    def _say_whole(self, text: str) -> str:
        """English of a text that is ours, when all of it is known."""
        found = self._said(SPACES.sub(" ", text).strip(), 0) if CYRILLIC.search(text) else None
        return around(text, found.text) if found and found.whole else text

    def _hear(self, text: str) -> str:
        """English of a text that is surely ours, else the text."""
        return self._to_english(text, careful=True)

    def _to_english(self, text: str, *, careful: bool) -> str:
        if not CYRILLIC.search(text) or len(text) > LONGEST:
            return text
        plain = SPACES.sub(" ", text).strip()
        said = self._found(plain, careful=careful, deep=0)
        if said is None:
            return text
        return around(text, said.text)

    def _found(self, text: str, *, careful: bool, deep: int) -> Said | None:
        """The text said; a careful look wants it to be ours to the last letter, or surely ours."""
        said = self._said(text, deep)
        if not careful or said is None:
            return said
        if not said.left and not said.typed and looks_whole(text):
            return said
        return self._matched(text, careful=True, deep=deep) or self._in_lines(text, deep)

    def _said(self, text: str, deep: int) -> Said | None:
        exact = self._exact(text)
        known = exact if exact is not None else self._value(text)
        if known is not None:
            return Said(known, 0)
        if deep > DEEPEST:
            return None
        matched = self._matched(text, careful=False, deep=deep)
        if matched is not None and matched.whole:
            return matched
        tries = (self._in_parts(text, deep), matched)
        return min((one for one in tries if one), key=lambda one: one.left, default=None)

    def _exact(self, text: str) -> str | None:
        """The text itself, or with its first letter or last stop otherwise."""
        if text in self.exact:
            return self.exact[text]
        for other, change in _variants(text):
            if other in self.exact:
                return change(self.exact[other])
        return None

    def _value(self, text: str) -> str | None:
        """English of a number, a number with its noun, a quoted word, a day."""
        if NUMBER.fullmatch(text):
            return number(text)
        return self._counted(text) or self._with_word(text) or self._dated(text)

    def _counted(self, text: str) -> str | None:
        """«5 работ», or the word of a count alone."""
        found = COUNTED.fullmatch(text)
        if found and found[2] in self.forms:
            one, many = self.forms[found[2]]
            return f"{number(found[1])} {one if found[1] == '1' else many}"
        return self.forms[text][1] if text in self.forms else None

    def _with_word(self, text: str) -> str | None:
        """«очно от 70», ««За» – 8»."""
        quoted, numbered = QUOTED.fullmatch(text), NUMBERED.fullmatch(text)
        if quoted and quoted[1] in self.exact:
            return f"“{self.exact[quoted[1]]}”{quoted[2]}"
        if numbered and numbered[1] in self.exact:
            return f"{self.exact[numbered[1]]} {number(numbered[2])}"
        return None

    def _dated(self, text: str) -> str | None:
        dated = in_english(text)
        return None if CYRILLIC.search(dated) else dated

    def _matched(self, text: str, *, careful: bool, deep: int) -> Said | None:
        best: Said | None = None
        for pattern in self._candidates(text):
            if careful and not pattern.sure:
                continue
            values = pattern.values(text)
            if values is None:
                continue
            said = self._filled(pattern, values, deep)
            if said.left and not pattern.sure:
                continue
            if best is None or said.left < best.left:
                best = said
            if best.whole:
                break
        return best

    def _candidates(self, text: str) -> list[Pattern]:
        words = set(WORD.findall(text))
        found = [one for word in words for one in self.patterns.get(word, ())]
        return sorted((*found, *self.patterns.get("", ())), key=lambda one: -one.weight)

    def _filled(self, pattern: Pattern, values: tuple[str, ...], deep: int) -> Said:
        names = [gap or str(at) for at, gap in enumerate(pattern.gaps)]
        raw = dict(zip(names, values, strict=True))
        told = {name: self._in_gap(name, value, deep) for name, value in raw.items()}
        text = fill(pattern.english, {key: one.text for key, one in told.items()}, raw)
        left = sum(one.left for one in told.values())
        return Said(text, left, sum(one.typed for one in told.values()))

    def _in_gap(self, gap: str, value: str, deep: int) -> Said:
        """What fills a gap, with the spaces around it."""
        if not CYRILLIC.search(value):
            return Said(numbers(value), 0)
        typed = gap in TYPED
        found = self._found(value.strip(), careful=typed, deep=deep + 1)
        if found is None:
            count = letters(value)
            return Said(value, 0, count) if typed else Said(value, count)
        return Said(around(value, found.text), found.left, found.typed)

    def _in_parts(self, text: str, deep: int) -> Said | None:
        """Sentences one after another, else the parts of a list that leave the least unsaid."""
        sentences = ENDS.split(text)
        if len(sentences) > 1:
            return self._joined(sentences, ENDS.findall(text), careful=False, deep=deep)
        tries = (self._joined_by(mark, text, careful=False, deep=deep) for mark in PARTS)
        known = [said for said in tries if said is not None]
        return min(known, key=lambda said: said.left, default=None)

    def _in_lines(self, text: str, deep: int) -> Said | None:
        """Sentences or lines of which each is surely ours."""
        sentences = ENDS.split(text)
        if len(sentences) > 1:
            return self._joined(sentences, ENDS.findall(text), careful=True, deep=deep)
        return self._joined_by("\n", text, careful=True, deep=deep)

    def _joined_by(self, mark: str, text: str, *, careful: bool, deep: int) -> Said | None:
        parts = text.split(mark)
        if len(parts) == 1:
            return None
        between = AND if mark == " и " else mark
        return self._joined(parts, [between] * (len(parts) - 1), careful=careful, deep=deep)

    def _joined(
        self, parts: list[str], between: list[str], *, careful: bool, deep: int
    ) -> Said | None:
        said = [self._part(one, careful=careful, deep=deep + 1) for one in parts]
        left = sum(one.left for one in said)
        nothing = left == sum(letters(one) for one in parts)
        if nothing or (left and (careful or AND in between)):
            return None
        texts = [one.text for one in said]
        text = "".join(a + b for a, b in zip(texts, (*between, ""), strict=True))
        return Said(text, left, sum(one.typed for one in said))

    def _part(self, text: str, *, careful: bool, deep: int) -> Said:
        if not CYRILLIC.search(text):
            return Said(numbers(text), 0)
        found = self._found(text.strip(), careful=careful, deep=deep)
        if found is None:
            return Said(text, letters(text))
        return Said(around(text, found.text), found.left, found.typed)


def letters(text: str) -> int:
    return len(CYRILLIC.findall(text))


def looks_whole(text: str) -> bool:
    """Whether a text is a sentence rather than a word or two, which a person may have typed."""
    return len(WORD.findall(text)) >= SENTENCE_WORDS or text.endswith((".", "!", "?", ":", "…"))


def around(text: str, said: str) -> str:
    """What is said, between the spaces the text had."""
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{before}{said}{after}"


def _variants(text: str) -> Iterator[tuple[str, Callable[[str], str]]]:
    if text.endswith("."):
        yield text[:-1], _with_stop
    else:
        yield f"{text}.", _without_stop
    turned = text[:1].swapcase() + text[1:]
    yield turned, _turned
    yield f"{turned}.", lambda english: _turned(_without_stop(english))


def _with_stop(english: str) -> str:
    return english + "."


def _without_stop(english: str) -> str:
    return english.removesuffix(".")


def _turned(english: str) -> str:
    return english[:1].swapcase() + english[1:]


def _forms(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Each Russian form of a counted noun with its English singular and plural."""
    for russian, english in pairs:
        if "|" in russian and not GAP.search(russian):
            one, _, many = english.partition("|")
            for form in russian.split("|"):
                yield form, (one, many or one)
