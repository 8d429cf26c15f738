"""The programme as a DOCX that organisers finish by hand."""

from datetime import datetime

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH

from flows.documents.cities import city
from flows.documents.printing import word
from flows.documents.wording import clock_time, day, for_word
from flows.programme.view import ProgrammeView, SessionLine, TalkLine

DOCX = "programme.docx"
HEAD = ("Время", "Выступление", "Кто выступает")
WIDTHS = (25, 70, 70)


def write(programme: ProgrammeView) -> bytes:
    """The bytes of the document; equal programmes give equal bytes."""
    paper = word.official_paper(f"Программа: {programme.title}", moment=programme.changed_at)
    for text, style in head_of(programme):
        paper.add_paragraph(for_word(text), style=style)
    for session in programme.sessions:
        write_session(paper, session)
    return word.to_bytes(paper)


def head_of(programme: ProgrammeView) -> list[tuple[str, str]]:
    theme = [(f"«{programme.theme}»", "Subtitle")] if programme.theme else []
    when = f"{day(programme.day.date())} Время местное: {city(programme.zone, 'ru')}."
    return [
        (programme.cluster, "Subtitle"),
        ("Программа очных выступлений", "Title"),
        (f"Марафон «{programme.title}»", "Subtitle"),
        *theme,
        (when, "Subtitle"),
    ]


def write_session(paper: Document, session: SessionLine) -> None:
    paper.add_heading(for_word(session.title), level=1)
    line = paper.add_paragraph(for_word(" · ".join(facts_of(session))))
    line.alignment = WD_ALIGN_PARAGRAPH.LEFT
    line.paragraph_format.keep_with_next = True
    rows = [row for talk in session.talks for row in rows_of(talk)]
    word.table(paper, HEAD, rows, WIDTHS, size=11)


def facts_of(session: SessionLine) -> list[str]:
    moderator = [f"ведёт {session.moderator}"] if session.moderator else []
    link = [session.link] if session.link else []
    return [period(session.starts_at, session.ends_at), *moderator, *link]


def rows_of(talk: TalkLine) -> list[tuple[str, str, str]]:
    """The talk and, where people rest after it, the break."""
    speakers = "; ".join(
        ", ".join(part for part in (one.name, one.about, one.municipality) if part)
        for one in talk.speakers
    )
    row = (period(talk.starts_at, talk.ends_at), for_word(talk.title), for_word(speakers))
    rest = [(period(talk.ends_at, talk.break_until), "Перерыв", "")] if talk.break_until else []
    return [row, *rest]


def period(begins: datetime, ends: datetime) -> str:
    return f"{clock_time(begins)}–{clock_time(ends)}"
