"""Whether two written names may be the same person, or the same family.

«Иванова А. П.», «А. П. Иванова», «ИВАНОВА Анна Петровна» may be one person; «Петров» and
«Петрова», «Берёзкин» and «Березкина-Громова» one family. A name that says less agrees with one
that says more.
"""

import re
import unicodedata
from collections.abc import Iterable

from schemas.base import Schema

HYPHENS = re.compile(r"\s*[-‐‑–—]\s*")
SEPARATORS = re.compile(r"[,;/\n()«»\"]|\s+и\s+", re.IGNORECASE)
WORDS = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
PATRONYMIC = re.compile(r"(?:ич|вна|чна|оглы|кызы)$")
PATRONYMIC_ENDINGS = ("инична", "овна", "евна", "ична", "ович", "евич", "вна", "ич")
SHORTEST = 2  # letters of a surname that may be compared
ADJECTIVE = ("ая", "яя", "ий", "ый", "ой")
FEMININE = re.compile(r"(?:[оеё]в|[иы]н)а$")


class Name(Schema):
    """Folded words; ``given`` are the forename and the patronymic, whole or initials.

    ``written`` is the name as typed with the surname first, without a second initial.
    """

    surname: str
    given: tuple[str, ...] = ()
    written: str = ""

    @property
    def parts(self) -> frozenset[str]:
        """The whole surname or either half of a double one."""
        return frozenset(part for part in self.surname.split("-") if len(part) >= SHORTEST)

    @property
    def families(self) -> frozenset[str]:
        return frozenset(map(family, self.parts))

    @property
    def father(self) -> str:
        """The forename a whole patronymic is made of, roughly; empty when it is not given."""
        if len(self.given) < 2 or not PATRONYMIC.search(self.given[1]):  # noqa: PLR2004
            return ""
        return stripped(self.given[1], PATRONYMIC_ENDINGS)


def folded(text: str) -> str:
    plain = unicodedata.normalize("NFC", text)
    return HYPHENS.sub("-", plain)


def names_in(text: str) -> tuple[Name, ...]:
    """Names in a line people typed: several after commas, words in small letters are no names."""
    found = map(name_of, SEPARATORS.split(folded(text)))
    return tuple(name for name in found if name is not None)


def name_of(text: str) -> Name | None:
    """None when there is no word that could be a surname."""
    typed = [word for word in WORDS.findall(folded(text)) if word[0].isupper()]
    words = [word.casefold().replace("ё", "е") for word in typed]
    place = surname_place(words)
    if place is None:
        return None
    rest = [at for at in range(len(words)) if at != place][:2]
    shown = [typed[at] for at in rest if at == rest[0] or len(words[at]) >= SHORTEST]
    return Name(
        surname=words[place],
        given=tuple(words[at] for at in rest),
        written=" ".join([typed[place], *shown]),
    )


def surname_place(words: list[str]) -> int | None:
    """First, unless initials or forename and patronymic stand before it."""
    long = [place for place, word in enumerate(words) if len(word) >= SHORTEST]
    if not long:
        return None
    if len(words) == 3 and long == [0, 1, 2] and PATRONYMIC.search(words[1]):  # noqa: PLR2004
        return 2
    return long[0]


def family(surname: str) -> str:
    """One spelling for the surnames of a husband and a wife, a father and a daughter."""
    if FEMININE.search(surname):
        return surname[:-1]
    return stripped(surname, ADJECTIVE) if len(surname) > 4 else surname  # noqa: PLR2004


def stripped(word: str, endings: Iterable[str]) -> str:
    ending = next((one for one in endings if word.endswith(one)), "")
    return word[: len(word) - len(ending)]


def may_be_one(one: Name, other: Name) -> bool:
    """Whether both names may be written of one person."""
    return bool(one.parts & other.parts) and all(
        agree(left, right) for left, right in zip(one.given, other.given, strict=False)
    )


def agree(one: str, other: str) -> bool:
    """Equal, or one is the other's initial."""
    short, long = sorted((one, other), key=len)
    return short == long or (len(short) == 1 and long.startswith(short))
