"""A sent file is opened by nothing before the virus scanner, and what it found is given to nobody."""

import logging
from datetime import timedelta
from io import BytesIO

import builders
import pytest
import scanners
from docx import Document as WordDocument

from flows.accounts import personal_data
from flows.compilation import operations as compilation
from flows.intake import checking_again, operations, restoring
from flows.intake.flow import Fate, check_one, told
from flows.notices.stuck import unscanned
from schemas.marathon import Phase
from schemas.people import Actor
from schemas.scanning import ScanVerdict
from schemas.submission import DerivativeKind, FileStatus, SubmissionStatus

BY = Actor(part="test")
LATER = timedelta(minutes=operations.CLAIM_MINUTES + 1)


@pytest.fixture
def wire(opened, monkeypatch):
    """A scanner that the flows ask, and that the test tells what to say."""
    with scanners.wire() as server:
        monkeypatch.setenv("MARATHON_SCANNER", server.address)
        yield server


@pytest.fixture
def required(monkeypatch):
    monkeypatch.setenv("MARATHON_SCANNER_REQUIRED", "true")


@pytest.fixture
def send(opened, now):
    """``send(content, status=…)``: a work with one file that waits; gives both."""

    def sent(content, *, status=SubmissionStatus.SUBMITTED, name="урок.docx"):
        stored = opened.files.save_bytes(content)
        with opened.begin() as work:
            place = builders.a_municipality(work, builders.a_cluster(work))
            dates = {"submissions_until": now + LATER, "reviews_until": now + 2 * LATER}
            marathon = builders.a_marathon(work, phase=Phase.INTAKE, **dates)
            one = builders.a_submission(work, marathon, place, status=status)
            file = operations.add_file(work, one.id, name=name, stored=stored, by=BY, now=now)
        return one.id, file.id

    return sent


def paper():
    document = WordDocument()
    document.add_paragraph("Урок, на котором ученики сами ищут ошибку в рассуждении.")
    content = BytesIO()
    document.save(content)
    return content.getvalue()


def seen(opened, submission_id):
    """The work and its file as they are now."""
    with opened.begin(read_only=True) as work:
        return work.submissions.get(submission_id), work.files.of(submission_id)[-1]


def look_again(opened, submission_id, now):
    """The organiser's «Проверить файл заново», up to the verdict."""
    with opened.begin() as work:
        checking_again.check_again(work, submission_id, by=BY, now=now)
        [file] = operations.claim_files(work, now=now)
    return check_one(file.id)


def put_with_experts(opened, submission_id, now):
    with opened.begin() as work:
        one = work.submissions.get(submission_id)
        work.submissions.move(one, to=SubmissionStatus.IN_REVIEW, by=BY, now=now)


def test_virus_named_as_a_document_is_refused_before_anything_opens_it(
    opened, wire, send, now, caplog
):
    submission_id, file_id = send(scanners.EICAR)
    with caplog.at_level(logging.INFO, logger="marathon"):
        assert check_one(file_id) is Fate.REFUSED
    one, file = seen(opened, submission_id)
    assert file.extraction.reason == "virus", "no parser said «unsupported_type»"
    assert (file.status, file.scan, file.virus) == ("refused", "virus", "Eicar-Test")
    assert one.status is SubmissionStatus.RETURNED
    with opened.begin(read_only=True) as work:
        assert [letter.template for letter in work.notices.all()] == ["file_refused"]
        assert "virus_found" in [entry.action for entry in work.journal.about(file_id)]
        assert not any(work.derivatives.of(file_id, kind) for kind in DerivativeKind)
        assert work.files.virus_in(file.sha256) == "Eicar-Test"
    assert caplog.messages == [f"file {file_id}: a virus was found"]
    assert opened.files.existing(file.sha256), "kept for the administrator"


def test_clean_file_is_read_as_ever(opened, wire, send):
    submission_id, file_id = send(paper())
    assert check_one(file_id) is Fate.ACCEPTED
    one, file = seen(opened, submission_id)
    assert (one.status, file.scan) == (SubmissionStatus.CHECKED, ScanVerdict.CLEAN)
    assert not file.is_unscanned


def test_without_a_scanner_nothing_is_said_of_it(opened, send):
    submission_id, file_id = send(paper())
    assert check_one(file_id) is Fate.ACCEPTED
    _, file = seen(opened, submission_id)
    assert (file.scan, file.scanned_at, file.is_unscanned) == (None, None, False)


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [(b"", ScanVerdict.NO_ANSWER), (scanners.TOO_LONG, ScanVerdict.TOO_LONG)],
)
def test_silent_scanner_keeps_nobody_and_organisers_are_told(opened, wire, send, answer, verdict):
    wire.says(answer)
    submission_id, file_id = send(paper())
    assert check_one(file_id) is Fate.ACCEPTED
    one, file = seen(opened, submission_id)
    assert (file.scan, file.is_unscanned) == (verdict, True)
    with opened.begin(read_only=True) as work:
        assert unscanned(work, work.marathons.get(one.marathon_id), builders.NOW) == 1


