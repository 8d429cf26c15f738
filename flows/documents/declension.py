"""Cases and Latin letters of a name: proposed by rule, overruled by what the person has written."""

from typing import Any

import iuliia
from pytrovich.detector import PetrovichGenderDetector
from pytrovich.enums import Case, Gender, NamePart
from pytrovich.maker import PetrovichDeclinationMaker

from flows.documents import family_names
from schemas.people import Person

PARTS = (NamePart.LASTNAME, NamePart.FIRSTNAME, NamePart.MIDDLENAME)
FEWEST = 2
# The packages carry no types.
MAKER: Any = PetrovichDeclinationMaker()
DETECTOR: Any = PetrovichGenderDetector()


def genitive(person: Person) -> str:
    """«Ивановой Анны Петровны»."""
    return person.name_genitive or declined(person.name, Case.GENITIVE)


def dative(person: Person) -> str:
    """«Ивановой Анне Петровне»."""
    return person.name_dative or declined(person.name, Case.DATIVE)


def latin(person: Person) -> str:
    """As in a passport (ICAO Doc 9303), given name first: «Anna Petrovna Ivanova»."""
    return person.name_latin or in_latin(person.name)


def in_latin(name: str) -> str:
    """«Иванова А. П.» becomes “A. P. Ivanova”."""
    family, *given = name.split() or [""]
    return letters(" ".join([*given, family]))


def letters(text: str) -> str:
    """Any words in Latin letters, in their own order."""
    return str(iuliia.ICAO_DOC_9303.translate(text))


def declined(name: str, case: Case) -> str:
    """The name in the case; one that is not «Фамилия Имя Отчество» stays as it is."""
    words = name.split()
    if not FEWEST <= len(words) <= len(PARTS) or not all(map(is_russian, words)):
        return name
    gender = gender_of(words)
    family, *given = words
    named = zip(PARTS[1:], given, strict=False)
    made = (MAKER.make(part, gender, case, word) for part, word in named)
    return " ".join((of_family(family, gender, case), *made))


def of_family(name: str, gender: Gender, case: Case) -> str:
    """The family name in the case, each part of a double one by itself if it is a known one."""
    if gender is not Gender.MALE:
        return str(MAKER.make(NamePart.LASTNAME, gender, case, name))
    known = {part: family_names.of_man(part, case) for part in name.split("-")}
    if not any(known.values()):
        return str(MAKER.make(NamePart.LASTNAME, gender, case, name))
    return "-".join(
        made or str(MAKER.make(NamePart.LASTNAME, gender, case, part))
        for part, made in known.items()
    )


def gender_of(words: list[str]) -> Gender:
    named = dict(zip(("lastname", "firstname", "middlename"), words, strict=False))
    try:
        found: Gender = DETECTOR.detect(**named)
    except StopIteration:
        return Gender.ANDROGYNOUS
    return found


def is_russian(word: str) -> bool:
    letters = word.replace("-", "").casefold()
    return bool(letters) and all("а" <= letter <= "я" or letter == "ё" for letter in letters)
