"""How Russian print writes days, times, numbers with their nouns, quotes, dashes and initials."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from babel import Locale
from babel.dates import format_date

from schemas.quotes import russian_quotes

PLURAL_FORM = {language: Locale(language).plural_form for language in ("ru", "en")}
FORMS = {"one": 0, "few": 1}
NBSP = "\u00a0"
GAP = f"[ {NBSP}]"
MONTHS = "|".join(Locale("ru").months["format"]["wide"].values())
BEFORE_A_NAME = (
    "г|с|п|пос|пгт|дер|ул|пер|пр|д|корп|каб|кв|стр|рис|табл|гл|см|им|ст|ч|кл|тел|вып|изд"
)
SHORT = (
    "а|в|и|к|о|с|у|я|во|до|за|из|ко|на|не|ни|но|об|от|по|со|А|В|И|К|О|С|У|Я|Во|До|За|Из|Ко|На|Не|"
    "Ни|Но|Об|От|По|Со"
)
Rules = Sequence[tuple[re.Pattern[str], str]]
RULES: Rules = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"\.{3}", "…"),
        # A dash begins no line.
        (rf"(?<=\S){GAP}+(?:--?|—|–(?!{GAP}\d)){GAP}+(?=\S)", rf"{NBSP}— "),
        (rf"(?<=\S){GAP}–{GAP}(?=\d)", rf"{NBSP}–{NBSP}"),
        (r"(?<![\d-])((?:19|20)\d\d)-((?:19|20)\d\d)(?![\d-])", r"\1–\2"),
        (
            r"(?<![\d,.-])(\d{1,2})-(\d{1,2})(?= (?:кл|лет|год|мин|час|балл|чел|учен|урок|недел))",
            r"\1–\2",
        ),
        (rf"([№§]){GAP}?(?=\w)", rf"\1{NBSP}"),
        (rf"\b([А-ЯЁ])\.{GAP}?(?=[А-ЯЁ]\.)", rf"\1.{NBSP}"),
        (rf"(?<=\b[А-ЯЁ]\.{NBSP}[А-ЯЁ]\.){GAP}?(?=[А-ЯЁ][а-яё])", NBSP),
        (rf"(?<=[а-яё]) (?=[А-ЯЁ]\.{NBSP}[А-ЯЁ]\.)", NBSP),
        (rf"\bт\.{GAP}?(?=[деконп]\.)", rf"т.{NBSP}"),
        (rf"(?<![\w.])(?<!\d{GAP})({BEFORE_A_NAME})\. (?=[\w«№])", rf"\1.{NBSP}"),
        (r"(?<=\d) (?=[а-яё%]|«[А-ЯЁ]»)", NBSP),
        (rf"(?<=\d{NBSP})({MONTHS}) (?=\d)", rf"\1{NBSP}"),
    )
)
"""What belongs together in every line."""
# Most lines hold nothing that a rule could change; one look is cheaper than all the rules.
_SIGNS = re.compile(r"[-—–…№§\d]|\.\.")
_SHORTENED = re.compile(rf"\b(?:[А-ЯЁ]|т|{BEFORE_A_NAME})\.")
_ONE, _TWO = (
    "|".join(word for word in SHORT.split("|") if len(word) == length) for length in (1, 2)
)
_INSIDE = rf"[\w{NBSP}.-]"
SHORT_WORDS: Rules = tuple(
    (re.compile(pattern), NBSP)
    # Spaces come first: they are soon found, and only before them there is anything to look at.
    for pattern in (
        rf" (?:(?<=(?:{_ONE}) )(?<!{_INSIDE}..)|(?<=(?:{_TWO}) )(?<!{_INSIDE}...))(?=[\w«„(№])",
        r" (?=(?:бы|же|ли)\b)(?<=\w )",
    )
)
"""No line ends with a preposition or begins with a particle."""


def day(value: date) -> str:
    """«27 марта 2026 г.»."""
    return format_date(value, "d MMMM y 'г.'", locale="ru")


def quoted_day(value: date) -> str:
    """«27» марта 2026 г., as protocols have it."""
    return format_date(value, "«dd» MMMM y 'г.'", locale="ru")


def clock_time(value: datetime) -> str:
    """10:05, in the zone of ``value``."""
    return f"{value:%H:%M}"


def form_of(count: int, forms: Sequence[str], language: str = "ru") -> str:
    """The form that goes with the count by CLDR's rules: singular, few, then all others."""
    place = FORMS.get(PLURAL_FORM[language](count), len(forms) - 1)
    return forms[min(place, len(forms) - 1)]


def plural(count: int, one: str, few: str, many: str) -> str:
    """The word alone: 1 эксперт, 2 эксперта, 5 экспертов, 21 эксперт."""
    return form_of(count, (one, few, many))


def counted(count: int, one: str, few: str, many: str) -> str:
    """«1 работа», «2 работы», «5 работ»."""
    return f"{count} {plural(count, one, few, many)}"


def tied(text: str) -> str:
    """``text`` by the ``RULES``."""
    if not (_SIGNS.search(text) or _SHORTENED.search(text)):
        return text
    for pattern, replacement in RULES:
        text = pattern.sub(replacement, text)
    return text


def typographic(text: str, *, short_words: bool = True) -> str:
    """``text`` as Russian books set it; doing it twice changes nothing more.

    «Quotes» with „inner ones“, a dash instead of a lonely hyphen, and no line may end between
    a number sign and its number, a number and its word, initials and the surname; with
    ``short_words`` neither between a short preposition and what it belongs to.
    """
    set_text = tied(russian_quotes(text))
    for pattern, replacement in SHORT_WORDS if short_words else ():
        set_text = pattern.sub(replacement, set_text)
    return set_text


def for_word(text: str) -> str:
    """``text`` for a word processor, which never stretches a space that may not break."""
    return typographic(text, short_words=False)


def everywhere(value: Any, change: Callable[[str], str]) -> Any:  # noqa: ANN401  (any JSON)
    """``value`` with ``change`` made to every string in it."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {name: everywhere(content, change) for name, content in value.items()}
    if isinstance(value, list | tuple):
        return [everywhere(content, change) for content in value]
    return value
