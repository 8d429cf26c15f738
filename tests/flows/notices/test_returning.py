"""Letters that came back: noted once, told to organisers."""

from email.message import EmailMessage
from smtplib import SMTPDataError, SMTPRecipientsRefused

import builders
import pytest

from flows.notices import returning
from flows.notices.delivery import returned_for_good
from flows.notices.delivery_report import read_report
from schemas.errors import BadInput
from schemas.outbox import Notice, NoticeStatus
from storage.identifiers import new_id

UNKNOWN = "550 5.1.1 <anna@example.ru>: User unknown"


def report(*, action="failed", status="5.1.1", notice_id="", address="anna@example.ru"):
    """A delivery report as Postfix writes it."""
    of_letter = f"Message-ID: <{notice_id}@example.ru>\r\n" if notice_id else ""
    return (
        "From: MAILER-DAEMON@example.ru\r\nTo: marathon@example.ru\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\nAction: {action}\r\nStatus: {status}\r\n"
        "Diagnostic-Code: smtp; 550 User unknown\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\n{of_letter}Subject: x\r\n\r\n--b--\r\n"
    ).encode()


@pytest.fixture
def person(work):
    return builders.a_person(work, "Ясная Анна Петровна", email="anna@example.ru")


@pytest.fixture
def letter(work, person, now):
    return work.notices.write(
        Notice(
            id=new_id(),
            template="erased",
            person_id=person.id,
            subject_kind="person",
            subject_id=person.id,
            dedup_key="one",
            status=NoticeStatus.SENT,
            created_at=now,
            title="Тема",
            body="Текст",
        )
    )


def test_report_names_the_letter_and_the_address_is_marked(work, person, letter, now):
    [found] = returning.record_report(work, read_report(report(notice_id=letter.id)), now=now)

    assert found.id == letter.id
    assert work.notices.get(letter.id).status is NoticeStatus.BOUNCED
    assert work.people.get(person.id).bounced_at == now


def test_report_without_our_name_is_about_the_newest_letter_to_that_address(work, letter, now):
    [found] = returning.record_report(work, read_report(report()), now=now)

    assert found.id == letter.id


def test_same_report_again_counts_once(work, letter, now):
    failures = read_report(report(notice_id=letter.id))
    returning.record_report(work, failures, now=now)

    assert returning.record_report(work, failures, now=now) == []


@pytest.mark.parametrize(
    "changes", [{"action": "delayed", "status": "4.4.1"}, {"action": "relayed"}]
)
def test_letters_that_may_still_arrive_have_not_come_back(changes):
    assert read_report(report(**changes)) == []


def test_report_about_strangers_changes_nothing(work, letter, now):
    failures = read_report(report(address="somebody@elsewhere.ru"))
    assert returning.record_report(work, failures, now=now) == []


@pytest.mark.parametrize("content", [b"", b"\xff\0" * 500, "Здравствуйте!".encode(), b"a" * 10**6])
def test_anything_else_is_refused_in_words(content):
    with pytest.raises(BadInput) as refusal:
        read_report(content)
    assert refusal.value.code == "no_delivery_report"


def test_report_cut_in_the_middle_is_read_as_far_as_it_goes():
    assert len(read_report(report()[:420])) <= 1


def test_letter_to_an_address_that_was_left_says_nothing_of_the_new_one(work, person, letter, now):
    told = work.notices.save(letter.model_copy(update={"address": "anna@example.ru"}))
    work.people.save(person.model_copy(update={"email": "nova@example.ru"}))

    returning.record(work, told, UNKNOWN, now=now)

    assert work.people.get(person.id).bounced_at is None
    assert work.notices.get(letter.id).status is NoticeStatus.BOUNCED


def refused(code, words):
    return SMTPRecipientsRefused({"anna@example.ru": (code, words)})


def test_only_what_the_server_says_of_the_address_for_good_is_a_return():
    assert returned_for_good(refused(550, b"5.1.1 User unknown")) == "550 5.1.1 User unknown"
    assert not returned_for_good(refused(450, b"4.2.1 Try later"))
    assert not returned_for_good(refused(554, b"5.7.1 Relay access denied"))
    assert not returned_for_good(SMTPDataError(554, b"no"))
    assert not returned_for_good(TimeoutError())


def test_report_kept_inside_another_letter_is_still_found(letter):
    outer = EmailMessage()
    outer.set_content("Пересылаю отчёт.")
    inner = EmailMessage()
    inner.set_content("x")
    outer.add_attachment(inner)
    with pytest.raises(BadInput):
        read_report(outer.as_bytes())
