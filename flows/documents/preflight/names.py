"""Patterns that find a person, an organisation or a municipality in Russian text in any case form.

Surnames decline by their last letters, so a name is cut to its stem and the endings of its type
are allowed after it (Иванов → Иванова, Иванову, Ивановым…). Only the first letter must be a
capital: «мороз» is not Мороз, but МОРОЗ is.
"""

import re
from collections.abc import Iterable, Iterator

from flows.documents.preflight.latin_names import latin_pattern

ADJECTIVE = "ий ый ой ая яя ого его ому ему им ым ом ем ей ую юю ою ею ие ые их ых ими ыми"
POSSESSIVE = "а у ым е ой ою ы ых ыми"
FEMININE = "а я ы и е у ю ой ей ою ею ам ям ами ями ах ях"
SOFT = "ь й я ю ем ём ём е и ью ей ям ями ях ев"
SOFT_FLEETING = "ья ью ьем ьём ье ьи ьев ьям ьями ьях ея ею еем еи еев ее еям еями еях"
CONSONANT = "а у ом ем е ы и ов ей ам ами ах"
# Last letters of a name, how many of them belong to the ending, endings that may stand there.
TYPES = (
    (("ий", "ый", "ой", "ая", "яя"), 2, ADJECTIVE),
    (("ов", "ев", "ёв", "ин", "ын"), 0, POSSESSIVE),
    (("ова", "ева", "ёва", "ина", "ына"), 1, POSSESSIVE),
    (("о", "е", "и", "у", "ы", "э", "ю", "ых", "их"), 0, ""),
    (("а", "я"), 1, FEMININE),
    (("ь", "й"), 1, SOFT),
)
# Vowels that leave the stem in other cases: Кравец, Кравца; Соловей, Соловья.
FLEETING = ("ец", "ок", "ек", "ел", "ев")
FLEETING_SOFT = "ей"
SHORTEST_ADJECTIVE = 5

Stem = tuple[str, str, bool]

LETTER = "А-Яа-яЁё"
INITIALS = r"[А-ЯЁ]\.\s?(?:[А-ЯЁ]\.)?"
HYPHEN = "[-‐‑–]"
PLACE = re.compile(
    r"[№«»\"\d]|\b(?:г|с|п|пос|МО|город|район\w*|округ\w*|област\w+|кра[йя]|село|деревня|пос[её]лок"
    r"|муницип\w+|управлени\w+|администраци\w+|комитет\w*|отдел\w*|школа|лицей|гимназия|сад|центр|дом|колледж|техникум|интернат|СОШ|ООШ|НОШ|ДОУ"
    r"|[МГ][А-Я]{2,}У\w*)\b",
    re.IGNORECASE,
)
SETTLEMENT = r"(?:(?:г|гор|с|п|пос|д)\.\s*|(?:город|пос[её]л|сел|деревн)[а-яё]*\s+)?"
DISTRICT = r"(?:\s+(?:муниципальн[а-яё]+\s+)?(?:район|округ|образовани)[а-яё]*|\s+МО\b)?"
GENERIC = re.compile(
    r"^(?:г|гор|город|с|село|п|пос|пос[её]лок|д|деревня|район|округ|муниципальн\w+|образован\w+"
    r"|мо|городско\w+|сельск\w+|област\w+|кра[йя])$",
    re.IGNORECASE,
)
SCHOOL = (
    r"(?:СОШ|ООШ|НОШ|МБОУ|МКОУ|МАОУ|МОУ|ДОУ|школ[а-яё]*|лице[а-яё]+|гимнази[а-яё]+|сад[а-яё]*"
    r"|интернат[а-яё]*|центр[а-яё]*)"
)
# Words that say what kind of school it is, not which: between them and around them stands its name.
KIND = (
    rf"(?:(?i:(?:средн|основн|начальн|вечерн|общеобразоват|общеразвив|дошкольн|детск|учрежден)[а-яё]+"
    rf"|{SCHOOL})|[А-ЯЁ]{{0,4}}(?:Ш|ОУ|УДО)\b)"
)
OF_KIND = re.compile(KIND)
IN_HONOUR = re.compile(r"\b(?:имени|им\.)\s*(.+)")
PROPER = re.compile(rf"(?<![{LETTER}])[А-ЯЁ][а-яё]{{2,}}(?:{HYPHEN}[А-ЯЁа-яё]+)*")
OFFICIAL = re.compile(
    r"муниципальн|бюджетн|каз[её]нн|автономн|государственн|областн", re.IGNORECASE
)
FROM_PLACE = re.compile(r"ск(?:ая|ий|ое)$")
IN_SETTLEMENT = (
    r"(?:(?:г|гор|с|п|пос|д|дер|ст)\.\s*"
    r"|(?:[Гг]ород|[Пп]ос[её]л|[Сс]ел|[Дд]еревн|[Сс]таниц|[Хх]утор)[а-яё]*\s+)"
)
# Where an organisation is: «СОШ № 7 г. Братска», «Управление образования Киренского района».
STANDS_IN = re.compile(
    rf"(?:^|[\s»\"“”,(])(?:(?:{IN_SETTLEMENT})([А-ЯЁ][а-яё]+(?:{HYPHEN}[А-ЯЁа-яё]+)*)"
    r"|([А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)*ого)\s+(?:муниципальн[а-яё]+\s+)?(?:район|округ)а)"
)
NUMBER = re.compile(r"№\s*(\d+)")
QUOTED = re.compile(r"[«\"„]([^«»\"“”]{3,80})[»\"“”]")
ORGANISATION = (
    r"(?:[МГ](?:Б|К|А|О)?[А-Я]{0,3}(?:ОУ|УДО|У ДО|ОКУ)\s*(?:[«\"][^»\"\n]{2,80}[»\"]|[^,.;\n]{0,40}?№\s*\d+)"
    rf"|\b{SCHOOL}\s*№\s*\d+)"
)


