"""The collection's order and words: who stands where in the indexes, how a work is cited."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from flows.documents import structure
from flows.documents.printing.layout import text_of
from schemas.document import Block
from schemas.manifest import ArticleAuthor, ManifestArticle
from schemas.ordering import name_key
from schemas.places import place_key
from schemas.volume import Problem, Volume, VolumeArticle

_PATRONYMIC = re.compile(r"(вич|вна|ична|инична|оглы|кызы)$", re.IGNORECASE)
_INITIAL = re.compile(r"^[^\W\d_]\.?$|^([^\W\d_]\.){1,3}$")
_DUTY = re.compile(r"\s*\([^()]*\)$|,\s*[а-яё].*|\s+[—–-]\s.*", re.DOTALL)
_TOO_MANY = 3
_HEAD_BLOCKS = 12
_BESIDE_A_NAME = 1  # word


class PersonName(NamedTuple):
    """``given`` holds first name and patronymic, or initials, as they were written."""

    family: str
    given: str

    @property
    def inverted(self) -> str:
        """Surname and initials: «Иванова М. П.»."""
        initials = " ".join(f"{letter}." for letter in self._letters())
        return f"{self.family} {initials}".strip()

    def _letters(self) -> list[str]:
        return [part[0].upper() for part in re.split(r"[\s.]+", self.given) if part]


class IndexEntry(NamedTuple):
    """``note`` tells namesakes apart; ``articles`` are positions in the volume, from 0."""

    name: str
    note: str
    articles: tuple[int, ...]


@lru_cache(maxsize=8192)
def person_name(written: str) -> PersonName:
    """Tell surname from given names in ``written``, whichever order the author chose.

    What follows the name, like «(отв. ред.)», is no part of it.
    """
    parts = (_DUTY.sub("", written.strip()) or written).replace("\u00a0", " ").split()
    if len(parts) < 2:  # noqa: PLR2004
        return PersonName(written.strip(), "")
    surname_last = _INITIAL.match(parts[0]) or (
        len(parts) > 2 and _PATRONYMIC.search(parts[-2]) and not _PATRONYMIC.search(parts[-1])  # noqa: PLR2004
    )
    if surname_last:
        return PersonName(parts[-1], " ".join(parts[:-1]))
    return PersonName(parts[0], " ".join(parts[1:]))


def byline(authors: Sequence[ArticleAuthor]) -> str:
    """Authors for contents and citations; from the fourth on «и др.»."""
    names = [person_name(author.name).inverted for author in authors]
    if len(names) > _TOO_MANY:
        return f"{', '.join(names[:_TOO_MANY])} и др."
    return ", ".join(names)


def about(author: ArticleAuthor) -> str:
    """Position, organisation, municipality: what stands after the author's name."""
    parts = (author.position, author.organisation, author.municipality)
    return ", ".join(part for part in parts if part)


def author_index(volume: Volume) -> list[IndexEntry]:
    """Every author once, in alphabetical order; namesakes of two places stay two people."""
    people: dict[tuple[str, str], tuple[str, list[int]]] = {}
    places: dict[str, set[str]] = {}
    for number, article in enumerate(volume.articles()):
        for author in article.authors:
            name, place = _folded(author.name), place_key(author.municipality)
            found = people.setdefault((name, place), (author.name, []))
            found[1].extend([] if number in found[1] else [number])
            places.setdefault(name, set()).add(place)
    written = {
        place_key(a.municipality): a.municipality for x in volume.articles() for a in x.authors
    }
    entries = [
        IndexEntry(shown, written[place] if len(places[name]) > 1 else "", tuple(numbers))
        for (name, place), (shown, numbers) in people.items()
    ]
    return sorted(entries, key=lambda entry: (name_key(surname_first(entry.name)), entry.note))


def surname_first(written: str) -> str:
    """«Мария Петровна Иванова» as «Иванова Мария Петровна»."""
    return " ".join(part for part in person_name(written) if part)


def municipality_index(volume: Volume) -> list[IndexEntry]:
    """Every municipality that has an author here, in alphabetical order."""
    found: dict[str, tuple[str, list[int]]] = {}
    for number, article in enumerate(volume.articles()):
        for author in article.authors:
            if not author.municipality:
                continue
            _, numbers = found.setdefault(place_key(author.municipality), (author.municipality, []))
            numbers.extend([] if number in numbers else [number])
    entries = [IndexEntry(name, "", tuple(numbers)) for name, numbers in found.values()]
    return sorted(entries, key=lambda entry: name_key(entry.name))


