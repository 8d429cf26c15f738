"""The programme as a PDF to print and as a calendar to subscribe to."""

from pathlib import Path

from icalendar import Calendar, Event, Timezone

from flows.documents.cities import city
from flows.documents.papers import paper_pdf
from flows.documents.wording import clock_time, day
from flows.programme.view import ProgrammeView, SessionLine, SpeakerLine, TalkLine

TEMPLATES = Path(__file__).parent / "templates"
PRODUCT = "-//teaching-marathon//programme//RU"
PDF, CALENDAR = "programme.pdf", "programme.ics"


def pdf(programme: ProgrammeView) -> bytes:
    """A tagged PDF/A: sessions by track, talks with time, speakers and schools."""
    data = {
        "title": programme.title,
        "theme": programme.theme,
        "cluster": programme.cluster,
        "day": day(programme.day.date()),
        "zone": f"Время местное: {city(programme.zone, 'ru')}",
        "sessions": [session_data(session) for session in programme.sessions],
    }
    return paper_pdf("programme.typ", data, templates=TEMPLATES, made_at=programme.changed_at)


def session_data(session: SessionLine) -> dict[str, object]:
    return {
        "title": session.title,
        "time": f"{clock_time(session.starts_at)}–{clock_time(session.ends_at)}",
        "moderator": session.moderator,
        "link": session.link,
        "talks": [talk_data(talk) for talk in session.talks],
    }


def talk_data(talk: TalkLine) -> dict[str, object]:
    return {
        "time": clock_time(talk.starts_at),
        "title": talk.title,
        "speakers": [speaker_data(speaker) for speaker in talk.speakers],
    }


def speaker_data(speaker: SpeakerLine) -> dict[str, str]:
    about = ", ".join(part for part in (speaker.about, speaker.municipality) if part)
    return {"name": speaker.name, "about": about}


def calendar(programme: ProgrammeView) -> bytes:
    """RFC 5545: one event per talk with a lasting UID; the zone's rules for that year only."""
    found = Calendar()
    found.add("prodid", PRODUCT)
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", programme.title)
    first = programme.day.date().replace(month=1, day=1)
    found.add_component(
        Timezone.from_tzid(
            programme.zone, first_date=first, last_date=first.replace(year=first.year + 1)
        )
    )
    for session in programme.sessions:
        for talk in session.talks:
            found.add_component(event(programme, session, talk))
    content: bytes = found.to_ical()
    return content


def event(programme: ProgrammeView, session: SessionLine, talk: TalkLine) -> Event:
    names = ", ".join(speaker.name for speaker in talk.speakers)
    found = Event()
    found.add("uid", f"{talk.submission_id}@{programme.marathon_id}")
    found.add("sequence", programme.revision)
    found.add("dtstamp", programme.changed_at.replace(microsecond=0))
    found.add("dtstart", talk.starts_at)
    found.add("dtend", talk.ends_at)
    found.add("summary", f"{talk.title} — {names}")
    found.add("description", "\n".join(described(session, talk)))
    if session.link:
        found.add("url", session.link)
        found.add("location", session.link)
    return found


def described(session: SessionLine, talk: TalkLine) -> list[str]:
    speakers = [
        ", ".join(part for part in (who.name, who.about, who.municipality) if part)
        for who in talk.speakers
    ]
    moderator = [f"Ведёт: {session.moderator}"] if session.moderator else []
    return [session.title, *moderator, *speakers]
