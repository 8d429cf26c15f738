"""How dates, numbers, sizes and names are written on a page, in one language and one time zone.

The only module that knows Babel's patterns. Moments are stored in UTC and shown in the marathon's
zone with the zone's city named, because nine municipalities do not share one clock.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel import dates, numbers

from flows.decision.engine.explanation import decimals_between
from flows.documents.cities import city
from flows.documents.wording import for_word, form_of

NBSP = "\u00a0"
MINUS = "\N{MINUS SIGN}"
RUSSIAN = re.compile("[А-Яа-яЁё]")


def marked(text: str) -> str:
    """Leave the text as it is: `make translations` finds it by this name."""
    return text


DATE_PATTERNS = {"ru": "d MMMM y 'г.'", "en": "d MMMM y"}
UNITS = (marked("Б"), marked("КБ"), marked("МБ"), marked("ГБ"))
KILO = 1024


@dataclass(frozen=True)
class Formats:
    """Writers bound to a language (``ru`` or ``en``), an IANA zone and a translator of our words."""

    language: str
    zone: str
    translate: Callable[[str], str]

    def day(self, value: date | datetime) -> str:
        """Day, month in words and year: «5 декабря 2026 г.»; a moment is taken in the zone."""
        day = self._local(value).date() if isinstance(value, datetime) else value
        return dates.format_date(day, DATE_PATTERNS[self.language], locale=self.language)

    def moment(self, value: datetime, zone: str = "") -> str:
        """Date, clock and whose clock: «5 декабря 2026 г., 23:59 (Иркутск)»."""
        local = self._local(value, zone)
        whose = city(zone or self.zone, self.language)
        return f"{self.day(local.date())}, {local:%H:%M} ({whose})".replace(" г.", f"{NBSP}г.")

    def clock(self, value: datetime) -> str:
        return f"{self._local(value):%H:%M}"

    def iso(self, value: date | datetime) -> str:
        """The ``datetime`` attribute of a time element, with the offset of the zone."""
        local = self._local(value) if isinstance(value, datetime) else value
        return local.isoformat()

    def from_now(self, value: datetime, now: datetime) -> str:
        """Distance in words: «через 5 часов», «2 дня назад»."""
        delta: timedelta = value - now
        return dates.format_timedelta(delta, add_direction=True, locale=self.language)

    def number(self, value: float, digits: int = 1) -> str:
        """Grouped by thousands, at most ``digits`` after the decimal sign: «12 345,6»."""
        return self._decimal(value, "#,##0" + ("." + "#" * digits if digits else ""))

    def points(self, value: float, digits: int = 1) -> str:
        """A score or a correction with a decimal always, ``digits`` at most: «60,0», «−2,5»."""
        return self._decimal(value, "#,##0.0" + "#" * (digits - 1))

    def percent(self, share: float, digits: int = 0) -> str:
        """A share of one as per cent: 0.735 with one digit is «73,5 %»."""
        places = "." + "#" * digits if digits else ""
        tail = f"{NBSP}%" if self.language == "ru" else "%"
        return numbers.format_percent(share, format=f"#,##0{places}{tail}", locale=self.language)

    def chance(self, share: float, low: float, high: float) -> str:
        """A probability with as many decimals as show on which side of both bounds it lies."""
        return self.percent(share, decimals_between(share, low, high))

    def plural(self, count: int, forms: str) -> str:
        """The count with its word; forms as «работа|работы|работ», translated as one string."""
        return f"{self.number(count, 0)}{NBSP}{self.plural_word(count, forms)}"

    def plural_word(self, count: int, forms: str) -> str:
        return form_of(count, self.translate(forms).split("|"), self.language)

    def filesize(self, size: int) -> str:
        """Bytes in the largest unit that keeps the number at one or more: «1,4 МБ»."""
        amount, unit = float(size), 0
        while amount >= KILO and unit < len(UNITS) - 1:
            amount, unit = amount / KILO, unit + 1
        return f"{self.number(amount, 1 if unit > 1 else 0)}{NBSP}{self.translate(UNITS[unit])}"

    def _decimal(self, value: float, pattern: str) -> str:
        written = numbers.format_decimal(value, format=pattern, locale=self.language)
        return written.replace("-", MINUS)

    def _local(self, value: datetime, zone: str = "") -> datetime:
        if value.tzinfo is None:
            raise ValueError(f"a moment without a zone cannot be shown: {value!r}")
        return value.astimezone(ZoneInfo(zone or self.zone))


def typeset(text: str) -> str:
    """A title or a name by Russian print custom; what is in other letters stays as it is."""
    return for_word(text) if RUSSIAN.search(text) else text


def initials(name: str) -> str:
    """«Иванова Анна Петровна» becomes «Иванова А. П.»; parts of double names are kept."""
    family, *given = name.split()
    letters = [
        word if word.islower() else "-".join(f"{part[0]}." for part in word.split("-") if part)
        for word in given
    ]
    return NBSP.join((family, *letters))


# Marks in the order they must be looked for: every later browser also names the earlier ones.
BROWSERS = (
    ("YaBrowser", "Яндекс Браузер"),
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def browser(user_agent: str) -> str:
    """What people call the program and the device: «Chrome, Android»; "" when neither is known."""
    found = (
        next((name for mark, name in known if mark in user_agent), "")
        for known in (BROWSERS, SYSTEMS)
    )
    return ", ".join(name for name in found if name)
