"""Personal data in a material: found for a warning, hidden for the copy that experts read.

What is found is a proposal that a person confirms: rules see «Иванова» but not irony.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate

from flows.documents.given_names import GIVEN_NAMES
from flows.documents.names import declined, names_pattern
from flows.documents.structure import (
    Inlines,
    block_runs,
    children,
    inline_text,
    rewrite,
)
from schemas.base import Schema
from schemas.document import Block, Document, Heading, Inline, Picture, Span
from schemas.extraction import Finding, WarningCode

HIDDEN = "[скрыто]"
MARGINS = "колонтитул"
TITLE = "название"
MOST_FINDINGS = 200

# The look behind keeps the search linear: it starts once for a word, not at every letter.
EMAIL = r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"
PHONE = r"(?<![\d-])(?:\+7|8)[\s(-]{0,2}\d{3,5}[\s)-]{0,2}\d{1,3}[\s-]?\d{2}[\s-]?\d{2}(?![\d-])"
INSURANCE = r"(?<![\d-])\d{3}-\d{3}-\d{3}[\s-]\d{2}(?!\d)"
PASSPORT = r"\bпаспорт[^\d\n]{0,30}\d{2}\s?\d{2}\s?№?\s?\d{6}"
BIRTH = r"\b(?:дата рождения|родил[а-я]+)[^\d\n]{0,10}\d{1,2}[.\s]\S{2,8}[.\s]\d{4}|\d{2}\.\d{2}\.\d{4}\s*г\.\s?р\."
PERSONAL = re.compile(f"{EMAIL}|{PHONE}|{INSURANCE}|{PASSPORT}|{BIRTH}", re.IGNORECASE)

_CAPITAL = r"[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)?"
_GIVEN = f"(?:{'|'.join(map(declined, GIVEN_NAMES))})(?![а-яё])"
_CHILD = rf"(?:{_CAPITAL}\s+{_GIVEN}\b|{_GIVEN}\s+{_CAPITAL}|{_GIVEN}\s+[А-ЯЁ]\.)"
_PUPIL = (
    r"\b(?i:учени[кц]|учащ|обучающ|воспитанни|школьни|первоклассни|пятиклассни|мальчи|девоч"
    r"|реб[её]н|призёр|победител)[а-яё]*"
)
_CLASS = r"[\s,(]{1,4}\d{1,2}[\s-]?[«\"]?[А-Яа-я]?[»\"]?[\s-]{0,2}(?:класс|кл\.|лет\b|года?\b)"
CHILDREN = re.compile(rf"{_PUPIL}[^.!?\n]{{0,40}}?(?P<name>{_CHILD})|(?P<named>{_CHILD}){_CLASS}")
# The pattern for children is slow, so it is tried only around words it begins or ends with.
_ANCHOR = re.compile(rf"{_PUPIL}|\d[\s-]?[«\"]?\w?[»\"]?[\s-]{{0,2}}(?:класс|кл\.|лет|год)")
_BEFORE, _AFTER = 60, 120  # characters around an anchor

Place = tuple[int, int]
Finder = Callable[[str], list[Place]]


class Masked(Schema):
    """A document with names hidden, and what was hidden where."""

    document: Document
    findings: tuple[Finding, ...]


def find_personal(document: Document) -> tuple[Finding, ...]:
    """Find telephones, addresses, document numbers and named children."""
    found: list[Finding] = []
    for where, text in passages(document.blocks):
        found += findings(WarningCode.PERSONAL_DATA, personal_places, text, where)
        found += findings(WarningCode.CHILDREN_NAMED, children_places, text, where)
    return distinct(found)


def find_named(
    document: Document, names: tuple[str, ...], *, margins: str = ""
) -> tuple[Finding, ...]:
    """Find the given people, organisations and municipalities in any case form."""
    pattern = names_pattern(names)
    if pattern is None:
        return ()
    places = ((TITLE, document.title), *passages(document.blocks), (MARGINS, margins))
    return distinct(
        finding
        for where, text in places
        for finding in findings(WarningCode.AUTHOR_NAMED_IN_TEXT, finder(pattern), text, where)
    )


def mask(document: Document, names: tuple[str, ...]) -> Masked:
    """Hide the given names, any school by number, named children, telephones and addresses."""
    finders = finders_of(names)
    blocks = rewrite(document.blocks, lambda inlines: mask_inlines(inlines, finders))
    title = mask_text(document.title, finders)
    return Masked(
        document=Document(title=title, blocks=blocks),
        findings=(*find_named(document, names), *find_personal(document)),
    )


def mask_words(text: str, names: tuple[str, ...]) -> str:
    """Hide in one run of words what ``mask`` hides in a document."""
    return mask_text(text, finders_of(names))


def mask_lines(text: str, names: tuple[str, ...]) -> str:
    """The same line by line: a name never runs over the end of one."""
    finders = finders_of(names)
    return "\n".join(mask_text(line, finders) for line in text.split("\n"))


def finders_of(names: tuple[str, ...]) -> list[Finder]:
    named = names_pattern(names)
    return [personal_places, children_places, *([finder(named)] if named else [])]


def passages(blocks: Iterable[Block], where: str = "") -> Iterator[tuple[str, str]]:
    """Yield (section, text) for every run of words, notes and cells included."""
    for block in blocks:
        if isinstance(block, Heading):
            where = f"раздел «{' '.join(inline_text(block.inlines).split())}»"
        for run in block_runs(block):
            yield where, run
        yield from passages(children(block), where)


def findings(code: WarningCode, find: Finder, text: str, where: str) -> Iterator[Finding]:
    for first, last in find(text):
        yield Finding(code=code, text=" ".join(text[first:last].split()), where=where)


def finder(pattern: re.Pattern[str]) -> Finder:
    return lambda text: [match.span() for match in pattern.finditer(text)]


def personal_places(text: str) -> list[Place]:
    """Return where telephones, addresses and document numbers stand."""
    return [match.span() for match in PERSONAL.finditer(text)]


def children_places(text: str) -> list[Place]:
    """Return where names stand beside a pupil's role, class or age, the names alone."""
    found: list[Place] = []
    for anchor in _ANCHOR.finditer(text):
        window = (max(0, anchor.start() - _BEFORE), anchor.end() + _AFTER)
        for match in CHILDREN.finditer(text, *window):
            first, last = match.span(match.lastindex or 0)
            if not found or first >= found[-1][1]:
                found.append((first, last))
    return found


