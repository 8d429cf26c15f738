"""The volume's indexes for the screen: authors, municipalities, keywords, titles, by letters."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flows.compilation import rules
from flows.compilation.renditions.phrasing import polished
from schemas.ordering import name_key
from schemas.volume import Volume


@dataclass(frozen=True)
class Entry:
    """``articles`` are positions in the volume, from 0; ``note`` tells namesakes apart."""

    anchor: str
    name: str
    note: str
    articles: tuple[int, ...]


@dataclass(frozen=True)
class Index:
    """``words`` is the short name for menus; ``letters`` are groups of entries by first letter."""

    name: str
    heading: str
    words: str
    letters: tuple[tuple[str, tuple[Entry, ...]], ...]

    @property
    def entries(self) -> list[Entry]:
        return [entry for _, entries in self.letters for entry in entries]


_NAMES = (
    ("titles", "Алфавитный указатель статей", "Статьи по алфавиту"),
    ("authors", "Указатель авторов", "Авторы"),
    ("places", "Указатель муниципальных образований", "Муниципалитеты"),
    ("keywords", "Указатель ключевых слов", "Ключевые слова"),
)


def of(volume: Volume) -> list[Index]:
    """Return the indexes that have entries."""
    authors = [
        one._replace(name=rules.surname_first(one.name)) for one in rules.author_index(volume)
    ]
    found = {
        "titles": _titles(volume),
        "authors": authors,
        "places": rules.municipality_index(volume),
        "keywords": rules.keyword_index(volume),
    }
    return [
        Index(name, heading, words, _by_letter(name, found[name]))
        for name, heading, words in _NAMES
        if found[name]
    ]


def _titles(volume: Volume) -> list[rules.IndexEntry]:
    entries = [
        rules.IndexEntry(article.title, "", (number,))
        for number, article in enumerate(volume.articles())
    ]
    return sorted(entries, key=lambda entry: (name_key(entry.name.lstrip("«\"'„“( ")), entry))


def _by_letter(
    name: str, entries: Sequence[rules.IndexEntry]
) -> tuple[tuple[str, tuple[Entry, ...]], ...]:
    groups: dict[str, list[Entry]] = {}
    for entry in _anchored(name, entries):
        groups.setdefault(rules.letter_of(entry.name), []).append(entry)
    return tuple((letter, tuple(found)) for letter, found in groups.items())


def _anchored(name: str, entries: Iterable[rules.IndexEntry]) -> Iterable[Entry]:
    for number, entry in enumerate(entries, start=1):
        shown = polished(entry.name) or "—"
        yield Entry(f"{name}-{number}", shown, polished(entry.note), entry.articles)
