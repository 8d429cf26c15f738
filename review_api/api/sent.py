"""What any body a program sends must satisfy before its shape is looked at.

JSON carries things that no database, page or calendar can: NUL, halves of characters, numbers
beyond 64 bits, NaN. One walk refuses them all, so that no route has to think of them.
"""

import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Annotated, TypeVar
from zoneinfo import available_timezones

from pydantic import AfterValidator, AwareDatetime, BeforeValidator
from pydantic_core import PydanticCustomError

LARGEST = 2**63 - 1
UNPRINTABLE = re.compile("[\0\ud800-\udfff]")
YEARS = range(2000, 2101)

SentT = TypeVar("SentT")


def bearable(value: SentT) -> SentT:
    """The value as it came; raises when something inside it cannot be kept."""
    waiting: list[object] = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Mapping):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list):
            waiting += one
        else:
            refuse_unbearable(one)
    return value


def refuse_unbearable(one: object) -> None:
    if isinstance(one, str) and UNPRINTABLE.search(one):
        raise PydanticCustomError("unprintable", "unprintable")
    if isinstance(one, float) and not math.isfinite(one):
        raise PydanticCustomError("not_finite", "not finite")
    if isinstance(one, int) and abs(one) > LARGEST:
        raise PydanticCustomError("too_many_digits", "too many digits")


def in_our_time(day: date) -> date:
    """Days that every clock and calendar can show, zones and lengths added."""
    if day.year not in YEARS:
        raise PydanticCustomError("too_far", "too far")
    return day


def moment_in_our_time(moment: datetime) -> datetime:
    in_our_time(moment)
    return moment.astimezone(UTC)


def known_zone(name: str) -> str:
    if name not in available_timezones():
        raise PydanticCustomError("unknown_zone", "unknown zone")
    return name


Sent = Annotated[SentT, BeforeValidator(bearable)]
Moment = Annotated[AwareDatetime, AfterValidator(moment_in_our_time)]
Day = Annotated[date, AfterValidator(in_our_time)]
Zone = Annotated[str, AfterValidator(known_zone)]