def person_pattern(name: str) -> str:
    """Return a pattern for «Фамилия Имя Отчество»: whole, with initials, or name and patronymic."""
    surname, *given = name.split()
    family = declined(surname)
    if not given:
        return bounded(family)
    first = declined(given[0])
    called = first + "".join(rf"(?:\s+{declined(word)})?" for word in given[1:])
    whole = rf"(?:(?:{INITIALS}|{called})\s*)?{family}(?:\s+(?:{called}|{INITIALS}))?"
    polite = r"\s+".join(map(declined, given)) if len(given) > 1 else ""
    russian = bounded("|".join(filter(None, [whole, polite])))
    return "|".join(filter(None, [russian, latin_pattern(surname)]))


def bounded(pattern: str) -> str:
    return rf"(?<![{LETTER}])(?:{pattern})(?![{LETTER}])"


def declined(name: str) -> str:
    """Return a pattern for one word of a name, parts of a double surname declined apart."""
    parts = (part for part in re.split(HYPHEN, name.strip(".,")) if part)
    return HYPHEN.join(map(declined_part, parts))


def declined_part(word: str) -> str:
    patterns = [with_endings(one) for one in stems(word)]
    return patterns[0] if len(patterns) == 1 else f"(?:{'|'.join(patterns)})"


def stems(word: str) -> Iterator[Stem]:
    """Yield what a word is cut to, the endings after it, and whether it stands bare too."""
    lowered = word.lower()
    if lowered.endswith(FLEETING_SOFT):
        yield word[:-2], f"{FLEETING_SOFT} {SOFT_FLEETING}", False
        return
    for lasts, cut, endings in TYPES:
        is_adjective = endings is ADJECTIVE
        if lowered.endswith(lasts) and (len(word) >= SHORTEST_ADJECTIVE or not is_adjective):
            yield word[: len(word) - cut], endings, cut == 0
            return
    yield word, CONSONANT, True
    if lowered.endswith(FLEETING):
        yield word[:-2] + word[-1], CONSONANT, False


def with_endings(cut: Stem) -> str:
    stem, endings, is_bare = cut
    if not endings:
        return letters(stem)
    choices = "|".join(sorted(endings.replace("ё", "[её]").split(), key=len, reverse=True))
    return rf"{letters(stem)}(?i:{choices}){'?' if is_bare else ''}"


def case_forms(words: Iterable[str]) -> frozenset[str]:
    """Return every case form of words without hyphens, folded: what ``declined`` matches.

    To be in a set costs far less than a pattern of hundreds of names.
    """
    return frozenset(
        folded(stem + ending)
        for word in words
        for stem, endings, is_bare in stems(word)
        for ending in (*endings.split(), *([""] if is_bare or not endings else []))
    )


def folded(word: str) -> str:
    return word.lower().replace("ё", "е")


def letters(stem: str) -> str:
    """Return a pattern for a stem: a capital first, then any case, ё and е taken as one."""
    first, rest = re.escape(stem[:1].upper()), re.escape(stem[1:].lower())
    return rf"{first.replace('Ё', '[ЕЁ]')}(?i:{re.sub('[её]', '[её]', rest)})"


