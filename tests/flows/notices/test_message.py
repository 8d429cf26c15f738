"""Letters as a real mail server gets them: headers, both forms, calendar, ways to refuse."""

from email import message_from_bytes
from email.header import decode_header, make_header

import pytest
from aiosmtpd.controller import Controller
from icalendar import Calendar

from flows.notices.delivery import deliver
from flows.notices.message import Envelope, message_of
from schemas.mail_server import read_mail_server
from schemas.outbox import Notice
from schemas.settings import Settings
from storage.identifiers import new_id

OPERATOR = "Центр развития образования города Усть-Илимска и Усть-Илимского района"
SETTINGS = Settings(mail_from="marathon@example.ru", operator=OPERATOR)
REFUSE = f"https://marathon.example.ru/letters/refuse/{'a' * 36}/{'b' * 64}"
CALENDAR = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nMETHOD:PUBLISH\r\nEND:VCALENDAR\r\n"


class Arrived:
    def __init__(self):
        self.letters = []

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802  (aiosmtpd asks for it)
        self.letters.append(message_from_bytes(envelope.content))
        return "250 OK"


@pytest.fixture
def sent(free_port, now):
    """``sent(envelope, **changes)``: the letter as a server has taken it."""
    arrived = Arrived()
    server = Controller(arrived, "127.0.0.1", free_port)
    server.start()

    def send(envelope=None, **changes):
        facts = {
            "id": new_id(),
            "template": "decision",
            "dedup_key": "x",
            "created_at": now,
            "title": "Решение по материалу № 1",
            "body": "Здравствуйте!\n\nОткрыть: https://marathon.example.ru/my/1",
        }
        envelope = envelope or Envelope(address="anna@example.ru", heading="Марафон")
        message = message_of(Notice(**facts | changes), envelope, SETTINGS)
        deliver(message, read_mail_server(f"smtp://127.0.0.1:{free_port}"))
        return arrived.letters[-1]

    yield send
    server.stop()


def decoded(header):
    return str(make_header(decode_header(header.replace("\r\n", "").replace("\n", ""))))


def test_letter_has_text_and_html_of_the_same_words(sent):
    letter = sent()

    assert letter.get_content_type() == "multipart/alternative"
    text, html = (one.get_payload(decode=True).decode() for one in letter.get_payload())
    assert text.startswith("Здравствуйте!")
    assert "Здравствуйте!" in html
    assert 'href="https://marathon.example.ru/my/1"' in html
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"].endswith("@example.ru>")


def test_long_russian_names_of_the_sender_decode_whole(sent):
    assert decoded(sent()["From"]) == f"{OPERATOR} <marathon@example.ru>"


def test_only_letters_that_may_be_refused_carry_the_way_to(sent):
    assert sent()["List-Unsubscribe"] is None

    letter = sent(Envelope(address="anna@example.ru", refuse=REFUSE))

    assert letter["List-Unsubscribe"] == f"<{REFUSE}>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert REFUSE in letter.get_payload()[0].get_payload(decode=True).decode()


def test_calendar_comes_as_a_published_attachment(sent):
    letter = sent(Envelope(address="anna@example.ru", calendar=CALENDAR))

    _, attached = letter.get_payload()
    assert attached.get_content_type() == "text/calendar"
    assert attached.get_param("method") == "PUBLISH"
    assert attached.get_filename() == "talk.ics"
    assert Calendar.from_ical(attached.get_payload(decode=True))["METHOD"] == "PUBLISH"


def test_answers_go_to_the_organisers(sent):
    envelope = Envelope(
        address="anna@example.ru", contact="Ия Львовна, orgkomitet@example.ru, 5-55"
    )
    assert sent(envelope)["Reply-To"] == "orgkomitet@example.ru"
    assert sent(Envelope(address="anna@example.ru", contact="+7 39535 5-55"))["Reply-To"] is None


def test_line_ends_in_a_title_add_no_headers(sent):
    letter = sent(title="Тема\r\nBcc: all@example.ru\r\n\r\nтекст")

    assert letter["Bcc"] is None
    assert decoded(letter["Subject"]) == "Тема Bcc: all@example.ru текст"


def test_signs_no_letter_can_carry_are_left_out(sent):
    letter = sent(title="Те\0ма", body="Стро\0ка \x1b[31m \ud83d и 🙂 \u202eзадом")

    text = letter.get_payload()[0].get_payload(decode=True).decode()
    assert text.strip().replace("\r\n", "\n") == "Строка [31m  и 🙂 \u202eзадом"
    assert decoded(letter["Subject"]) == "Тема"


def test_a_megabyte_of_text_arrives_whole(sent):
    body = "слово " * 180_000

    text = sent(body=body).get_payload()[0].get_payload(decode=True).decode()
    assert text.split() == body.split()
