"""What stands around the articles, as the data that ``front.typ`` prints."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from flows.compilation import rules
from flows.compilation.book.article_data import byline
from flows.compilation.descriptions import citation
from flows.documents.printing.layout import printed
from schemas.volume import Volume

CONTENTS = "Содержание"
AUTHORS = "Указатель авторов"
MUNICIPALITIES = "Указатель муниципальных образований"
_MOST_NAMED = 4
Data = dict[str, Any]


class FrontMatter:
    """What stands around the articles of ``volume``; the indexes are made once."""

    def __init__(self, volume: Volume) -> None:
        self.volume = volume
        self._people = rules.author_index(volume)
        self._places = rules.municipality_index(volume)

    @property
    def back(self) -> dict[str, str]:
        """The indexes that the volume has, by their names in the template, with their titles."""
        found = {"authors": AUTHORS, "municipalities": MUNICIPALITIES}
        has = {"authors": self._people, "municipalities": self._places}
        return {name: words for name, words in found.items() if has[name]}

    def data(self, counts: Sequence[int], openers: Sequence[int]) -> Data:
        """What ``front.typ`` prints; the articles have ``counts`` sheets, in order.

        ``openers`` tells how many sheets stand before each section that has articles.
        """
        return {
            **self._said,
            **_lists(self.volume, counts, openers),
            "sheets": sum(counts),
        }

    @cached_property
    def _said(self) -> Data:
        """What no number of sheets changes."""
        places = [
            {"name": printed(entry.name), "articles": list(entry.articles)}
            for entry in self._places
        ]
        return {
            **_imprint(self.volume),
            "annotation": printed(self._annotation()),
            "authors": _by_letter(self._people),
            "municipalities": places,
            "back": self.back,
        }

    def _annotation(self) -> str:
        articles = sum(1 for _ in self.volume.articles())
        authors, places = len(self._people), len(self._places)
        return (
            "Электронный сборник. Статьи публикуются по решению экспертной комиссии. "
            f"Статей — {articles}, авторов — {authors}, муниципальных образований — {places}."
        )


def _imprint(volume: Volume) -> Data:
    imprint = volume.imprint
    codes = {"УДК": imprint.udk, "ББК": imprint.bbk}
    return {
        "title": printed(volume.title),
        "subtitle": printed(volume.subtitle or ""),
        "cluster": printed(volume.cluster),
        "place": printed(volume.place),
        "year": volume.year,
        "edition": citation.ordinal(volume.edition),
        "changes": [printed(change) for change in volume.changes],
        "publisher": printed(imprint.publisher),
        "editors": [printed(name) for name in imprint.editors],
        "codes": {name: printed(value) for name, value in codes.items() if value},
        "isbn": printed(imprint.isbn or ""),
        "copyright": printed(_copyright(volume)),
        "heading": printed(volume.title),
        "description": printed(_description(volume)),
    }


def _copyright(volume: Volume) -> str:
    return volume.imprint.copyright.lstrip("©Сс() ").removesuffix(f", {volume.year}")


def _description(volume: Volume) -> str:
    """Return the library description's middle: subtitle, editors, place, publisher, year."""
    editors = [
        rules.initials_first(rules.person_name(name)).replace(" ", "\u00a0")
        for name in volume.imprint.editors
    ]
    board = f" / редкол.: {_named(editors)}" if editors else ""
    subtitle = f" : {volume.subtitle}" if volume.subtitle else ""
    issued = " : ".join(part for part in (volume.place, volume.imprint.publisher) if part)
    edition = f" — {citation.ordinal(volume.edition)}" if volume.edition > 1 else ""
    return f"{subtitle}{board}.{edition} — {f'{issued}, ' if issued else ''}{volume.year}."


def _named(editors: Sequence[str]) -> str:
    """ГОСТ Р 7.0.100: up to four names are written, of more only the first three."""
    if len(editors) <= _MOST_NAMED:
        return ", ".join(editors)
    return f"{', '.join(editors[:3])} [и др.]"


def _lists(volume: Volume, counts: Sequence[int], openers: Sequence[int]) -> Data:
    """The contents. ``after`` counts the sheets since the end of the contents."""
    before = iter(openers)
    articles: list[Data] = []
    sections: list[Data] = []
    after = 0
    for section in volume.sections:
        if not section.articles:
            continue
        first = len(articles)
        numbers = list(range(first, first + len(section.articles)))
        sections.append({"title": printed(section.title), "after": after, "articles": numbers})
        after += next(before)
        for number, article in zip(numbers, section.articles, strict=True):
            row = {"byline": byline(article), "title": printed(article.title), "after": after}
            articles.append(row)
            after += counts[number]
    return {"articles": articles, "sections": sections}


def _by_letter(people: Iterable[rules.IndexEntry]) -> list[Data]:
    groups: dict[str, list[Data]] = {}
    for entry in people:
        name = rules.surname_first(entry.name)
        shown = {
            "name": printed(name),
            "note": printed(entry.note),
            "articles": list(entry.articles),
        }
        groups.setdefault(rules.letter_of(name), []).append(shown)
    return [{"letter": letter, "entries": entries} for letter, entries in groups.items()]
