"""Organisers' fields: words as they may be kept, numbers and clocks to facts and back."""

import re
import unicodedata
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData

from schemas.errors import BadInput

UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
HALVES = re.compile("[\ud800-\udfff]")
ECHO = 3000
EARLIEST, LATEST = 2000, 2100
BROKEN_DATE = "Укажите дату и время."


def written(value: object) -> str:
    if isinstance(value, float):
        return f"{value:g}".replace(".", ",")
    return "" if value is None else str(value).removesuffix(":00") or str(value)


def typed(form: FormData, name: str) -> str:
    """What was typed: composed, with plain line ends, without marks that cannot be kept or seen."""
    value = form.get(name, "")
    if not isinstance(value, str):
        return ""
    plain = UNWANTED.sub("", HALVES.sub("", value.replace("\r\n", "\n")))
    return unicodedata.normalize("NFC", plain).strip()


def echo(text: str, limit: int) -> str:
    """The text to show again; the tail of a monstrous one is not sent back."""
    return text if len(text) <= 2 * limit else text[: min(limit, ECHO)]


def too_long(text: str, limit: int) -> str:
    """The sentence about a text that is too long, or nothing."""
    if len(text) <= limit:
        return ""
    return f"Слишком длинно: не больше {limit} знаков, сейчас {len(text)}."


def moment(value: str, zone: str, field: str) -> datetime:
    """A clock of ``zone`` as a moment; raises ``BadInput`` for what is no clock of our century."""
    try:
        local = datetime.fromisoformat(value)
    except ValueError:
        raise BadInput(BROKEN_DATE, field=field) from None
    if not EARLIEST <= local.year < LATEST:
        raise BadInput(f"Год должен быть от {EARLIEST} до {LATEST - 1}.", field=field)
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def day(value: str, field: str) -> date:
    """Raises ``BadInput`` for what is no day of our century."""
    try:
        found = date.fromisoformat(value)
    except ValueError:
        raise BadInput("Укажите дату.", field=field) from None
    if not EARLIEST <= found.year < LATEST:
        raise BadInput(f"Год должен быть от {EARLIEST} до {LATEST - 1}.", field=field)
    return found


def clock(value: datetime, zone: str) -> str:
    """A moment as a field of date and time shows it."""
    return f"{value.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"


def share(value: str) -> float | None:
    """A number from 0 to 1 written with a comma or a point; ``None`` for anything else."""
    try:
        number = float(value.replace(",", "."))
    except ValueError:
        return None
    return number if 0 <= number <= 1 else None
