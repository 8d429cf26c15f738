"""Erasing a person takes the contents of their files too, but never what others still name."""

import builders
import pytest

from flows import erasing
from flows.accounts import operations as accounts
from flows.documents.printing.cache import Cache
from schemas.conflict import ConflictSource, Suspicion
from schemas.intake_access import Upload
from schemas.kept_form import KeptForm
from schemas.nomination import Nomination
from schemas.outbox import Notice, NoticeStatus
from schemas.people import Actor
from schemas.submission import (
    Derivative,
    DerivativeKind,
    FileStatus,
    SubmissionFile,
    SubmissionStatus,
)
from storage.identifiers import new_id


@pytest.fixture
def send(installation, now):
    """``send(person, content)``: a material of theirs with this file and a blind copy of it."""

    def make(person, content, status=SubmissionStatus.CHECKED):
        stored = installation.files.save_bytes(content)
        blind = installation.files.save_bytes(b"blind " + content)
        with installation.begin() as work:
            marathon = next(iter(work.marathons.all()), None) or builders.a_marathon(work)
            place = builders.a_municipality(work, work.clusters.only(), f"Район {new_id()}")
            lines = (builders.an_author(person, place),)
            one = builders.a_submission(
                work, marathon, place, owner_id=person.id, authors=lines, status=status
            )
            file = work.files.add(
                SubmissionFile(
                    id=new_id(),
                    submission_id=one.id,
                    marathon_id=marathon.id,
                    name="практика.docx",
                    sha256=stored.sha256,
                    size=stored.size,
                    status=FileStatus.ACCEPTED,
                    uploaded_at=now,
                )
            )
            work.derivatives.add(
                Derivative(
                    id=new_id(),
                    file_id=file.id,
                    kind=DerivativeKind.BLIND_PDF,
                    number=1,
                    name="blind.pdf",
                    sha256=blind.sha256,
                )
            )
        return one

    return make


@pytest.fixture
def person(installation):
    with installation.begin() as work:
        return builders.a_person(work)


def erase(installation, person, now):
    with installation.begin() as work:
        erasing.erase(work, person, files=installation.files, now=now)


def kept(installation):
    return sorted(path.read_bytes() for path in installation.files.all())


@pytest.mark.parametrize("status", [SubmissionStatus.DRAFT, SubmissionStatus.CHECKED])
def test_contents_of_files_go_with_the_person(installation, send, person, now, status):
    send(person, b"practice", status)
    assert kept(installation) == [b"blind practice", b"practice"]

    erase(installation, person, now)

    assert kept(installation) == []


def test_set_articles_go_with_whoever_is_named_in_them(installation, person, now, tmp_path):
    kept_pages = Cache(tmp_path / "kept")
    kept_pages.keep("0" * 64, b"an article with its author")
    with installation.begin() as work:
        erasing.erase(work, person, files=installation.files, caches=[kept_pages.folder], now=now)
        assert kept_pages.find("0" * 64)

    assert kept_pages.find("0" * 64) is None


def test_the_same_file_of_somebody_else_stays(installation, send, person, now):
    with installation.begin() as work:
        other = builders.a_person(work, "Орлова Нина Петровна")
    send(person, b"the same")
    theirs = send(other, b"the same")
    send(person, b"own")

    erase(installation, person, now)

    assert kept(installation) == [b"blind the same", b"the same"]
    with installation.begin(read_only=True) as work:
        assert [file.name for file in work.files.of(theirs.id)] == ["практика.docx"]
    erase(installation, other, now)
    assert kept(installation) == []


def test_contents_stay_when_the_erasure_is_undone(installation, send, person, now):
    send(person, b"practice")
    with installation.begin() as work:
        erasing.erase(work, person, files=installation.files, now=now)
        work.forget()

    assert kept(installation) == [b"blind practice", b"practice"]


