"""Taking materials in: what is refused, what is said, and that nothing half-done is written."""

from datetime import timedelta

import builders
import pytest
from contents import contents
from together import in_threads

from flows.intake import operations
from schemas.assignment import AssignmentStatus
from schemas.errors import BadInput, Conflict, DeadlinePassed
from schemas.extraction import Extraction
from schemas.marathon import Phase
from schemas.people import Actor
from schemas.submission import (
    Children,
    ConsentKind,
    FileStatus,
    SubmissionDraft,
    SubmissionStatus,
)
from storage.files import Stored

pytestmark = pytest.mark.both_databases

OK = Extraction(file="работа.docx", status="ok", kind="docx", seconds=0.1)
DAMAGED = Extraction(file="работа.docx", status="rejected", reason="damaged", seconds=0.1)
SWEEP = Actor(part="check_new_submissions")
ALL = tuple(ConsentKind)


@pytest.fixture
def open_at():
    """A moment while materials are taken in."""
    return builders.NOW - timedelta(days=60)


@pytest.fixture
def home(work):
    return builders.a_municipality(work, builders.a_cluster(work))


@pytest.fixture
def marathon(work, home):
    return builders.a_marathon(work, phase=Phase.INTAKE)


@pytest.fixture
def teacher(work):
    return builders.a_person(work)


def complete_draft(teacher, home, **changes):
    facts = {
        "title": "Дроби по карточке",
        "abstract": "Как устроена практика.",
        "track": 1,
        "authors": (builders.an_author(teacher, home),),
        "children": Children.NONE,
    }
    return SubmissionDraft(**facts | changes)


def a_started(work, marathon, teacher, home, now):
    """A complete draft with a file, not sent yet."""
    by = Actor(person_id=teacher.id)
    started = operations.start(work, marathon_id=marathon.id, owner_id=teacher.id, now=now)
    operations.save_draft(work, started.id, complete_draft(teacher, home), by=by, now=now)
    operations.give_consents(work, started.id, ALL, text_version="1", now=now)
    upload(work, started.id, by, now)
    return work.submissions.get(started.id), by


def upload(work, submission_id, by, now, sha256="a" * 64):
    return operations.add_file(
        work,
        submission_id,
        name="C:\\Работы\\работа.docx",
        stored=Stored(sha256=sha256, size=9),
        by=by,
        now=now,
    )


@pytest.fixture
def started(work, marathon, teacher, home, open_at):
    return a_started(work, marathon, teacher, home, open_at)


@pytest.fixture
def sent(work, started, open_at):
    submission, by = started
    return operations.submit(work, submission.id, by=by, now=open_at), by


def checked(work, submission_id, verdict, now):
    [file] = operations.claim_files(work, now=now)
    return operations.record_check(work, file.id, verdict, [], by=SWEEP, now=now)


def test_material_goes_from_draft_to_checked(work, sent, open_at):
    submission, _ = sent

    assert checked(work, submission.id, OK, open_at).status is SubmissionStatus.CHECKED
    assert work.files.of(submission.id)[-1].name == "работа.docx"
    assert [one.template for one in work.notices.all()] == ["submission_received"]


def test_sending_twice_is_sending_once(work, sent, open_at):
    submission, by = sent

    again = operations.submit(work, submission.id, by=by, now=open_at + timedelta(seconds=1))

    assert again == submission
    assert work.notices.count() == 1


@pytest.mark.parametrize(
    ("empty", "words"),
    [
        ({"title": " "}, "название"),
        ({"abstract": ""}, "аннотацию"),
        ({"track": None}, "направление"),
        ({"authors": ()}, "автора"),
        ({"children": Children.UNANSWERED}, "дет"),
    ],
)
def test_incomplete_material_is_refused_and_says_what_is_missing(
    work, started, teacher, home, open_at, empty, words
):
    submission, by = started
    draft = complete_draft(teacher, home, **empty)
    operations.save_draft(work, submission.id, draft, by=by, now=open_at)

    with pytest.raises(BadInput) as refusal:
        operations.submit(work, submission.id, by=by, now=open_at)

    assert words in refusal.value.sentence
    assert work.submissions.get(submission.id).status is SubmissionStatus.DRAFT
    assert work.notices.count() == 0


