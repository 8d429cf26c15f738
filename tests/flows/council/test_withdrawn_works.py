"""The council is never asked about works that are not there any more."""

from builders import a_cluster, a_decided_work, a_decision, a_marathon, a_submission, members

from flows.council import operations
from schemas.submission import SubmissionStatus


def test_withdrawn_work_is_neither_put_to_the_vote_nor_counted(work):
    places = members(work, a_cluster(work))
    marathon = a_marathon(work)
    waiting = {"status": "proposed", "outcome": "council", "publication": True, "live": True}
    a_decided_work(work, marathon, places[0], status=SubmissionStatus.WITHDRAWN, decision=waiting)

    assert operations.disputed(work, marathon.id) == []
    counted = operations.summary(work, marathon.id)
    assert (counted.live, counted.published) == (0, 0)


def test_work_revised_and_decided_again_is_counted_once(work):
    places = members(work, a_cluster(work))
    marathon = a_marathon(work)
    one = a_submission(work, marathon, places[0], round=2)
    for number in (1, 2):
        a_decision(work, one, round=number)

    counted = operations.summary(work, marathon.id)

    assert (counted.live, counted.published) == (1, 1)