def distinct(found: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(dict.fromkeys(found))[:MOST_FINDINGS]


def mask_text(text: str, finders: list[Finder]) -> str:
    for find in finders:
        for first, last in reversed(find(text)):
            text = text[:first] + HIDDEN + text[last:]
    return text


def mask_inlines(inlines: Inlines, finders: list[Finder]) -> Inlines:
    """Hide matches that may begin in one span and end in another."""
    for find in finders:
        places = find("".join(map(span_text, inlines)))
        inlines = cover(inlines, places) if places else inlines
    return tuple(mask_unseen(inline, finders) for inline in inlines)


def span_text(inline: Inline) -> str:
    """Return a span's words; anything else parts words as a space does."""
    return inline.text if isinstance(inline, Span) else "\n"


def cover(inlines: Inlines, places: list[tuple[int, int]]) -> Inlines:
    """Put ``HIDDEN`` where each place begins and take the rest of it out of later spans."""
    starts = [0, *accumulate(len(span_text(inline)) for inline in inlines)]
    covered = (
        inline.model_copy(update={"text": cover_span(inline.text, start, places)})
        if isinstance(inline, Span)
        else inline
        for inline, start in zip(inlines, starts, strict=False)
    )
    return tuple(inline for inline in covered if not isinstance(inline, Span) or inline.text)


def cover_span(text: str, start: int, places: list[tuple[int, int]]) -> str:
    for first, last in reversed(places):
        low, high = max(first - start, 0), min(last - start, len(text))
        if low < high:
            text = text[:low] + (HIDDEN if first >= start else "") + text[high:]
    return text


def mask_unseen(inline: Inline, finders: list[Finder]) -> Inline:
    """Hide names in what is not read as text: addresses behind links, words for pictures."""
    if isinstance(inline, Span) and inline.link and mask_text(inline.link, finders) != inline.link:
        return inline.model_copy(update={"link": None})
    if isinstance(inline, Picture):
        words = mask_text(inline.description, finders)
        return inline.model_copy(update={"description": words})
    return inline
