"""The journal proves itself from the command line, its end too when a seal was noted."""

import builders
import pytest

from review_api.cli.main import run
from storage.repositories import traffic


@pytest.fixture
def data(installation, monkeypatch):
    """A journal of seven entries, read three at a time."""
    monkeypatch.setattr(traffic, "AT_ONCE", 3)
    with installation.begin() as work:
        for number in range(7):
            work.journal.write(
                builders.SYSTEM, action="moved", kind="x", subject_id=str(number), now=builders.NOW
            )
    return installation.settings.data


def verify(data, *options):
    return run(["journal", "verify", *options, "--data", str(data)])


def seal(data, capsys):
    assert verify(data) == 0
    out = capsys.readouterr().out
    assert "Записей: 7" in out
    return out.rpartition("Печать: ")[2].strip()


def tamper(installation, statement):
    with installation.engine.begin() as connection:
        connection.exec_driver_sql(statement)


def test_whole_journal_prints_a_seal_that_holds_while_it_grows(installation, data, capsys):
    noted = seal(data, capsys)
    with installation.begin() as work:
        work.journal.write(
            builders.SYSTEM, action="moved", kind="x", subject_id="-", now=builders.NOW
        )

    assert verify(data, "--against", noted) == 0


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ("UPDATE journal SET action = 'forged' WHERE number = 5", "№ 5"),
        ("UPDATE journal SET person_id = 'x' WHERE number = 1", "№ 1"),
        ("DELETE FROM journal WHERE number = 4", "№ 5"),
    ],
)
def test_edited_or_missing_entry_is_named(installation, data, capsys, statement, number):
    tamper(installation, statement)

    assert verify(data) == 1
    assert number in capsys.readouterr().err


def test_end_that_is_gone_shows_against_a_seal_only(installation, data, capsys):
    noted = seal(data, capsys)
    tamper(installation, "DELETE FROM journal WHERE number > 5")

    assert verify(data) == 0
    assert verify(data, "--against", noted) == 1
    assert "№ 7" in capsys.readouterr().err


@pytest.mark.parametrize("words", ["7", "7:abc", "0:" + "a" * 64, "x:" + "a" * 64])
def test_what_is_no_seal_is_said(data, capsys, words):
    assert verify(data, "--against", words) == 2
    assert "НОМЕР:ХЕШ" in capsys.readouterr().err
