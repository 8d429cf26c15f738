"""Family names whose cases the library of names gets wrong: men's names with a fleeting vowel."""

from collections.abc import Mapping

from pytrovich.enums import Case

ENDINGS: Mapping[Case, tuple[str, str]] = {Case.GENITIVE: ("а", "я"), Case.DATIVE: ("у", "ю")}
"""Hard and soft, of the second declension."""
STEMS: Mapping[str, str] = {
    "белец": "бельц",
    "боец": "бойц",
    "борец": "борц",
    "горбунец": "горбунц",
    "гребень": "гребн",
    "жеребец": "жеребц",
    "жнец": "жнец",
    "журавель": "журавл",
    "заяц": "зайц",
    "китаец": "китайц",
    "кобец": "кобц",
    "козел": "козл",
    "корень": "корн",
    "кремень": "кремн",
    "кузнец": "кузнец",
    "кусок": "куск",
    "лев": "льв",
    "мудрец": "мудрец",
    "муравей": "муравь",
    "орел": "орл",
    "осел": "осл",
    "отец": "отц",
    "палец": "пальц",
    "перец": "перц",
    "песок": "песк",
    "соловей": "соловь",
    "стрелец": "стрельц",
    "цветок": "цветк",
    "чернец": "чернец",
    "чтец": "чтец",
    "щегол": "щегл",
}
"""What stays before the ending; ё is written as е here."""
TAILS = (("чок", "чк"), ("шок", "шк"), ("ёнок", "ёнк"), ("онок", "онк"), ("лёк", "льк"))
"""Ends of names that always lose their vowel: Волчок, Горшок, Игнатёнок, Кулёк."""


def of_man(name: str, case: Case) -> str | None:
    """The known case of a man's family name written without a hyphen; None when none is known."""
    plain = name.casefold().replace("ё", "е")
    stem = STEMS.get(plain) or _without_vowel(name.casefold())
    if stem is None:
        return None
    made = stem + ENDINGS[case][plain.endswith(("ь", "й"))]
    return made.upper() if name.isupper() else made.capitalize()


def _without_vowel(name: str) -> str | None:
    found = ((tail, short) for tail, short in TAILS if name.endswith(tail))
    return next((name.removesuffix(tail) + short for tail, short in found), None)