def keyword_index(volume: Volume) -> list[IndexEntry]:
    """Every keyword once however it is capitalised, in alphabetical order."""
    found: dict[str, tuple[str, list[int]]] = {}
    for number, article in enumerate(volume.articles()):
        for word in article.keywords:
            _, numbers = found.setdefault(_folded(word), (" ".join(word.split()), []))
            numbers.extend([] if number in numbers else [number])
    entries = [IndexEntry(name, "", tuple(numbers)) for name, numbers in found.values()]
    return sorted(entries, key=lambda entry: name_key(entry.name))


def places_of(article: VolumeArticle) -> tuple[str, ...]:
    """Municipalities of the article's authors, each once, in their order."""
    found = {place_key(one.municipality): one.municipality for one in reversed(article.authors)}
    ordered = dict.fromkeys(place_key(one.municipality) for one in article.authors)
    return tuple(found[key] for key in ordered if found[key])


def page_range(span: tuple[int, int], dash: str = "–") -> str:
    """First and last page as one string: «5–8», or «5»."""
    first, last = span
    return str(first) if first == last else f"{first}{dash}{last}"


def letter_of(name: str) -> str:
    """Return the heading of the index group that ``name`` belongs to."""
    first = next((sign for sign in name if sign.isalnum()), "")
    return first.upper().replace("Ё", "Е") or "…"


def without_repeated_head(article: VolumeArticle) -> VolumeArticle:
    """Drop the first lines of the file that the collection prints itself above the text.

    Authors begin with title, names, schools, abstract and keywords; all of it comes from the
    manifest. The first line that says anything else ends the search.
    """
    known = _head_phrases(article)
    names = [_folded(author.name) for author in article.authors]
    blocks = article.document.blocks
    dropped = 0
    for block in blocks[:_HEAD_BLOCKS]:
        if block.kind not in {"heading", "paragraph"} or not _is_said(block, known, names):
            break
        dropped += 1
    document = article.document.model_copy(update={"blocks": blocks[dropped:]})
    return article.model_copy(update={"document": document})


def _head_phrases(article: VolumeArticle) -> list[str]:
    people = [
        part
        for author in article.authors
        for part in (author.name, surname_first(author.name), *_details(author))
    ]
    labels = ("аннотация", "ключевые слова", "авторы", "автор", "электронная почта", "пользователь")
    phrases = [article.title, article.abstract, *article.keywords, *people, *labels]
    return sorted({_folded(phrase) for phrase in phrases if phrase}, key=len, reverse=True)


def _details(author: ArticleAuthor) -> list[str]:
    parts = (author.position, author.organisation, author.municipality, author.email)
    return [part for part in parts if part]


def _is_said(block: Block, known: Sequence[str], names: Sequence[str]) -> bool:
    """Whether nothing is left of the block's words once the known phrases are taken out.

    Beside an author's full name one word may be left: the village.
    """
    if any(
        inline.kind in {"picture", "formula", "note"} for inline in structure.own_inlines(block)
    ):
        return False
    line = rest = _folded(text_of(structure.own_inlines(block)))
    for phrase in known:
        rest = rest.replace(phrase, " ")
    may_stay = _BESIDE_A_NAME if any(name in line for name in names) else 0
    return len(re.findall(r"\w{3,}", rest)) <= may_stay


def without_consent(section: str, article: ManifestArticle) -> Problem:
    """Report an article whose authors have not agreed to publication."""
    sentence = (
        "Нет согласия авторов на публикацию: получите согласие и поставьте в манифесте "
        "«consent»: true."
    )
    return left_out(section, article, code="no_consent", sentence=sentence)


def changed(section: str, article: ManifestArticle, *, code: str, sentence: str) -> Problem:
    """Report an article that is printed with a loss in detail."""
    problem = left_out(section, article, code=code, sentence=sentence)
    return problem.model_copy(update={"outcome": "changed"})


def left_out(section: str, article: ManifestArticle, *, code: str, sentence: str) -> Problem:
    """Report an article that is not in the volume at all."""
    return Problem(
        section=section,
        title=article.title,
        file=article.file,
        outcome="left_out",
        code=code,
        sentence=sentence,
    )


def initials_first(name: PersonName) -> str:
    """«М. П. Иванова», as a library description has its editors."""
    letters = name.inverted.removeprefix(name.family).strip()
    return f"{letters} {name.family}".strip()


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFC", text).casefold().replace("ё", "е")
    return re.sub(r"[\W_]+", " ", plain).strip()
