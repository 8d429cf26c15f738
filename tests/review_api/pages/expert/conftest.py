"""One expert with assignments and a browser signed in, as the tests of these pages need it."""

from datetime import timedelta

import builders
import pytest
from builders import NOW

from schemas.assignment import AssignmentStatus
from schemas.marathon import Phase
from schemas.submission import SubmissionStatus


class Desk:
    """One expert with assignments, a browser signed in, and the rows behind the pages."""

    def __init__(self, installation, signed_in):
        self.installation = installation
        with installation.begin() as work:
            cluster = builders.a_cluster(work)
            home, away, self.third = builders.members(work, cluster)[:3]
            self.away = away
            self.marathon = builders.a_marathon(
                work, cluster, phase=Phase.EXPERTISE, reviews_until=NOW + timedelta(days=10)
            )
            self.expert = builders.an_expert(work, home)
            self.person = work.people.get(self.expert.person_id)
        self.browser = signed_in(self.person)

    def assign(self, status=AssignmentStatus.ACCEPTED, *, days=5, **changes):
        facts = {"status": SubmissionStatus.IN_REVIEW} | changes
        with self.installation.begin() as work:
            submission = builders.a_submission(work, self.marathon, self.away, **facts)
            due = NOW + timedelta(days=days)
            return builders.an_assignment(
                work, submission, self.expert, status=status, due_at=due, answer_until=due
            )

    def now(self, item):
        with self.installation.begin() as work:
            return work.assignments.get(item.id)

    def review(self, item):
        with self.installation.begin() as work:
            return work.reviews.of_assignment(item.id)

    def close(self):
        with self.installation.begin() as work:
            work.marathons.save(
                self.marathon.model_copy(update={"reviews_until": NOW - timedelta(1)})
            )

    def get(self, item=None, step=""):
        return self.browser.get(address(item, step))

    def post(self, item, step, data=None, **options):
        return self.browser.post(address(item, step), data=data or {}, **options)


def address(item=None, step=""):
    return f"/expert/assignments/{item.id}{step and '/'}{step}" if item else "/expert"


@pytest.fixture
def desk(installation, signed_in):
    return Desk(installation, signed_in)
