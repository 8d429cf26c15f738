"""One talk as a calendar file for its authors (RFC 5545), with an alarm half an hour before."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, Timezone

from schemas.base import Schema
from schemas.letter_template import Language

PRODUCT = "-//teaching-marathon//talk//RU"
FILE = "talk.ics"
BEFORE = timedelta(minutes=30)
SOON: dict[Language, str] = {"ru": "Скоро выступление: {title}", "en": "Your talk is soon: {title}"}


class Talk(Schema):
    """``sequence`` grows with every change of the programme; ``uid`` stays for good."""

    uid: str
    sequence: int
    title: str
    session: str
    starts_at: datetime
    minutes: int
    zone: str
    link: str = ""
    cancelled: bool = False


def calendar(talk: Talk, *, language: Language, now: datetime) -> bytes:
    """A published event; the zone's rules for the years around it only."""
    found = Calendar()
    found.add("prodid", PRODUCT)
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add_component(zone_of(talk))
    found.add_component(event(talk, language, now))
    content: bytes = found.to_ical()
    return content


def zone_of(talk: Talk) -> Timezone:
    first = talk.starts_at.date().replace(month=1, day=1)
    last = first.replace(year=first.year + 1)
    return Timezone.from_tzid(talk.zone, first_date=first, last_date=last)


def event(talk: Talk, language: Language, now: datetime) -> Event:
    starts_at = talk.starts_at.astimezone(ZoneInfo(talk.zone))
    found = Event()
    found.add("uid", talk.uid)
    found.add("sequence", talk.sequence)
    found.add("dtstamp", now.replace(microsecond=0))
    found.add("dtstart", starts_at)
    found.add("dtend", starts_at + timedelta(minutes=talk.minutes))
    found.add("summary", talk.title)
    found.add("description", talk.session)
    if talk.link:
        found.add("url", talk.link)
        found.add("location", talk.link)
    if talk.cancelled:
        found.add("status", "CANCELLED")
        return found
    found.add_component(alarm(talk, language))
    return found


def alarm(talk: Talk, language: Language) -> Alarm:
    found = Alarm()
    found.add("action", "DISPLAY")
    found.add("description", SOON[language].format(title=talk.title))
    found.add("trigger", -BEFORE)
    return found
