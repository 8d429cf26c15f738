"""Markup in any field of a certificate, a programme, a poster and a protocol prints as text."""

import io
import re
import zipfile
from contextlib import closing
from datetime import UTC, date, datetime, timedelta

import pypdfium2
import pytest
from lxml import etree
from marked_up import field, missing

from flows.certificates import render as certificates
from flows.certificates.view import CertificateView, Signatory
from flows.council import render as council
from flows.council.rules import Tally
from flows.council.view import ActionLine, DelegateLine, ItemLine, MemberLine, ProtocolView
from flows.programme import docx
from flows.programme import render as programmes
from flows.programme.view import ProgrammeView, SessionLine, SpeakerLine, TalkLine
from schemas.certificate import CertificateKind
from schemas.design import CertificateDesign
from schemas.marathon import Track
from storage.files import FileStore

AT = datetime(2026, 3, 27, 2, tzinfo=UTC)
ADDRESS = "https://marathon.test/a?b=<c>&d=%22"
TALK = ("talk", "speaker", "about", "municipality")
PROTOCOL = (
    "body", "theme", "place", "chair", "secretary", "member", "note", "reason", "item", "speaker",
    "heard", "spoke", "resolution", "task", "executor", "deadline",
)  # fmt: skip


def text_of(pdf: bytes) -> str:
    with closing(pypdfium2.PdfDocument(pdf)) as opened:
        return "\n".join(page.get_textpage().get_text_range() for page in opened)


def words_of(paper: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(paper)) as opened:
        names = [name for name in opened.namelist() if name.endswith(".xml")]
        return "".join("".join(etree.fromstring(opened.read(one)).itertext()) for one in names)


@pytest.mark.parametrize("design", list(CertificateDesign))
def test_certificate(design, tmp_path):
    view = CertificateView(
        number="2026-A-0007",
        kind=CertificateKind.PUBLICATION,
        name="Свидетельство",
        holder=field("holder"),
        about=field("about"),
        text=field("text"),
        marathon=field("marathon"),
        cluster=field("cluster"),
        signers=(Signatory(role=field("role"), name=field("signer")),),
        issued_at=AT,
        zone="Asia/Irkutsk",
        verify_url=ADDRESS,
        design=design,
    )
    [pdf] = certificates.pdfs([view], files=FileStore(tmp_path))
    names = ("holder", "about", "text", "cluster", "role", "signer")
    assert missing(text_of(pdf), names) == []


@pytest.fixture(scope="module")
def programme():
    speaker = SpeakerLine(
        name=field("speaker"), about=field("about"), municipality=field("municipality")
    )
    end = AT + timedelta(minutes=15)
    talk = TalkLine(
        slot_id="s", submission_id="w", position=1, number=1, title=field("talk"),
        starts_at=AT, ends_at=end, speakers=(speaker,), named=True,
    )  # fmt: skip
    session = SessionLine(
        session_id="t", track=1, title=field("session"), starts_at=AT, ends_at=end,
        moderator=field("moderator"), talks=(talk,),
    )  # fmt: skip
    return ProgrammeView(
        marathon_id="m", title=field("title"), theme=field("theme"), cluster=field("cluster"),
        zone="Asia/Irkutsk", day=AT, sessions=(session,),
        tracks=(Track(number=1, title=field("session")),), contact=field("contact"), changed_at=AT,
    )  # fmt: skip


def test_programme_in_every_form(programme):
    look = programmes.Look(ADDRESS, "ru")
    booklet = text_of(programmes.pdf(programme, look))
    assert missing(booklet, (*TALK, "session", "moderator", "title")) == []
    assert missing(words_of(docx.write(programme)), (*TALK, "session", "moderator", "title")) == []
    for drawn in (programmes.poster, programmes.leaflet):
        names = ("talk", "session", "title", "contact")
        assert missing(text_of(drawn(programme, look)), names) == []
    calendar = programmes.calendar(programme).replace(b"\r\n ", b"").decode()
    assert calendar.count("BEGIN:VEVENT") == 1
    assert missing(re.sub(r"\\([\\;,])", r"\1", calendar), ("talk",)) == []


def test_protocol_in_both_forms():
    item = ItemLine(
        number=1,
        title=field("item"),
        speaker=field("speaker"),
        heard=field("heard"),
        spoke=field("spoke"),
        resolution=field("resolution"),
        tally=Tally(agreed=2, voting=2),
        delegates=(DelegateLine(seat=field("seat"), name=field("delegate")),),
        action_items=(
            ActionLine(task=field("task"), executor=field("executor"), deadline=field("deadline")),
        ),
    )
    view = ProtocolView(
        meeting_id="m",
        number=2,
        body=field("body"),
        theme=field("theme"),
        place=field("place"),
        held_on=date(2026, 12, 27),
        chair=field("chair"),
        secretary=field("secretary"),
        present=(MemberLine(municipality=field("member"), note=field("note")),),
        absent=(MemberLine(municipality=field("absent"), note=field("reason")),),
        items=(item,),
        closed=True,
    )
    assert missing(words_of(council.word(view)), PROTOCOL) == []
    assert missing(text_of(council.pdf(view)), PROTOCOL) == []