def is_place(name: str) -> bool:
    """Tell names of organisations and municipalities from names of people."""
    return bool(PLACE.search(name))


def place_patterns(name: str) -> Iterable[str]:
    """Yield patterns for an organisation or a municipality written out as in a register."""
    for town, district in STANDS_IN.findall(name):
        yield from settlement_patterns(nominative(town or district))
    number = NUMBER.search(name)
    if number:
        yield rf"(?:[«\"]\s*)?\b(?i:{SCHOOL})\s*№?\s*{number[1]}(?!\d)\s*[»\"]?"
    for quoted in QUOTED.findall(name):
        if not NUMBER.search(quoted):
            yield rf"[«\"„]{flexible(quoted)}[»\"“”]"
        if not OF_KIND.search(name):
            yield from settlement_patterns(quoted)
    if not number and not QUOTED.search(name):
        yield from settlement_patterns(name)


def school_patterns(names: Iterable[str]) -> Iterator[str]:
    """Yield patterns for schools by their own names in any case form: «в Пересветовской школе».

    The word alone may be any word (Северная, Радуга), so it is a name only beside a word of its
    kind, in quotes, after «имени», or as the settlement that the school is called after. One
    pattern is for all schools: to compile one for each takes too long.
    """
    schools = [name for name in names if is_place(name) and OF_KIND.search(name)]
    words = dict.fromkeys(word for name in schools for word in own_words(name))
    if words:
        itself = bounded("|".join(map(declined, words)))
        yield rf"{itself}(?:\s+{KIND})+"
        yield rf"\b{KIND}\s+[«\"„“]?\s*{itself}(?:\s+{KIND})*(?:\s*[»\"“”])?"
        yield rf"[«\"„“]\s*(?:{KIND}\s+)*{itself}(?:\s+{KIND})*\s*[»\"“”]"
    if homes := [place_word(word) for word in words if FROM_PLACE.search(word)]:
        yield rf"(?<![{LETTER}]){IN_SETTLEMENT}(?:{'|'.join(homes)})(?![{LETTER}])"
    honoured = [own_words(found)[-1:] for name in schools for found in IN_HONOUR.findall(name)]
    if people := [declined(word) for last in honoured for word in last]:
        called = r"(?:[А-ЯЁ][а-яё]*\.?\s*){0,4}"
        yield rf"\b(?:имени|им\.)\s*{called}(?:{'|'.join(people)})(?![{LETTER}])"


def own_words(name: str) -> list[str]:
    """The words that tell a school from others."""
    found = PROPER.findall(name)
    return [one for one in found if not (OF_KIND.fullmatch(one) or OFFICIAL.match(one))]


def nominative(word: str) -> str:
    """The name without the ending of the genitive case: Братска, Киренского."""
    return re.sub(r"(?:ого|[аыия])$", "", word)


def flexible(text: str) -> str:
    return r"\s+".join(re.escape(word) for word in text.split())


def settlement_patterns(name: str) -> Iterable[str]:
    for piece in name.split(","):
        words = [word.strip(".()") for word in piece.split()]
        proper = [word for word in words if word and not GENERIC.match(word)]
        if proper and proper[0][:1].isupper():
            core = r"\s+".join(map(place_word, proper))
            yield rf"(?<![{LETTER}-]){SETTLEMENT}{core}(?![{LETTER}]){DISTRICT}"


def place_word(word: str) -> str:
    """Return a pattern for a place name and the adjective made of it: Киренск, Киренский."""
    stem = re.sub(r"(?:ий|ый|ой|ая|ое|ого|[аеиоуыэюяьй])$", "", word, flags=re.IGNORECASE)
    if stem == word and stem.lower().endswith("ск"):  # Братск is no brother
        base, tail = stem, ""
    else:
        is_made = stem.lower().endswith("ск") and len(stem) > SHORTEST_ADJECTIVE
        base, tail = stem[:-2] if is_made else stem, "(?:ск)?"
    any_case = re.sub("[её]", "[её]", re.sub(HYPHEN, HYPHEN, re.escape(base).replace(r"\-", "-")))
    return rf"(?i:{any_case}{tail}[а-яё]{{0,3}})"


def names_pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    """Return one pattern for all the names, people and places alike; None for no names."""
    patterns: list[str] = []
    written = [one for name in names if (one := " ".join(name.split()))]
    for name in written:
        patterns += place_patterns(name) if is_place(name) else [person_pattern(name)]
    patterns += school_patterns(written)
    return re.compile("|".join([*patterns, ORGANISATION])) if patterns else None
