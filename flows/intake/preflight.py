"""What is said of a work's file before it is sent: pure, from what the check has found."""

from collections.abc import Callable, Iterable, Sequence

from flows.documents.preflight.names import names_pattern
from flows.documents.preflight.parts import missing, works_short
from schemas.advice import DANGEROUS, AdviceCode, Notice, Part, Place
from schemas.base import Schema
from schemas.extraction import Extraction, Finding, Kind, WarningCode
from schemas.marathon import MarathonTexts
from schemas.submission import Children, SubmissionFile

MOST_PLACES = 3
ANSWERED = frozenset({Children.CONSENTED, Children.REMOVE})
UNREADABLE = frozenset(
    {WarningCode.SCANNED_NO_TEXT, WarningCode.GARBLED_TEXT, WarningCode.FEW_CHARACTERS}
)


class Facts(Schema):
    """What advice is made from; ``names`` are those of the authors and their schools."""

    file: SubmissionFile
    texts: MarathonTexts
    work_format: str = ""
    findings: tuple[Finding, ...] = ()
    names: tuple[str, ...] = ()


def notices(facts: Facts) -> tuple[Notice, ...]:
    """Everything to look at in a checked file, what must be mended first; nothing when refused."""
    found = facts.file.extraction
    if found is None or found.status != "ok":
        return ()
    every = (*of_reading(found, facts.findings), *of_work(facts, found))
    return tuple(sorted(every, key=lambda one: one.group != "mend"))


def of_reading(found: Extraction, findings: Sequence[Finding]) -> Iterable[Notice]:
    """What reading the file has found, with the first places of each kind."""
    for code in found.warnings:
        ours = [one for one in findings if one.code is code]
        places = tuple(
            Place(text=one.text, around=one.around, where=one.where) for one in ours[:MOST_PLACES]
        )
        yield Notice(code=code, places=places, count=len(ours))


def of_work(facts: Facts, found: Extraction) -> Iterable[Notice]:
    """What only the work and its marathon tell: parts, length, the file's name."""
    for make in (about_parts, about_length, about_name):
        notice = make(facts, found)
        if notice:
            yield notice


def about_parts(facts: Facts, found: Extraction) -> Notice | None:
    lacking = lacking_parts(facts, found)
    return Notice(code=AdviceCode.MISSING_PARTS, parts=lacking) if lacking else None


def lacking_parts(facts: Facts, found: Extraction) -> tuple[Part, ...]:
    """Nothing for a text that nobody can read, or one too short to have parts."""
    parts = facts.file.parts
    if parts is None or UNREADABLE & set(found.warnings) or works_short(found.characters):
        return ()
    return missing(parts, work_format=facts.work_format, kind=found.kind)


def about_length(facts: Facts, found: Extraction) -> Notice | None:
    """Slides and snapshots are counted in pages alone."""
    if WarningCode.SCANNED_NO_TEXT in found.warnings or found.kind is Kind.PPTX:
        return too_many_pages(facts.texts, found)
    has, least, most = found.characters, facts.texts.least_characters, facts.texts.most_characters
    if least and has < least:
        return Notice(code=AdviceCode.TOO_SHORT, has=has, wanted=least)
    if most and has > most:
        return Notice(code=AdviceCode.TOO_LONG, has=has, wanted=most)
    return too_many_pages(facts.texts, found)


def too_many_pages(texts: MarathonTexts, found: Extraction) -> Notice | None:
    most, has = texts.most_pages, found.pages
    if not most or not has or has <= most:
        return None
    return Notice(code=AdviceCode.TOO_LONG, has=has, wanted=most, unit="pages")


def about_name(facts: Facts, _found: Extraction) -> Notice | None:
    pattern = names_pattern(facts.names)
    plain = facts.file.name.replace("_", " ").rpartition(".")[0]
    is_named = pattern is not None and bool(pattern.search(plain))
    if not is_named:
        return None
    return Notice(
        code=AdviceCode.AUTHOR_IN_FILE_NAME, places=(Place(text=facts.file.name),), count=1
    )


# --- what is in order --------------------------------------------------------------------

PRIVATE = frozenset({WarningCode.PERSONAL_DATA, WarningCode.POSTAL_ADDRESS, *DANGEROUS})
PICTURES = frozenset(
    {
        WarningCode.PICTURE_TOO_SMALL,
        WarningCode.PICTURE_WITHOUT_SOURCE,
        WarningCode.PICTURES_DROPPED,
    }
)
PARTS_FOUND = "Нашлись все обычные части работы"
FINE: tuple[tuple[str, Callable[[Extraction, frozenset[str]], bool]], ...] = (
    (
        "Текст читается целиком",
        lambda _found, codes: not codes & UNREADABLE,
    ),
    (
        PARTS_FOUND,
        lambda _found, codes: AdviceCode.MISSING_PARTS not in codes and not codes & UNREADABLE,
    ),
    (
        "Телефонов, адресов и сведений о детях не видно",
        lambda _found, codes: not codes & (PRIVATE | UNREADABLE),
    ),
    (
        "Рисунки годятся для печати",
        lambda found, codes: found.images > 0 and not codes & PICTURES,
    ),
    (
        "Исправлений и примечаний в файле нет",
        lambda _found, codes: not codes & {WarningCode.TRACKED_CHANGES, WarningCode.COMMENTS},
    ),
)


def in_order(facts: Facts, told: Iterable[Notice]) -> tuple[str, ...]:
    """What the check found to be right, in words; nothing for a refused file."""
    found = facts.file.extraction
    if found is None or found.status != "ok":
        return ()
    codes = frozenset[str](one.code for one in told)
    known = facts.file.parts is not None
    return tuple(
        words for words, holds in FINE if holds(found, codes) and (known or words != PARTS_FOUND)
    )


# --- children's data ---------------------------------------------------------------------


def is_unanswered(file: SubmissionFile, children: Children) -> bool:
    """Whether children's data seems to be in the file and nobody has answered for it."""
    found = file.extraction
    if found is None or file.cleared_at is not None or children in ANSWERED:
        return False
    return bool(DANGEROUS & set(found.warnings))
