"""One transaction: all of it or nothing, and a rehearsal that leaves no trace."""

import builders
import pytest
from contents import contents, counts

from schemas.submission import SubmissionStatus

pytestmark = pytest.mark.both_databases


def a_move(work):
    home = builders.a_municipality(work, builders.a_cluster(work))
    draft = builders.a_submission(
        work, builders.a_marathon(work), home, status=SubmissionStatus.DRAFT
    )
    work.submissions.move(
        draft, to=SubmissionStatus.SUBMITTED, by=builders.SYSTEM, now=builders.NOW
    )


def test_status_journal_letter_and_run_are_written_together(installation):
    with installation.begin() as work:
        a_move(work)

    found = counts(installation)
    assert found["journal"] == found["notice"] == found["run"] == found["submission"] == 1


def test_none_of_them_is_written_when_the_transaction_fails(installation):
    before = contents(installation)

    with pytest.raises(RuntimeError), installation.begin() as work:
        a_move(work)
        raise RuntimeError

    assert contents(installation) == before


def test_rehearsal_leaves_no_trace(installation):
    before = contents(installation)

    with installation.begin() as work:
        a_move(work)
        work.forget()

    assert contents(installation) == before