def test_material_without_a_file_or_consent_is_refused(work, marathon, teacher, home, open_at):
    by = Actor(person_id=teacher.id)
    draft = operations.start(work, marathon_id=marathon.id, owner_id=teacher.id, now=open_at)
    operations.save_draft(work, draft.id, complete_draft(teacher, home), by=by, now=open_at)

    with pytest.raises(BadInput) as refusal:
        operations.submit(work, draft.id, by=by, now=open_at)

    assert "файл" in refusal.value.sentence
    assert "согласие" in refusal.value.sentence


def test_sent_material_cannot_be_emptied_again(work, sent, teacher, home, open_at):
    submission, by = sent

    with pytest.raises(BadInput):
        operations.save_draft(work, submission.id, SubmissionDraft(), by=by, now=open_at)
    with pytest.raises(BadInput):
        operations.give_consents(work, submission.id, (), text_version="1", now=open_at)

    assert work.submissions.get(submission.id) == submission


def test_material_after_the_deadline_is_refused_but_grace_is_kept(work, started, marathon):
    submission, by = started
    late = marathon.submissions_until + timedelta(minutes=3)

    with pytest.raises(DeadlinePassed) as refusal:
        operations.submit(work, submission.id, by=by, now=late)

    assert "Черновик сохранён" in refusal.value.sentence
    sent = operations.submit(work, submission.id, by=by, now=late, grace_minutes=5)
    assert sent.status is SubmissionStatus.SUBMITTED


def test_material_in_another_phase_is_refused(work, started, marathon, open_at):
    submission, by = started
    work.marathons.save(marathon.model_copy(update={"phase": Phase.EXPERTISE}))

    with pytest.raises(DeadlinePassed):
        operations.submit(work, submission.id, by=by, now=open_at)


def test_returned_material_may_come_in_after_the_deadline(work, sent, marathon, open_at):
    submission, by = sent
    checked(work, submission.id, DAMAGED, open_at)
    assert work.submissions.get(submission.id).status is SubmissionStatus.RETURNED
    late = marathon.submissions_until + timedelta(days=2)

    upload(work, submission.id, by, late, sha256="b" * 64)
    again = operations.submit(work, submission.id, by=by, now=late)

    assert checked(work, again.id, OK, late).status is SubmissionStatus.CHECKED


def test_new_file_of_a_checked_material_has_to_be_checked_too(work, sent, open_at):
    submission, by = sent
    checked(work, submission.id, OK, open_at)

    upload(work, submission.id, by, open_at, sha256="b" * 64)
    assert work.submissions.get(submission.id).status is SubmissionStatus.SUBMITTED

    assert checked(work, submission.id, DAMAGED, open_at).status is SubmissionStatus.RETURNED


def test_same_bytes_again_are_the_same_file(work, started, open_at):
    submission, by = started
    before = work.files.of(submission.id)

    upload(work, submission.id, by, open_at + timedelta(minutes=1))

    assert work.files.of(submission.id) == before


def test_earlier_file_is_kept_but_does_not_count(work, started, open_at):
    submission, by = started
    first = work.files.of(submission.id)[0]
    second = upload(work, submission.id, by, open_at, sha256="b" * 64)

    assert work.files.of(submission.id) == [second]
    assert work.files.get(first.id).status is FileStatus.REPLACED


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\я\\работа.docx", "работа.docx"),
        ("а\u202eб\x00.pdf", "аб.pdf"),
        (" ... ", "материал"),
        ("я" * 300 + ".pdf", "я" * 251 + ".pdf"),
    ],
)
def test_file_name_is_a_label_and_never_a_path(given, kept):
    assert operations.clean_name(given) == kept


def test_unknown_track_is_refused(work, started, teacher, home, open_at):
    submission, by = started

    with pytest.raises(BadInput) as refusal:
        draft = complete_draft(teacher, home, track=9)
        operations.save_draft(work, submission.id, draft, by=by, now=open_at)

    assert refusal.value.field == "track"


