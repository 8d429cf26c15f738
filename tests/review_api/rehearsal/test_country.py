"""The made-up country is what the stages would have left, and its people act as pages do."""

import builders
import pytest

from flows.assignment import operations as assignment
from review_api.rehearsal import country, people
from review_api.rehearsal.country import Size
from schemas.marathon import Phase
from schemas.submission import Derivative, DerivativeKind, FileStatus, SubmissionFile

SIZE = Size(works=12, experts=9, printed=4)


@pytest.fixture
def settled(installation, now):
    return country.settle(installation, SIZE, now=people.now())


def a_read_work(installation, settled):
    """A work as the check of its file leaves it; its id."""
    country.add_checked_works(installation, settled, SIZE, [0], models=(), now=people.now())
    with installation.begin() as work:
        [one] = work.submissions.of_marathon(settled.marathon)
        facts = {"id": "model", "submission_id": one.id, "marathon_id": settled.marathon}
        work.files.add(
            SubmissionFile(
                **facts,
                name="Практика.docx",
                sha256="a" * 64,
                size=10,
                status=FileStatus.ACCEPTED,
                uploaded_at=builders.NOW,
            )
        )
        work.derivatives.add(
            Derivative(id="text", file_id="model", kind=DerivativeKind.TEXT, sha256="b" * 64)
        )
    return one.id


@pytest.fixture
def filled(installation, settled):
    model = a_read_work(installation, settled)
    numbers = range(1, SIZE.works)
    country.add_checked_works(
        installation, settled, SIZE, numbers, models=[model], now=people.now()
    )
    return settled


@pytest.mark.both_databases
def test_every_work_has_a_file_of_its_own_and_what_was_made_of_it(installation, filled):
    with installation.begin(read_only=True) as work:
        works = work.submissions.of_marathon(filled.marathon)
        files = [file for one in works for file in work.files.of(one.id)]
        assert len(works) == len({file.id for file in files}) == SIZE.works
        assert all(work.derivatives.of(file.id, DerivativeKind.TEXT) for file in files)


@pytest.mark.both_databases
def test_only_so_many_works_may_be_printed_as_was_asked(installation, filled):
    with installation.begin(read_only=True) as work:
        works = work.submissions.of_marathon(filled.marathon)
    assert sum(not one.withheld for one in works) == SIZE.printed


@pytest.mark.both_databases
def test_reviews_put_in_at_once_look_like_those_sent_one_by_one(installation, filled):
    people.move_on(installation, filled, Phase.EXPERTISE)
    with installation.begin() as work:
        assignment.propose(work, filled.marathon, now=people.now())
    assert people.apply_plan(installation, filled) == SIZE.works * SIZE.reviews
    people.write_reviews(installation, filled, entered=1)
    with installation.begin(read_only=True) as work:
        items = work.assignments.of_marathon(filled.marathon)
        sent = {one.assignment_id: one for one in work.reviews.sent(filled.marathon)}
        letters = [work.notices.about("assignment", one.id) for one in items]
    assert sent.keys() == {one.id for one in items}
    assert {one.status.value for one in items} == {"submitted"}
    assert len({tuple(sorted(one.template for one in some)) for some in letters}) == 1
    assert all(review.score is not None for review in sent.values())
