"""Dates and whose clock they are on, in the language of a letter."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date

from flows.documents.cities import city
from schemas.letter_template import Language

DAY: Mapping[Language, str] = {"ru": "d MMMM y 'г.'", "en": "d MMMM y"}
NEVER = "—"


def day(value: date, language: Language) -> str:
    """«5 декабря 2026 г.» or “5 December 2026”."""
    return format_date(value, DAY[language], locale=language)


def moment(value: datetime | None, zone: str, language: Language) -> str:
    """«5 декабря 2026 г., 23:59 (Иркутск)»."""
    if value is None:
        return NEVER
    local = value.astimezone(ZoneInfo(zone))
    return f"{day(local, language)}, {local:%H:%M} ({city(zone, language)})"


def moment_with_offset(value: datetime, zone: str, language: Language) -> str:
    """«27 марта 2026 г., 10:00 (Иркутск, UTC+8)», for people who connect from other zones."""
    local = value.astimezone(ZoneInfo(zone))
    clock = f"{local:%H:%M} ({city(zone, language)}, {offset(local)})"
    return f"{day(local, language)}, {clock}"


def offset(local: datetime) -> str:
    """UTC+8, UTC+5:30."""
    hours, minutes = f"{local:%z}"[:3], f"{local:%z}"[3:]
    return f"UTC{int(hours):+d}" + (f":{minutes}" if minutes != "00" else "")


def is_past(until: datetime, now: datetime, zone: str) -> bool:
    """Whether the day of ``until`` is over in ``zone``: nothing is late on the day itself."""
    local = ZoneInfo(zone)
    return now.astimezone(local).date() > until.astimezone(local).date()
