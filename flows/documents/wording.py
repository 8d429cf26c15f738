"""How official papers write days, times and numbers with their nouns."""

from collections.abc import Sequence
from datetime import date, datetime

from babel import Locale
from babel.dates import format_date

PLURAL_FORM = {language: Locale(language).plural_form for language in ("ru", "en")}
FORMS = {"one": 0, "few": 1}


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
