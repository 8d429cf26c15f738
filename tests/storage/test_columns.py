"""Values come back from the database exactly as they went in."""

from datetime import UTC, datetime, timedelta, timezone

import builders
import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

from schemas.assignment import AssignmentStatus, DeclineReason
from schemas.marathon import AssignmentPolicy, Phase
from schemas.submission import Children, SubmissionStatus

pytestmark = pytest.mark.both_databases

IRKUTSK = timezone(timedelta(hours=8))


def stored(work, table, column):
    raw = work.session.connection().exec_driver_sql(f"SELECT {column} FROM {table}")  # noqa: S608
    return raw.scalar_one()


@pytest.fixture
def home(work):
    return builders.a_municipality(work, builders.a_cluster(work))


@pytest.fixture
def marathon(work, home):
    return builders.a_marathon(work)


@pytest.mark.parametrize("status", SubmissionStatus)
def test_submission_status_is_stored_by_its_value(work, home, marathon, status):
    builders.a_submission(work, marathon, home, status=status)

    assert stored(work, "submission", "status") == status.value


def test_enums_of_every_kind_are_stored_by_value(work, home, marathon):
    submission = builders.a_submission(work, marathon, home, children=Children.CONSENTED)
    builders.an_assignment(
        work,
        submission,
        builders.an_expert(work, home),
        status=AssignmentStatus.DECLINED,
        decline_reason=DeclineReason.NOT_NOW,
    )

    assert stored(work, "marathon", "phase") == Phase.PREPARATION.value
    assert stored(work, "submission", "children") == "consented"
    assert stored(work, "assignment", "status") == "declined"
    assert stored(work, "assignment", "decline_reason") == "not_now"


def test_value_outside_an_enum_is_refused(work, home, marathon):
    submission = builders.a_submission(work, marathon, home)

    with pytest.raises((sa.exc.StatementError, LookupError)):
        work.session.connection().execute(
            sa.update(SQLModel.metadata.tables["submission"])
            .where(SQLModel.metadata.tables["submission"].c.id == submission.id)
            .values(status="nonsense")
        )
    work.forget()


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 3, 24, 4, 0, 0, 123456, tzinfo=UTC),
        datetime(2026, 3, 24, 12, 0, tzinfo=IRKUTSK),
        datetime(2026, 1, 1, 0, 30, tzinfo=IRKUTSK),
    ],
)
def test_moments_come_back_as_the_same_instant_in_utc(work, home, marathon, moment):
    submission = builders.a_submission(work, marathon, home, submitted_at=moment)
    work.session.expire_all()

    read = work.submissions.get(submission.id).submitted_at

    assert read == moment
    assert read.utcoffset() == timedelta(0)


def test_moment_without_a_zone_is_refused(work, home, marathon):
    naive = datetime(2026, 3, 24, 4, 0)  # noqa: DTZ001

    with pytest.raises((ValueError, sa.exc.StatementError), match="zone"):
        builders.a_submission(work, marathon, home, submitted_at=naive)
    work.forget()


def test_shapes_come_back_as_the_same_frozen_values(work, home, marathon):
    policy = AssignmentPolicy(reviews=2, reminder_days=(7, 1, -2))
    changed = work.marathons.save(marathon.model_copy(update={"assignment": policy}))
    submission = builders.a_submission(work, marathon, home, keywords=("ёж", "«кавычки»", "a'b\"c"))
    work.session.expire_all()

    assert work.marathons.get(marathon.id) == changed
    assert work.marathons.get(marathon.id).assignment == policy
    assert work.submissions.get(submission.id) == submission


def test_whole_submission_survives_the_round_trip(work, home, marathon):
    submission = builders.a_submission(
        work,
        marathon,
        home,
        title="Дроби — «по карточке»: ½ и ⅓ 🙂",
        abstract="Первая строка\nвторая\tс табуляцией",
    )
    work.session.expire_all()

    assert work.submissions.get(submission.id) == submission
