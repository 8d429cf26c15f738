"""A file accepted by an earlier check goes through the present one, and nothing is taken back."""

from io import BytesIO

import builders
import pytest
from docx import Document as WordDocument

from flows.documents.printing.typesetting import Allowance, Bench
from flows.intake import checking_again, operations
from flows.intake.examination import FINDINGS
from flows.intake.flow import Fate, check, check_one
from schemas.errors import Conflict
from schemas.extraction import Extraction, WarningCode, sentence
from schemas.people import Actor
from schemas.submission import (
    Derivative,
    DerivativeKind,
    FileStatus,
    SubmissionFile,
    SubmissionStatus,
)
from storage.identifiers import new_id

RECEIVED = FileStatus.RECEIVED
BY = Actor(part="test")
OK = Extraction(file="работа.docx", status="ok", kind="docx", seconds=0.1)
BUSY = Extraction(file="работа.docx", status="rejected", reason="timeout", seconds=20.0)


def a_checked_file(
    work, submission, sha256="a" * 64, status=FileStatus.ACCEPTED, name="работа.docx"
):
    return work.files.add(
        SubmissionFile(
            id=new_id(),
            submission_id=submission.id,
            marathon_id=submission.marathon_id,
            name="работа.docx",
            sha256=sha256,
            size=9,
            status=status,
            uploaded_at=builders.NOW,
            extraction=OK if status is FileStatus.ACCEPTED else None,
        )
    )


def stored_paper(opened, words="Урок, на котором ученики сами ищут ошибку в рассуждении."):
    """A Word file of one paragraph in the store."""
    paper = BytesIO()
    document = WordDocument()
    document.add_paragraph(words)
    document.save(paper)
    return opened.files.save_bytes(paper.getvalue())


@pytest.fixture
def submission(work):
    place = builders.a_municipality(work, builders.a_cluster(work))
    return builders.a_submission(work, builders.a_marathon(work), place)


def test_new_findings_reach_a_work_that_was_checked_before(opened, now):
    stored = stored_paper(
        opened, "Пишите мне: +7 914 000-00-00. Сидорова Маша решила задачу первой."
    )
    with opened.begin() as work:
        place = builders.a_municipality(work, builders.a_cluster(work))
        submission = builders.a_submission(work, builders.a_marathon(work), place)
        before = a_checked_file(work, submission, stored.sha256)
        assert checking_again.check_again(work, submission.id, by=BY, now=now) == 1
        [waiting] = operations.claim_files(work, now=now)

    assert check_one(waiting.id) is Fate.ACCEPTED

    with opened.begin(read_only=True) as work:
        [file] = work.files.of(submission.id)
        [found] = work.derivatives.of(file.id, DerivativeKind.FINDINGS)
        codes = {one.code for one in FINDINGS.validate_json(opened.files.read(found.sha256))}
        assert {WarningCode.PERSONAL_DATA, WarningCode.CHILDREN_NAMED} <= codes
        assert codes <= set(file.extraction.warnings)
        assert (file.sha256, file.status) == (before.sha256, FileStatus.ACCEPTED)
        assert work.submissions.get(submission.id).status is submission.status
        assert work.journal.about(submission.id)[0].action == "checked_again"


def test_file_that_cannot_be_typeset_is_refused_with_a_sentence(opened, now, monkeypatch):
    monkeypatch.setitem(Bench.run.__kwdefaults__, "allowance", Allowance(seconds=0.001))
    stored = stored_paper(opened)
    with opened.begin() as work:
        place = builders.a_municipality(work, builders.a_cluster(work))
        submission = builders.a_submission(work, builders.a_marathon(work), place)
        a_checked_file(work, submission, stored.sha256, FileStatus.RECEIVED)
        [waiting] = operations.claim_files(work, now=now)

    assert check_one(waiting.id) is Fate.REFUSED

    with opened.begin(read_only=True) as work:
        [file] = work.files.of(submission.id)
        assert (file.status, file.extraction.reason) == (FileStatus.REFUSED, "not_typeset")
        assert "копия для экспертов" in sentence(file.extraction.reason)
        assert work.derivatives.of(file.id, DerivativeKind.BLIND_PDF) == []


def test_file_whose_check_breaks_does_not_keep_the_others(opened, now):
    stored = stored_paper(opened)
    with opened.begin() as work:
        place = builders.a_municipality(work, builders.a_cluster(work))
        marathon = builders.a_marathon(work)
        files = [
            a_checked_file(work, builders.a_submission(work, marathon, place), sha256, RECEIVED)
            for sha256 in ("e" * 64, stored.sha256)  # nothing is stored under the first
        ]
        operations.claim_files(work, now=now)

    assert check([file.id for file in files]) == [Fate.BROKEN, Fate.ACCEPTED]

    with opened.begin(read_only=True) as work:
        assert work.files.get(files[0].id).status is RECEIVED


def test_refusal_by_a_busy_machine_takes_nothing_back(work, submission, now):
    before = a_checked_file(work, submission)
    text = {"id": new_id(), "file_id": before.id, "kind": DerivativeKind.TEXT, "sha256": "b" * 64}
    work.derivatives.add(Derivative(**text))
    checking_again.check_again(work, submission.id, by=BY, now=now)
    [waiting] = operations.claim_files(work, now=now)

    operations.record_check(work, waiting.id, BUSY, [], by=BY, now=now)

    [file] = work.files.of(submission.id)
    assert (file.id, file.status, file.extraction) == (waiting.id, FileStatus.ACCEPTED, OK)
    assert [one.sha256 for one in work.derivatives.of(file.id, DerivativeKind.TEXT)] == ["b" * 64]


def test_other_bytes_are_judged_by_themselves(work, submission, now):
    a_checked_file(work, submission, status=FileStatus.REPLACED)
    other = a_checked_file(work, submission, "c" * 64, FileStatus.RECEIVED)
    operations.record_check(work, other.id, BUSY, [], by=BY, now=now)
    assert work.files.get(other.id).status is FileStatus.REFUSED


def test_asking_twice_checks_once(work, submission, now):
    a_checked_file(work, submission)
    checking_again.check_again(work, submission.id, by=BY, now=now)
    with pytest.raises(Conflict, match="уже ждёт проверки"):
        checking_again.check_again(work, submission.id, by=BY, now=now)
    assert len(work.files.of(submission.id)) == 1


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (SubmissionStatus.RETURNED, "ещё у автора"),
        (SubmissionStatus.WITHDRAWN, "отозван"),
        (SubmissionStatus.CHECKED, "принятого файла нет"),
    ],
)
def test_where_nothing_can_be_checked_it_is_said(work, submission, now, status, reason):
    work.submissions.save(submission.model_copy(update={"status": status}))
    with pytest.raises(Conflict, match=reason):
        checking_again.check_again(work, submission.id, by=BY, now=now)
