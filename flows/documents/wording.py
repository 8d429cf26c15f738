"""How official papers write days, times and numbers with their nouns."""

from datetime import date, datetime

from babel.dates import format_date


def day(value: date) -> str:
    """«27 марта 2026 г.»."""
    return format_date(value, "d MMMM y 'г.'", locale="ru")


def quoted_day(value: date) -> str:
    """«27» марта 2026 г., as protocols have it."""
    return format_date(value, "«dd» MMMM y 'г.'", locale="ru")


def clock_time(value: datetime) -> str:
    """10:05, in the zone of ``value``."""
    return f"{value:%H:%M}"


def counted(number: int, one: str, few: str, many: str) -> str:
    """«1 работа», «2 работы», «5 работ»."""
    teens, units = number % 100, number % 10
    if 11 <= teens <= 14 or units == 0 or units >= 5:  # noqa: PLR2004
        return f"{number} {many}"
    return f"{number} {one}" if units == 1 else f"{number} {few}"
