"""The programme as papers to print (booklet, poster, leaflet) and as a calendar."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from babel.dates import format_date
from icalendar import Calendar, Event, Timezone

from flows.documents import declension
from flows.documents.cities import city
from flows.documents.printing.codes import qr
from flows.documents.printing.papers import paper_pdf
from flows.documents.wording import clock_time, day
from flows.programme.view import ProgrammeView, SessionLine, SpeakerLine, TalkLine
from schemas.letter_template import Language

TEMPLATES = Path(__file__).parent / "templates"
PRODUCT = "-//teaching-marathon//programme//RU"
PDF, CALENDAR = "programme.pdf", "programme.ics"
POSTER, LEAFLET = "poster.pdf", "leaflet.pdf"
WORDS: Mapping[Language, Mapping[str, str]] = {
    "ru": {
        "programme": "Программа очных выступлений",
        "online": "Страница программы:",
        "moderator": "ведёт",
        "break": "перерыв",
        "poster": "Афиша",
        "leaflet": "Листовка",
        "come": "Приходите и подключайтесь",
        "tracks": "Направления",
    },
    "en": {
        "programme": "Programme of the live day",
        "online": "The programme’s page:",
        "moderator": "led by",
        "break": "break",
        "poster": "Poster",
        "leaflet": "Leaflet",
        "come": "Come or join online",
        "tracks": "Tracks",
    },
}


OPENS: Mapping[Language, str] = {"ru": "начало в {} ({})", "en": "opens at {} ({})"}
LOCAL: Mapping[Language, str] = {"ru": "Время местное: {}", "en": "Local time: {}"}


class Look(NamedTuple):
    """Where a reader is led, in which language, and the logo's file if there is one."""

    url: str
    language: Language = "ru"
    logo: Path | None = None


def pdf(programme: ProgrammeView, look: Look) -> bytes:
    """A tagged PDF/A: sessions by track, talks with time, speakers and schools."""
    return drawn("programme.typ", programme, look)


def poster(programme: ProgrammeView, look: Look) -> bytes:
    """A3, one page; only those who agreed to be named in public are named."""
    return drawn("poster.typ", in_public(programme), look)


def leaflet(programme: ProgrammeView, look: Look) -> bytes:
    """A4 across, two pages to be folded in three; names as on the poster."""
    return drawn("leaflet.typ", in_public(programme), look)


def in_public(programme: ProgrammeView) -> ProgrammeView:
    """Talks without the names of those who did not agree to be named."""
    sessions = tuple(
        session.model_copy(
            update={
                "talks": tuple(
                    talk if talk.named else talk.model_copy(update={"speakers": ()})
                    for talk in session.talks
                )
            }
        )
        for session in programme.sessions
    )
    return programme.model_copy(update={"sessions": sessions})


def drawn(template: str, programme: ProgrammeView, look: Look) -> bytes:
    return paper_pdf(
        template,
        data_of(programme, look),
        templates=TEMPLATES,
        made_at=programme.changed_at,
        files={"logo": look.logo} if look.logo else {},
    )


def data_of(programme: ProgrammeView, look: Look) -> dict[str, Any]:
    """Everything the papers say, in the language of ``look``."""
    language = look.language
    opens = min((one.starts_at for one in programme.sessions), default=programme.day)
    facts = programme.model_dump(mode="json", include={"title", "theme", "accent", "design"})
    return {
        **facts,
        "title": programme.title_english or programme.title
        if language == "en"
        else programme.title,
        "cluster": named(programme.cluster, language),
        "contact": programme.contact,
        "about": programme.about if language == "ru" else "",
        "language": language,
        "logo": "logo" if look.logo else "",
        "words": dict(WORDS[language]),
        "day": written(programme.day.date(), language),
        "opens": OPENS[language].format(clock_time(opens), city(programme.zone, language)),
        "zone": LOCAL[language].format(city(programme.zone, language)),
        "tracks": [{"number": f"{one.number}.", "title": one.title} for one in programme.tracks],
        "sessions": [session_data(session, language) for session in programme.sessions],
        "url": look.url,
        "qr": qr(look.url),
    }


def written(value: date, language: Language) -> str:
    return day(value) if language == "ru" else format_date(value, "d MMMM y", locale="en")


def named(text: str, language: Language) -> str:
    """Words that have no other English name, in Latin letters."""
    return text if language == "ru" else declension.letters(text)


def session_data(session: SessionLine, language: Language) -> dict[str, object]:
    return {
        "title": session.title,
        "time": f"{clock_time(session.starts_at)}–{clock_time(session.ends_at)}",
        "moderator": named(session.moderator, language),
        "link": session.link,
        "talks": [talk_data(talk, language) for talk in session.talks],
    }


def talk_data(talk: TalkLine, language: Language) -> dict[str, object]:
    until = talk.break_until
    return {
        "time": clock_time(talk.starts_at),
        "title": talk.title,
        "speakers": [speaker_data(speaker, language) for speaker in talk.speakers],
        "rest": f"{clock_time(talk.ends_at)}–{clock_time(until)}" if until else "",
    }


def speaker_data(speaker: SpeakerLine, language: Language) -> dict[str, str]:
    if language == "en":
        place = declension.letters(speaker.municipality)
        return {"name": declension.in_latin(speaker.name), "about": place}
    about = ", ".join(part for part in (speaker.about, speaker.municipality) if part)
    return {"name": speaker.name, "about": about}


PRINTED: Mapping[str, Callable[[ProgrammeView, Look], bytes]] = {
    PDF: pdf,
    POSTER: poster,
    LEAFLET: leaflet,
}
SUFFIXES: Mapping[Language, str] = {"ru": "", "en": "-en"}


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
    found.add("summary", f"{talk.title} — {names}" if names else talk.title)
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
