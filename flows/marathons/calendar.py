"""Dates of a marathon before people have thought about them: a first proposal, last year's moved on."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from schemas.base import Schema
from schemas.marathon import Marathon

WEEK = timedelta(days=7)
INTAKE_WEEKS = 6
REVIEW_WEEKS = 4
LIVE_WEEKS = 3
MOST_YEARS = 50
MORNING = time(9, 0)
LAST_MINUTE = time(23, 59)


class Dates(Schema):
    """The dates of one marathon; moments in UTC."""

    year: int
    opens_at: datetime
    submissions_until: datetime
    reviews_until: datetime
    live_on: date


def proposed(now: datetime, zone: str) -> Dates:
    """Six weeks of intake from next Monday, four of reviews, the live day three weeks later."""
    today = now.astimezone(ZoneInfo(zone)).date()
    monday = today + timedelta(days=7 - today.weekday())
    sunday = monday + INTAKE_WEEKS * WEEK - timedelta(days=1)
    reviewed = sunday + REVIEW_WEEKS * WEEK
    live_on = reviewed + LIVE_WEEKS * WEEK + timedelta(days=4)
    return Dates(
        year=live_on.year,
        opens_at=clock(monday, MORNING, zone),
        submissions_until=clock(sunday, LAST_MINUTE, zone),
        reviews_until=clock(reviewed, LAST_MINUTE, zone),
        live_on=live_on,
    )


def clock(day: date, at: time, zone: str) -> datetime:
    """A wall clock of ``zone`` as a moment."""
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


def moved_on(marathon: Marathon, *, now: datetime) -> Dates:
    """Every date the same whole weeks later, as near to whole years as can be.

    As few years as leave the end of intake ahead of ``now``: weekdays, distances and clocks stay.
    """
    zone = ZoneInfo(marathon.zone)
    opened = marathon.opens_at.astimezone(zone).date()
    ends = marathon.submissions_until.astimezone(zone).date()
    today = now.astimezone(zone).date()
    years = next(n for n in range(1, MOST_YEARS) if ends + weeks_of(opened, n) > today)
    by = weeks_of(opened, years)
    return Dates(
        year=marathon.year + years,
        opens_at=later(marathon.opens_at, by, zone),
        submissions_until=later(marathon.submissions_until, by, zone),
        reviews_until=later(marathon.reviews_until, by, zone),
        live_on=marathon.live_on + by,
    )


def weeks_of(start: date, years: int) -> timedelta:
    """The whole weeks nearest to so many years from ``start``."""
    return round((same_day(start, start.year + years) - start) / WEEK) * WEEK


def same_day(day: date, year: int) -> date:
    """The same day of another year; 29 February becomes the 28th where there is none."""
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


def later(moment: datetime, by: timedelta, zone: ZoneInfo) -> datetime:
    """Moved by the wall clock, so that 23:59 stays 23:59."""
    return (moment.astimezone(zone).replace(tzinfo=None) + by).replace(tzinfo=zone).astimezone(UTC)
