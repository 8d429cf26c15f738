"""Versions: every sending is written down, and what experts see of a difference names nobody."""

from datetime import timedelta

import builders
import pytest

from flows.documents.difference import Passage
from flows.intake import operations, versions
from schemas.document import Document, Paragraph, Span
from schemas.extraction import Extraction
from schemas.marathon import Phase
from schemas.people import Actor
from schemas.submission import (
    Derivative,
    DerivativeKind,
    SubmissionDraft,
    SubmissionStatus,
)
from storage.identifiers import new_id

BY = Actor(part="test")
ACCEPTED = Extraction(file="материал.docx", status="ok", kind="docx", pages=1, characters=900)
CANARY = "Канарейкина"


@pytest.fixture
def marathon(work, now):
    builders.members(work, builders.a_cluster(work))
    return builders.a_marathon(
        work,
        phase=Phase.INTAKE,
        submissions_until=now + timedelta(days=5),
        reviews_until=now + timedelta(days=30),
    )


@pytest.fixture
def home(work, marathon):
    return work.municipalities.of_cluster(marathon.cluster_id)[0]


def document(*paragraphs):
    return Document(blocks=tuple(Paragraph(inlines=(Span(text=one),)) for one in paragraphs))


def upload(work, installation, one, now, *paragraphs):
    """A file whose check is done: its structure, open and blind, is kept."""
    content = document(*paragraphs).model_dump_json().encode()
    stored = installation.files.save_bytes(content)
    file = operations.add_file(work, one.id, name="материал.docx", stored=stored, by=BY, now=now)
    made = [
        Derivative(id=new_id(), file_id=file.id, kind=kind, sha256=stored.sha256)
        for kind in (DerivativeKind.DOCUMENT, DerivativeKind.BLIND_DOCUMENT)
    ]
    operations.record_check(work, file.id, ACCEPTED, made, by=BY, now=now)
    return file


def save(work, one, now, **changes):
    """The form of the work with ``changes``, saved."""
    kept = work.submissions.get(one.id)
    whole = {name: getattr(kept, name) for name in SubmissionDraft.model_fields} | changes
    return operations.save_draft(work, one.id, SubmissionDraft(**whole), by=BY, now=now)


def a_draft(work, installation, marathon, home, now):
    one = builders.a_submission(
        work, marathon, home, status=SubmissionStatus.DRAFT, submitted_at=None
    )
    upload(work, installation, one, now, "Дети чертят план двора.", "Итог один.")
    return one


def revising(work, one):
    """The work after a decision to revise it."""
    stored = work.submissions.get(one.id)
    changes = {"status": SubmissionStatus.REVISING, "round": stored.round + 1}
    return work.submissions.save(stored.model_copy(update=changes))


def test_draft_has_no_versions_until_it_is_sent(work, installation, marathon, home, now):
    one = a_draft(work, installation, marathon, home, now)
    save(work, one, now, title="Пока ещё черновик")
    assert work.submission_versions.of(one.id) == []

    operations.submit(work, one.id, by=BY, now=now)
    operations.submit(work, one.id, by=BY, now=now)

    [version] = work.submission_versions.of(one.id)
    assert (version.number, version.round, version.sent_at) == (1, 1, now)
    assert version.content.title == "Пока ещё черновик"
    assert version.file_id == work.files.of(one.id)[-1].id


def test_change_before_the_deadline_makes_a_version_and_the_same_again_does_not(
    work, installation, marathon, home, now
):
    one = a_draft(work, installation, marathon, home, now)
    operations.submit(work, one.id, by=BY, now=now)

    save(work, one, now, abstract="Теперь короче.")
    save(work, one, now, abstract="Теперь короче.")
    upload(work, installation, one, now, "Дети чертят карту двора.")

    found = work.submission_versions.of(one.id)
    assert [one.number for one in found] == [1, 2, 3]
    assert found[0].file_id != found[2].file_id


def test_work_sent_before_versions_were_kept_gets_its_first_one(
    work, installation, marathon, home, now
):
    one = builders.a_submission(work, marathon, home, title="Как было")
    upload(work, installation, one, now, "Старый текст.")
    for kept in work.submission_versions.of(one.id):
        work.submission_versions.remove(kept.id)

    revising(work, one)
    save(work, one, now, title="Как стало")

    [version] = work.submission_versions.of(one.id)
    assert (version.content.title, version.round) == ("Как было", 1)
    assert version.sent_at == work.submissions.get(one.id).submitted_at


def second_round(work, installation, marathon, home, now, **changes):
    one = a_draft(work, installation, marathon, home, now)
    operations.submit(work, one.id, by=BY, now=now)
    revising(work, one)
    save(work, one, now, **changes)
    later = now + timedelta(hours=1)
    upload(work, installation, one, later, "Дети чертят карту двора.", f"Итог: {CANARY} учла.")
    operations.submit(work, one.id, by=BY, now=later)
    return work.submissions.get(one.id)


def test_rounds_are_compared_by_fields_and_by_words(work, installation, marathon, home, now):
    one = second_round(work, installation, marathon, home, now, title="Новое имя")

    pair = versions.between_rounds(work, one.id, 2)
    found = versions.compare(work, installation.files, pair, marathon)

    assert [field.label for field in found.fields] == ["Название материала"]
    words = [
        (piece.kind, piece.text)
        for part in found.text.parts
        if isinstance(part, Passage)
        for piece in part.pieces
    ]
    assert ("removed", "план") in words
    assert ("added", "карту") in words
    assert not found.same_file


def test_blind_comparison_hides_names_of_either_version_in_both(
    work, installation, marathon, home, now
):
    added = builders.an_author(builders.a_person(work, f"{CANARY} Пелагея Тихоновна"), home)
    other = builders.an_author(
        builders.a_person(work, "Свиристелева Ия Карповна"), home, organisation="Гнездо"
    )
    one = second_round(
        work,
        installation,
        marathon,
        home,
        now,
        authors=(added, other),
        title=f"Опыт: {CANARY}",
        abstract="Свиристелева из «Гнезда» рада.",
    )

    pair = versions.between_rounds(work, one.id, 2)
    told = versions.compare_blind(work, installation.files, pair, one, marathon)

    everything = told.model_dump_json()
    assert CANARY not in everything
    assert "Свиристелев" not in everything
    assert "Тестов" not in everything
    assert "материал.docx" not in everything
    assert [field.label for field in told.fields] == ["Название материала", "Аннотация"]
    assert any(isinstance(part, Passage) and not part.is_same for part in told.text.parts)


def test_version_whose_text_is_not_known_yet_is_compared_by_fields_only(
    work, installation, marathon, home, now
):
    one = a_draft(work, installation, marathon, home, now)
    operations.submit(work, one.id, by=BY, now=now)
    stored = installation.files.save_bytes(b"unread")
    operations.add_file(work, one.id, name="новый.docx", stored=stored, by=BY, now=now)

    pair = versions.Pair(*work.submission_versions.of(one.id))
    found = versions.compare(work, installation.files, pair, marathon)

    assert found.text is None
    assert (found.file_before, found.file_after) == ("материал.docx", "новый.docx")
