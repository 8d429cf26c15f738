"""What keeps a teacher's material whole: advice for drafts, fresh copies, sending once."""

from datetime import timedelta

import builders
import pytest

from flows.intake import operations, rules
from schemas.errors import Conflict
from schemas.extraction import Extraction, RejectCode
from schemas.marathon import Phase
from schemas.people import Actor
from schemas.submission import FileStatus, SubmissionDraft, SubmissionStatus

OK = Extraction(file="a.docx", status="ok")
SWEEP = Actor(part="test")


@pytest.fixture
def marathon(work, now):
    cluster = builders.a_cluster(work)
    builders.members(work, cluster)
    return builders.a_marathon(
        work,
        cluster,
        phase=Phase.INTAKE,
        submissions_until=now + timedelta(days=5),
        reviews_until=now + timedelta(days=9),
    )


def a_file(work, installation, submission, now, content=b"one"):
    stored = installation.files.save_bytes(content)
    return operations.add_file(work, submission.id, name="a.docx", stored=stored, by=SWEEP, now=now)


def place(work):
    return work.municipalities.all()[0]


def test_files_of_drafts_are_checked_so_that_authors_get_advice(work, installation, marathon, now):
    draft = builders.a_submission(work, marathon, place(work), status=SubmissionStatus.DRAFT)
    file = a_file(work, installation, draft, now)
    assert [one.id for one in operations.claim_files(work, now=now)] == [file.id]
    operations.record_check(work, file.id, OK, (), by=SWEEP, now=now)
    assert work.files.get(file.id).status is FileStatus.ACCEPTED
    assert work.submissions.get(draft.id).status is SubmissionStatus.DRAFT


def test_a_new_file_of_a_checked_material_is_checked_before_experts_get_it(
    work, installation, marathon, now
):
    checked = builders.a_submission(work, marathon, place(work))
    file = a_file(work, installation, checked, now)
    assert work.submissions.get(checked.id).status is SubmissionStatus.SUBMITTED
    refused = OK.model_copy(update={"status": "rejected", "reason": RejectCode.DAMAGED})
    operations.record_check(work, file.id, refused, (), by=SWEEP, now=now)
    assert work.submissions.get(checked.id).status is SubmissionStatus.RETURNED


def test_the_same_bytes_again_change_nothing(work, installation, marathon, now):
    draft = builders.a_submission(work, marathon, place(work), status=SubmissionStatus.DRAFT)
    first = a_file(work, installation, draft, now)
    assert a_file(work, installation, draft, now) == first


def test_after_the_deadline_sent_material_stays_as_it_is(work, marathon, now):
    sent = builders.a_submission(work, marathon, place(work))
    late = now + timedelta(days=6)
    draft = SubmissionDraft(title="Позже")
    with pytest.raises(Conflict) as refused:
        operations.save_draft(work, sent.id, draft, by=SWEEP, now=late)
    assert "Приём материалов закончен" in refused.value.sentence


def test_the_mark_of_a_copy_changes_with_every_name_it_must_hide():
    marks = {
        rules.mark_of_hidden(title, names)
        for title in ("А", "Б")
        for names in ((), ("В",), ("В", "Г"))
    }
    assert len(marks) == 6