@pytest.mark.usefixtures("required")
def test_required_scanner_is_waited_for(opened, wire, send, now):
    wire.says(b"")
    submission_id, file_id = send(scanners.EICAR)
    with opened.begin() as work:
        operations.claim_files(work, now=now)
    assert check_one(file_id) is Fate.WAITING
    one, file = seen(opened, submission_id)
    assert (file.status, file.is_unscanned) == (FileStatus.RECEIVED, True)
    assert one.status is SubmissionStatus.SUBMITTED
    with opened.begin() as work:
        assert operations.claim_files(work, now=now) == []
        [again] = operations.claim_files(work, now=now + LATER)
    wire.answer = wire.finds
    assert check_one(again.id) is Fate.REFUSED


def test_run_says_how_many_files_wait_for_the_scanner():
    counts = {"checked": 2, "accepted": 1, "waiting": 0}
    assert "антивируса" not in told(counts)
    assert told(counts | {"waiting": 3}).endswith("ждут антивируса: 3")


def test_virus_found_later_sends_a_checked_work_back(opened, wire, send, now):
    submission_id, file_id = send(paper())
    assert check_one(file_id) is Fate.ACCEPTED
    wire.says(b"stream: Later-Known FOUND\0")
    assert look_again(opened, submission_id, now) is Fate.REFUSED
    one, file = seen(opened, submission_id)
    assert (one.status, file.status) == (SubmissionStatus.RETURNED, FileStatus.REFUSED)
    with opened.begin() as work:
        assert "file_refused" in [letter.template for letter in work.notices.all()]
        assert restoring.former_file(work, submission_id) is None, "the same bytes"


def test_experts_go_on_with_the_rebuilt_copy_when_the_original_is_closed(opened, wire, send, now):
    submission_id, file_id = send(paper())
    assert check_one(file_id) is Fate.ACCEPTED
    put_with_experts(opened, submission_id, now)
    wire.says(b"stream: Later-Known FOUND\0")
    assert look_again(opened, submission_id, now) is Fate.REFUSED
    one, file = seen(opened, submission_id)
    assert (one.status, file.status) == (SubmissionStatus.IN_REVIEW, FileStatus.ACCEPTED)
    assert (file.scan, file.virus) == (ScanVerdict.VIRUS, "Later-Known")
    with opened.begin(read_only=True) as work:
        assert work.derivatives.of(file.id, DerivativeKind.BLIND_PDF)
        assert "virus_found" in [entry.action for entry in work.journal.about(file.id)]
        assert work.files.virus_in(file.sha256) == "Later-Known"
        as_is = one.model_copy(update={"print_as_is": True})
        pdf = file.extraction.model_copy(update={"kind": "pdf"})
        as_pdf = file.model_copy(update={"extraction": pdf})
        assert not compilation.may_print_original(work, as_is, as_pdf)


def test_same_bytes_stay_closed_while_the_scanner_is_silent(opened, wire, send):
    first, file_id = send(scanners.EICAR)
    check_one(file_id)
    wire.says(b"")
    second, file_id = send(scanners.EICAR)
    assert check_one(file_id) is Fate.REFUSED
    for submission_id in (first, second):
        assert seen(opened, submission_id)[1].virus == "Eicar-Test"


def test_false_alarm_ends_with_the_same_bytes_sent_again(opened, wire, send, now):
    content = paper()
    wire.says(b"stream: False-Alarm FOUND\0")
    submission_id, file_id = send(content)
    assert check_one(file_id) is Fate.REFUSED
    wire.says(b"stream: OK\0")
    with opened.begin() as work:
        stored = opened.files.save_bytes(content)
        again = operations.add_file(
            work, submission_id, name="урок.docx", stored=stored, by=BY, now=now + LATER
        )
    assert again.id != file_id
    assert check_one(again.id) is Fate.ACCEPTED
    with opened.begin(read_only=True) as work:
        assert work.files.virus_in(again.sha256) is None


def test_archive_of_ones_own_data_leaves_the_file_out(opened, wire, send, now):
    submission_id, file_id = send(scanners.EICAR)
    check_one(file_id)
    one, _ = seen(opened, submission_id)
    with opened.begin(read_only=True) as work:
        owner = work.people.get(one.owner_id)
        assert personal_data.collect(work, owner, now=now).files == ()