def test_parts_on_their_way_and_half_typed_lines_go(installation, send, person, now):
    draft = send(person, b"practice", SubmissionStatus.DRAFT)
    upload_id = new_id()
    installation.files.shelf(upload_id).save_bytes(b"first part")
    with installation.begin() as work:
        work.uploads.add(
            Upload(
                id=upload_id,
                submission_id=draft.id,
                person_id=person.id,
                name="ещё.docx",
                size=100,
                started_at=now,
            )
        )
        work.kept_forms.add(
            KeptForm(
                id=new_id(),
                hash="author/line",
                path=f"/my/{draft.id}/authors",
                entries=(("name", "Ветрова"),),
                kept_at=now,
                expires_at=now,
            )
        )

    erase(installation, person, now)

    assert installation.files.shelves() == []
    with installation.begin(read_only=True) as work:
        assert work.kept_forms.all() == []


def test_letters_sent_before_the_person_was_known_nominations_and_visits_go(
    installation, person, now
):
    with installation.begin() as work:
        cluster = builders.a_cluster(work)
        place = builders.a_municipality(work, cluster)
        letter = work.notices.add(
            Notice(
                id=new_id(),
                template="claim",
                address=person.email,
                subject_kind="person",
                subject_id=person.id,
                values={"secret": "тайна"},
                title=person.name,
                body=person.name,
                dedup_key=new_id(),
                created_at=now,
            )
        )
        proposed = work.nominations.add(
            Nomination(
                id=new_id(),
                municipality_id=place.id,
                name=person.name,
                email=person.email,
                proposed_by=person.id,
                proposed_at=now,
            )
        )
        accounts.open_session(
            work,
            person,
            signer=installation.signer,
            secret="s",
            days=1,
            user_agent="",
            now=now,
        )

    erase(installation, person, now)

    with installation.begin(read_only=True) as work:
        after = work.notices.get(letter.id)
        assert (after.address, after.values, after.title, after.body) == (None, {}, "", "")
        assert after.status is NoticeStatus.DISCARDED
        assert person.name not in work.nominations.get(proposed.id).model_dump_json()
        assert person.email not in work.nominations.get(proposed.id).model_dump_json()
        assert work.sessions.of(person.id) == []


@pytest.mark.both_databases
def test_name_goes_from_letters_to_others_and_from_reasons_of_conflict(installation, send, now):
    with installation.begin() as work:
        person = builders.a_person(work, "Кедрова Алла Юрьевна", email="kedrova@example.ru")
        reader = builders.a_person(work, "Липова Нина Олеговна", email="lipova@example.ru")
    one = send(person, b"practice")
    with installation.begin() as work:
        place = builders.a_municipality(work, work.clusters.only(), "Чужой район")
        letter = work.notices.add(
            Notice(
                id=new_id(),
                template="co_author_invited",
                person_id=reader.id,
                subject_kind="submission",
                subject_id=one.id,
                values={"inviter": person.name},
                title="Приглашение от Кедровой Аллы Юрьевны",
                body=f"{person.initials}, Кедрова А. Ю., kedrova@example.ru: Липова Нина Олеговна!",
                dedup_key=new_id(),
                status=NoticeStatus.SENT,
                created_at=now,
            )
        )
        suspicion = work.suspicions.add(
            Suspicion(
                id=new_id(),
                marathon_id=one.marathon_id,
                submission_id=one.id,
                expert_id=builders.an_expert(work, place, person_id=reader.id).id,
                source=ConflictSource.SURNAME,
                evidence=f"Одна фамилия: эксперт {reader.name} и автор {person.name}.",
                found_at=now,
            )
        )
        said = work.journal.write(
            Actor(person_id=reader.id),
            action="edited",
            kind="person",
            subject_id=person.id,
            now=now,
            details={"name": person.name},
        )

    erase(installation, person, now)

    with installation.begin(read_only=True) as work:
        kept = work.notices.get(letter.id)
        assert kept.values == {"inviter": erasing.GONE}
        assert kept.title == f"Приглашение от {erasing.GONE}"
        assert "Кедров" not in kept.body
        assert "kedrova" not in kept.body
        assert "Липова Нина Олеговна" in kept.body
        evidence = work.suspicions.get(suspicion.id).evidence
        assert evidence == f"Одна фамилия: эксперт {reader.name} и автор {erasing.GONE}."
        assert work.journal.get(said.id) == said
        assert list(work.journal.broken()) == []
