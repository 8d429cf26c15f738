"""Works, their files, assignments and reviews as the sweeps ask for them."""

import subprocess
import sys
from datetime import timedelta

import builders
import pytest
from together import in_threads

from schemas.assignment import HELD, AssignmentStatus, Plan, PlanStatus
from schemas.errors import NotFound
from schemas.submission import FileStatus, SubmissionFile, SubmissionStatus
from storage.identifiers import new_id

pytestmark = pytest.mark.both_databases

CLAIM_ALL = """
import sys
from datetime import datetime
from pathlib import Path
from schemas.settings import Settings
from storage.installation import open_installation

opened = open_installation(Settings(data=Path(sys.argv[1]), database_url=sys.argv[2]))
now = datetime.fromisoformat(sys.argv[3])
waiting = True
while waiting:
    with opened.begin() as work:
        waiting = work.files.unchecked(now=now, limit=2)
        mine = [file for file in waiting if work.files.claim(file, now=now, minutes=5)]
    print(*(file.id for file in mine), sep="\\n")
"""


@pytest.fixture
def home(work):
    return builders.a_municipality(work, builders.a_cluster(work))


@pytest.fixture
def marathon(work, home):
    return builders.a_marathon(work)


def a_file(work, submission, **changes):
    facts = {
        "id": new_id(),
        "submission_id": submission.id,
        "marathon_id": submission.marathon_id,
        "name": "работа.docx",
        "sha256": new_id(),
        "size": 10,
        "uploaded_at": builders.NOW,
    }
    return work.files.add(SubmissionFile(**facts | changes))


def waiting_files(installation, count):
    with installation.begin() as work:
        home = builders.a_municipality(work, builders.a_cluster(work))
        submission = builders.a_submission(work, builders.a_marathon(work), home)
        return {a_file(work, submission).id for _ in range(count)}


def test_file_is_claimed_by_one_of_many_threads(installation, now):
    wanted = waiting_files(installation, 6)

    def claim(_number):
        with installation.begin() as work:
            waiting = work.files.unchecked(now=now, limit=20)
            return [file.id for file in waiting if work.files.claim(file, now=now, minutes=5)]

    claimed = [identifier for some in in_threads(4, claim) for identifier in some]

    assert sorted(claimed) == sorted(wanted)


def test_files_a_dead_run_had_claimed_are_given_back(installation, now):
    wanted = waiting_files(installation, 2)
    with installation.begin() as work:
        for file in work.files.unchecked(now=now, limit=20):
            assert work.files.claim(file, now=now, minutes=5)
        assert work.files.unchecked(now=now, limit=20) == []

        assert work.files.release_claims() == len(wanted)

        assert {file.id for file in work.files.unchecked(now=now, limit=20)} == wanted


def test_files_are_shared_out_between_processes_without_doubles(installation, database, now):
    wanted = waiting_files(installation, 30)
    command = [
        sys.executable,
        "-c",
        CLAIM_ALL,
        str(installation.settings.data),
        database,
        now.isoformat(),
    ]

    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    claimed = [word for process in running for word in process.communicate()[0].split()]

    assert all(process.returncode == 0 for process in running)
    assert sorted(claimed) == sorted(wanted)


def test_claim_that_ran_out_is_free_again(work, home, marathon, now):
    file = a_file(work, builders.a_submission(work, marathon, home))

    assert work.files.claim(file, now=now, minutes=5)
    assert work.files.unchecked(now=now + timedelta(minutes=4), limit=9) == []
    assert not work.files.claim(file, now=now + timedelta(minutes=4), minutes=5)
    assert work.files.claim(file, now=now + timedelta(minutes=5), minutes=5)


@pytest.mark.parametrize("status", sorted(set(FileStatus) - {FileStatus.RECEIVED}))
def test_checked_file_is_never_claimed(work, home, marathon, now, status):
    file = a_file(work, builders.a_submission(work, marathon, home), status=status)

    assert not work.files.claim(file, now=now, minutes=5)
    assert work.files.unchecked(now=now, limit=9) == []


def test_numbers_of_works_started_at_once_have_no_doubles_and_no_gaps(installation):
    with installation.begin() as work:
        home = builders.a_municipality(work, builders.a_cluster(work))
        marathon = builders.a_marathon(work)

    def start(_number):
        with installation.begin() as work:
            return builders.a_submission(work, marathon, home).number

    assert sorted(in_threads(5, start)) == [1, 2, 3, 4, 5]


def test_numbers_begin_anew_in_every_marathon(work, home, marathon):
    builders.a_submission(work, marathon, home)
    second = builders.a_marathon(work, title="Марафон другого года")

    assert builders.a_submission(work, second, home).number == 1
    assert work.submissions.by_number(marathon.id, 1).marathon_id == marathon.id
    with pytest.raises(NotFound):
        work.submissions.by_number(marathon.id, 2)


def test_search_folds_case_and_yo_and_treats_signs_as_signs(work, home, marathon):
    found = builders.a_submission(work, marathon, home, title="Ёлка: 100% успеха_2")
    builders.a_submission(work, marathon, home, title="Другая работа 1000")

    for words in ("елка", "УСПЕХА", "100%", "успеха_2", "ёлка математика"):
        assert work.submissions.search(marathon.id, words) == [found]
    assert work.submissions.search(marathon.id, "елка химия") == []


def test_counts_by_status_add_up(work, home, marathon):
    for status in (SubmissionStatus.DRAFT, SubmissionStatus.DRAFT, SubmissionStatus.CHECKED):
        builders.a_submission(work, marathon, home, status=status)

    assert work.submissions.counts(marathon.id) == {
        SubmissionStatus.DRAFT: 2,
        SubmissionStatus.CHECKED: 1,
    }


def test_assignments_that_stand_are_those_from_proposed_to_submitted(work, home, marathon):
    submission = builders.a_submission(work, marathon, home)
    for status in AssignmentStatus:
        expert = builders.an_expert(work, home)
        builders.an_assignment(work, submission, expert, status=status)

    assert {item.status for item in work.assignments.held(marathon.id)} == HELD


def test_conflict_declared_twice_is_one_conflict(work, home, marathon):
    submission = builders.a_submission(work, marathon, home)
    expert = builders.an_expert(work, home)
    for _ in range(2):
        work.conflicts.declare(submission.id, expert.id, "declared")

    assert work.conflicts.pairs(marathon.id) == [(submission.id, expert.id)]


def test_sent_reviews_are_counted_and_drafts_are_not(work, home, marathon):
    submission = builders.a_submission(work, marathon, home)
    sent = builders.a_sent_review(work, submission, builders.an_expert(work, home))
    builders.a_sent_review(
        work, submission, builders.an_expert(work, home), submitted_at=None, score=None
    )

    assert work.reviews.sent(marathon.id) == [sent]
    assert work.reviews.sent_about(submission.id) == [sent]
    assert work.reviews.sent_counts([submission.id, "other"]) == {submission.id: 1}
    assert work.reviews.of_assignment(sent.assignment_id) == sent


def test_newest_proposed_plan_is_the_one_that_waits(work, marathon, now):
    plans = [
        work.plans.add(
            Plan(
                id=new_id(),
                marathon_id=marathon.id,
                made_at=now + timedelta(minutes=minute),
                problem={},
                result={"pairs": [["s", "e", 0.5]]},
            )
        )
        for minute in range(2)
    ]

    assert work.plans.proposed(marathon.id) == plans[-1]
    for plan in plans:
        work.plans.save(plan.model_copy(update={"status": PlanStatus.APPLIED}))
    assert work.plans.proposed(marathon.id) is None
