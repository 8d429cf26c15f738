"""Organisers' fields: numbers and clocks to facts and back."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from schemas.errors import BadInput

EARLIEST, LATEST = 2000, 2100
BROKEN_DATE = "Укажите дату и время."


def written(value: object) -> str:
    if isinstance(value, float):
        return f"{value:g}".replace(".", ",")
    return "" if value is None else str(value).removesuffix(":00") or str(value)


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
