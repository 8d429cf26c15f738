"""Many certificates in one archive: readable names, small pieces, nothing torn."""

import io
import zipfile
from datetime import UTC, datetime

import pytest

from flows.certificates import batch
from schemas.certificate import Certificate, CertificateKind
from storage.files import FileStore

NOW = datetime(2026, 3, 24, tzinfo=UTC)


def a_certificate(number=1, **changes):
    facts = {
        "id": str(number),
        "marathon_id": "m",
        "number": f"2026-A-{number:04}",
        "kind": CertificateKind.PUBLICATION,
        "holder": "Иванова Анна Петровна",
        "text": "автор",
        "issued_at": NOW,
        "sha256": "0" * 64,
    }
    return Certificate(**facts | changes)


def names(*certificates):
    return [one.name for one in batch.entries(certificates)]


def test_files_are_called_by_person_and_kind():
    assert names(a_certificate(), a_certificate(2, kind=CertificateKind.EXPERT)) == [
        "Иванова А. П. — публикация.pdf",
        "Иванова А. П. — экспертиза.pdf",
    ]


def test_namesakes_are_told_apart_by_their_numbers():
    assert names(a_certificate(), a_certificate(2, holder="ИВАНОВА Алла Павловна")) == [
        "Иванова А. П. — публикация (2026-A-0001).pdf",
        "ИВАНОВА А. П. — публикация (2026-A-0002).pdf",
    ]


def test_undrawn_and_revoked_ones_are_left_out():
    assert names(a_certificate(sha256=None), a_certificate(2, revoked_at=NOW)) == []


@pytest.mark.parametrize("holder", ["../../etc", 'CON<>:"|?*', "А\x00Б", " . ", "Ы" * 200])
def test_no_name_leads_out_of_the_folder(holder):
    (name,) = names(a_certificate(holder=holder))
    assert not set('<>:"/\\|?*\x00') & set(name)
    assert not name.startswith((".", " "))
    assert len(name) <= batch.LONGEST + len(".pdf")


def test_archive_is_written_piece_by_piece_with_names_in_unicode(tmp_path):
    store = FileStore(tmp_path)
    kept = [store.save_bytes(bytes([number]) * 50_000).sha256 for number in range(5)]
    listed = [batch.Entry(f"Иванова {number}.pdf", sha) for number, sha in enumerate(kept)]

    pieces = list(batch.archive(listed, store, beside={"Список.xlsx": b"list"}))

    assert max(map(len, pieces)) < 51_000
    again = b"".join(batch.archive(listed, store, beside={"Список.xlsx": b"list"}))
    assert b"".join(pieces) == again
    with zipfile.ZipFile(io.BytesIO(again)) as opened:
        assert opened.testzip() is None
        assert opened.namelist() == ["Список.xlsx", *(one.name for one in listed)]
        assert all(one.flag_bits & 0x800 for one in opened.infolist())
        assert opened.read(listed[3].name) == bytes([3]) * 50_000
