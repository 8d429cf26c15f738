"""The English catalogues and what they lack: ``messages.po`` of templates, ``sentences.po`` of Python.

``make translations`` runs this module: it brings both up to date with the source and names every
string that has no English, or an English with other gaps than the Russian.
"""

import re
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from review_api import sentence_source

HERE = Path(__file__).parent
LOCALE = HERE / "locale"
TEMPLATES = (
    [("templates/**.html", "jinja2")],
    {
        "templates/**.html": {
            "extensions": "jinja2.ext.i18n,jinja2.ext.do",
            "trim_blocks": "true",
            "newstyle_gettext": "true",
        }
    },
)
KEYWORDS = {"_": None, "gettext": None, "plural": (2,), "plural_word": (2,)}
GAPS = re.compile(r"%\((\w+)\)|\{(\w+)")
CYRILLIC = sentence_source.CYRILLIC
Places = Mapping[str, list[str]]


def of_templates() -> dict[str, list[str]]:
    """Every literal of ``_`` and ``plural`` with the templates it stands in."""
    methods, options = TEMPLATES
    found: dict[str, list[str]] = {}
    for name, _, text, _, _ in extract_from_dir(HERE, methods, options, KEYWORDS):
        places = found.setdefault(str(text), [])
        places += [] if name in places else [name]
    return found


SOURCES: Mapping[str, Callable[[], Places]] = {
    "messages": of_templates,
    "sentences": sentence_source.sentences,
}


def source(language: str, domain: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / f"{domain}.po"


def read(language: str, domain: str) -> Catalog:
    path = source(language, domain)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def pairs(language: str, domain: str) -> dict[str, str]:
    """Russian to the other language; a guess marked fuzzy is no translation."""
    return {
        str(one.id): str(one.string)
        for one in read(language, domain)
        if one.id and one.string and not one.fuzzy
    }


def bring_up_to_date(domain: str, language: str = "en") -> None:
    """Write what the source says now with the words known for it, in either catalogue."""
    known = {text: said for name in SOURCES for text, said in pairs(language, name).items()}
    known |= pairs(language, domain)
    fresh = Catalog(locale=language)
    for text, places in sorted(SOURCES[domain]().items()):
        fresh.add(text, known.get(text, ""), auto_comments=sorted(places)[:3])
    with source(language, domain).open("wb") as file:
        write_po(file, fresh, omit_header=True, sort_output=True, width=100)


def faults(domain: str, language: str = "en") -> list[str]:
    """What the catalogue lacks, has too much or says with other gaps, each as a line."""
    wanted, known = SOURCES[domain](), pairs(language, domain)
    return [
        *(
            f"{places[0]}: no translation: {text}"
            for text, places in wanted.items()
            if text not in known
        ),
        *(f"{domain}.po: nothing says it any more: {text}" for text in known if text not in wanted),
        *(f"{domain}.po: {fault}" for fault in wrong(known.items())),
    ]


def wrong(said: Iterable[tuple[str, str]]) -> Iterable[str]:
    """Translations with other gaps than the source, or with its letters."""
    for text, other in said:
        if gaps(text) != gaps(other):
            yield f"other gaps: {text}"
        if CYRILLIC.search(other):
            yield f"Russian letters: {other}"


def gaps(text: str) -> set[str]:
    return {first or second for first, second in GAPS.findall(text)}


def main() -> None:
    for domain in SOURCES:
        bring_up_to_date(domain)
        sys.stdout.write("".join(f"{one}\n" for one in faults(domain)))


if __name__ == "__main__":
    main()
