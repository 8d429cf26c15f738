"""The shape of a letter: its words in both languages and what its placeholders come from."""

import re
from typing import Literal

from schemas.base import Schema
from schemas.letter_template import Language

PLACEHOLDER = re.compile(r"\{(\w+)\}")

Subject = Literal[
    "submission",
    "assignment",
    "assignments",
    "decision",
    "certificate",
    "role",
    "token",
    "person",
    "question",
    "nomination",
    "extension",
    "marathon",
    "slot",
]


class Wording(Schema):
    """``text`` is plain, paragraphs parted by blank lines, placeholders in braces."""

    title: str
    text: str

    @property
    def placeholders(self) -> frozenset[str]:
        return frozenset(PLACEHOLDER.findall(self.title + self.text))


class Letter(Schema):
    """``name`` is what organisers call it, ``about`` the kind of thing it is about.

    ``given`` are values that whoever writes the notice puts into it; the others are read from the
    thing when the letter leaves. A ``refusable`` letter is a reminder or a digest: it carries a
    way to refuse such letters. A ``variant_of`` another letter is used in its place when
    organisers have given it words of its own.
    """

    name: str
    about: Subject
    ru: Wording
    en: Wording
    given: tuple[str, ...] = ()
    refusable: bool = False
    variant_of: str | None = None

    def wording(self, language: Language) -> Wording:
        return self.en if language == "en" else self.ru

    @property
    def title(self) -> str:
        return self.ru.title

    @property
    def placeholders(self) -> frozenset[str]:
        return self.ru.placeholders


HELLO = "Здравствуйте, {name}!\n\n"
HELLO_EN = "Hello {name},\n\n"
SIGNATURE = "\n\nОргкомитет марафона «{marathon}»\n{contact}"
SIGNATURE_EN = "\n\nThe organisers of “{marathon}”\n{contact}"


def ru(title: str, *paragraphs: str) -> Wording:
    """A greeting, ``paragraphs`` and the organisers' signature, in Russian."""
    return Wording(title=title, text=HELLO + "\n\n".join(paragraphs) + SIGNATURE)


def en(title: str, *paragraphs: str) -> Wording:
    """The same in English."""
    return Wording(title=title, text=HELLO_EN + "\n\n".join(paragraphs) + SIGNATURE_EN)
