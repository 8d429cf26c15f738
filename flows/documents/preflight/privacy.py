"""Personal data in a material: found for a warning, hidden for the copy that experts read.

What is found is a proposal that a person confirms: rules see «Иванова» but not irony.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate

from flows.documents.preflight.children import children_places, class_list, data_places
from flows.documents.preflight.contacts import is_dead, page_places, personal_places, postal_places
from flows.documents.preflight.names import names_pattern
from flows.documents.preflight.people import people_places
from flows.documents.structure import (
    Inlines,
    block_runs,
    children,
    inline_text,
    own_inlines,
    rewrite,
    walk,
)
from schemas.document import Block, Document, Heading, Inline, Picture, Span
from schemas.extraction import Finding, WarningCode

HIDDEN = "[скрыто]"
MARGINS = "колонтитул"
TITLE = "название"
MOST_FINDINGS = 200
AROUND = 45  # characters shown before and after what was found

Place = tuple[int, int]
Finder = Callable[[str], list[Place]]
FINDERS: tuple[tuple[WarningCode, Finder], ...] = (
    (WarningCode.PERSONAL_DATA, personal_places),
    (WarningCode.CHILDREN_NAMED, children_places),
    (WarningCode.CHILDREN_DATA, data_places),
    (WarningCode.POSTAL_ADDRESS, postal_places),
    (WarningCode.PERSONAL_PAGES, page_places),
    (WarningCode.PEOPLE_NAMED, people_places),
)
HIDING: tuple[Finder, ...] = (personal_places, children_places, postal_places, page_places)


def find_personal(document: Document, names: tuple[str, ...] = ()) -> tuple[Finding, ...]:
    """Find contacts, document numbers, addresses, children and other people than ``names``."""
    known = names_pattern(names)
    found: list[Finding] = []
    for where, text in passages(document.blocks):
        for code, find in FINDERS:
            found += findings(code, find, text, where)
    others = (one for one in found if not is_known(one, known))
    return distinct((*others, *listed_children(document), *found_links(document)))


def is_known(finding: Finding, known: re.Pattern[str] | None) -> bool:
    """Tell an author's own name, which is spoken of apart."""
    is_person = finding.code is WarningCode.PEOPLE_NAMED
    return is_person and known is not None and bool(known.search(finding.text))


def listed_children(document: Document) -> Iterator[Finding]:
    """Find lists of a class, one finding for each."""
    for block in walk(document.blocks):
        names = class_list(block)
        if names:
            words = f"{', '.join(names[:3])}…"
            yield Finding(code=WarningCode.CHILDREN_DATA, text=words, where="список или таблица")


def found_links(document: Document) -> Iterator[Finding]:
    """Find addresses behind words that lead to personal pages or nowhere."""
    for inline in spans(document):
        link = inline.link or ""
        code = WarningCode.DEAD_LINKS if is_dead(link) else WarningCode.PERSONAL_PAGES
        if link and (is_dead(link) or page_places(link)):
            yield Finding(code=code, text=link, where=f"ссылка «{inline.text.strip()}»")


def spans(document: Document) -> Iterator[Span]:
    for block in walk(document.blocks):
        yield from (inline for inline in own_inlines(block) if isinstance(inline, Span))


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


def mask(document: Document, names: tuple[str, ...]) -> Document:
    """Hide the given names, any school by number, named children, telephones and addresses."""
    listed = tuple(name for block in walk(document.blocks) for name in class_list(block))
    finders = finders_of((*names, *dict.fromkeys(listed)))
    blocks = rewrite(document.blocks, lambda inlines: mask_inlines(inlines, finders))
    return Document(title=mask_text(document.title, finders), blocks=blocks)


def mask_words(text: str, names: tuple[str, ...]) -> str:
    """Hide in one run of words what ``mask`` hides in a document."""
    return mask_text(text, finders_of(names))


def mask_lines(text: str, names: tuple[str, ...]) -> str:
    """The same line by line: a name never runs over the end of one."""
    finders = finders_of(names)
    return "\n".join(mask_text(line, finders) for line in text.split("\n"))


def finders_of(names: tuple[str, ...]) -> list[Finder]:
    named = names_pattern(names)
    return [*HIDING, *([finder(named)] if named else [])]


def passages(blocks: Iterable[Block], where: str = "") -> Iterator[tuple[str, str]]:
    """Yield (where, text) for every run of words, notes and cells included.

    Where is the section, or the number of the paragraph before the first heading.
    """
    for number, block in enumerate(blocks, start=1):
        if isinstance(block, Heading):
            where = f"раздел «{' '.join(inline_text(block.inlines).split())}»"
        here = where or f"абзац {number}"
        for run in block_runs(block):
            yield here, run
        yield from passages(children(block), here)


def findings(code: WarningCode, find: Finder, text: str, where: str) -> Iterator[Finding]:
    for first, last in find(text):
        words = " ".join(text[first:last].split())
        yield Finding(code=code, text=words, where=where, around=around(text, first, last))


def around(text: str, first: int, last: int) -> str:
    """The words about a place, cut at whole words."""
    start, end = max(0, first - AROUND), min(len(text), last + AROUND)
    before = text[start:first].partition(" ")[2] if start else text[:first]
    after = text[last:end].rpartition(" ")[0] if end < len(text) else text[last:]
    cut = f"{'…' if start else ''}{before}{text[first:last]}{after}{'…' if end < len(text) else ''}"
    return " ".join(cut.split())


def finder(pattern: re.Pattern[str]) -> Finder:
    return lambda text: [match.span() for match in pattern.finditer(text)]


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