def test_older_tab_cannot_overwrite_a_newer_one(work, started, teacher, home, open_at):
    submission, by = started
    opened = work.submissions.get(submission.id).version
    newer = complete_draft(teacher, home, title="Новое")
    operations.save_draft(work, submission.id, newer, by=by, now=open_at, version=opened)

    with pytest.raises(Conflict):
        older = complete_draft(teacher, home, title="Старое")
        operations.save_draft(work, submission.id, older, by=by, now=open_at, version=opened)

    assert work.submissions.get(submission.id).title == "Новое"


def test_checking_sweep_run_twice_changes_nothing_the_second_time(
    installation, work, sent, open_at
):
    [_] = work.submissions.all()
    [file] = operations.claim_files(work, now=open_at)
    operations.record_check(work, file.id, OK, [], by=SWEEP, now=open_at)
    work.session.commit()
    before = contents(installation)

    assert operations.claim_files(work, now=open_at) == []
    operations.record_check(work, file.id, DAMAGED, [], by=SWEEP, now=open_at)
    assert operations.move_checked(work, by=SWEEP, now=open_at) == 0
    work.session.commit()

    assert contents(installation) == before


def test_check_begun_twice_is_recorded_once(installation, open_at):
    with installation.begin() as work:
        home = builders.a_municipality(work, builders.a_cluster(work))
        marathon = builders.a_marathon(work, phase=Phase.INTAKE)
        submission, by = a_started(work, marathon, builders.a_person(work), home, open_at)
        operations.submit(work, submission.id, by=by, now=open_at)
        [file] = operations.claim_files(work, now=open_at)

    def record(_number):
        with installation.begin() as work:
            return operations.record_check(work, file.id, OK, [], by=SWEEP, now=open_at).status

    results = in_threads(3, record)

    with installation.begin(read_only=True) as work:
        moves = [entry.details["to"] for entry in work.journal.about(submission.id)[1:]]
        assert moves == ["submitted", "checked"]
    assert SubmissionStatus.CHECKED in results


def test_withdrawing_lets_the_experts_go_and_is_final(work, sent, home, open_at):
    submission, by = sent
    statuses = (AssignmentStatus.INVITED, AssignmentStatus.IN_PROGRESS, AssignmentStatus.SUBMITTED)
    for status in statuses:
        builders.an_assignment(work, submission, builders.an_expert(work, home), status=status)

    operations.withdraw(work, submission.id, by=by, now=open_at, reason="передумала")

    left = [item.status for item in work.assignments.of_submission(submission.id)]
    assert sorted(left) == ["replaced", "replaced", "submitted"]
    gone = work.submissions.get(submission.id)
    assert operations.withdraw(work, submission.id, by=by, now=open_at) == gone
    with pytest.raises(Conflict):
        operations.submit(work, submission.id, by=by, now=open_at)


def test_a_material_in_place_of_a_withdrawn_one_comes_under_the_same_limits(
    work, sent, marathon, teacher, home, open_at
):
    old, by = sent
    again, _ = a_started(work, marathon, teacher, home, open_at)
    operations.withdraw(work, old.id, by=by, now=open_at)
    late = marathon.submissions_until + timedelta(minutes=1)

    for submission in (old, again):
        with pytest.raises(Conflict):
            operations.submit(work, submission.id, by=by, now=late)
    same = operations.start(
        work, marathon_id=marathon.id, owner_id=teacher.id, now=open_at, draft_id=old.id
    )
    assert same.status is SubmissionStatus.WITHDRAWN
    assert again.number > old.number


def test_authors_with_an_address_become_people_once(work, started, teacher, home, open_at):
    submission, by = started
    second = builders.an_author(teacher, home, name="Соавторова Инна", person_id=None)
    second = second.model_copy(update={"email": "INNA@example.ru"})
    authors = (builders.an_author(teacher, home), second)
    draft = complete_draft(teacher, home, authors=authors)
    operations.save_draft(work, submission.id, draft, by=by, now=open_at)

    sent = operations.submit(work, submission.id, by=by, now=open_at)

    assert sent.authors[1].person_id == work.people.by_email("inna@example.ru").id
