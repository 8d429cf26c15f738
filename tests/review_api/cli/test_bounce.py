"""``marathon bounce``: a delivery report from a file or the standard input of a mail server."""

import io
import sys
from types import SimpleNamespace

import builders
import pytest

from flows import mending
from review_api.cli.main import run
from schemas.outbox import Notice, NoticeStatus
from storage.identifiers import new_id

ADDRESS = "anna@example.ru"


@pytest.fixture
def letter(installation, monkeypatch, now):
    monkeypatch.setenv("MARATHON_DATA", str(installation.settings.data))
    with installation.begin() as work:
        person = builders.a_person(work, "Ясная Анна Петровна", email=ADDRESS)
        return work.notices.write(
            Notice(
                id=new_id(),
                template="role_given",
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


def report(letter):
    """As Postfix writes it."""
    return (
        "From: MAILER-DAEMON@example.ru\r\nTo: marathon@example.ru\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
        f"Final-Recipient: rfc822; {ADDRESS}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 User unknown\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{letter.id}@example.ru>\r\n"
        "Subject: x\r\n\r\n--b--\r\n"
    ).encode()


def kept(installation, letter):
    with installation.begin(read_only=True) as work:
        return work.notices.get(letter.id), work.people.get(letter.person_id)


def test_report_in_a_file_is_noted_once_and_the_letter_goes_to_the_mended_address(
    installation, letter, tmp_path, capsys, now
):
    file = tmp_path / "report.eml"
    file.write_bytes(report(letter))

    assert run(["bounce", str(file)]) == 0
    assert "записано: 1" in capsys.readouterr().out
    assert run(["bounce", str(file)]) == 0
    assert "записано: 0" in capsys.readouterr().out

    notice, person = kept(installation, letter)
    assert notice.status is NoticeStatus.BOUNCED
    assert "550 User unknown" in notice.error
    assert person.bounced_at is not None
    with installation.begin() as work:
        again = mending.mend_address(
            work, letter.id, "yasnaya@example.ru", by=builders.SYSTEM, now=now
        )
    assert again.status is NoticeStatus.QUEUED
    assert kept(installation, letter)[1].bounced_at is None


def test_report_that_a_mail_server_hands_over_is_noted(installation, letter, monkeypatch, capsys):
    handed = SimpleNamespace(buffer=io.BytesIO(report(letter)))
    monkeypatch.setattr(sys, "stdin", handed)

    assert run(["bounce", "-"]) == 0
    assert "записано: 1" in capsys.readouterr().out
    assert kept(installation, letter)[0].status is NoticeStatus.BOUNCED


@pytest.mark.parametrize("content", [b"", "Добрый день! Я в отпуске.".encode(), b"\xff\0" * 500])
def test_anything_else_stays_with_people(installation, letter, tmp_path, capsys, content):
    file = tmp_path / "answer.eml"
    file.write_bytes(content)

    assert run(["bounce", str(file)]) == 2
    assert capsys.readouterr().err.strip().endswith(".")
    assert kept(installation, letter)[0].status is NoticeStatus.SENT


def test_file_that_is_not_there_is_told_in_one_line(letter, capsys):
    assert run(["bounce", "/nowhere/report.eml"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
