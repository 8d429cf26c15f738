"""Migrations build from nothing exactly the tables the code knows."""

import builders
import conversing_rows
import deciding_rows
import pytest
import sqlalchemy as sa
from alembic import command
from contents import counts
from sqlmodel import SQLModel

from schemas.assignment import Plan, PlanKind, PlanStatus
from schemas.marathon import MarathonTexts
from storage.database import connect
from storage.identifiers import new_id
from storage.schema_version import check, configuration, is_current, migrate, newest

pytestmark = pytest.mark.both_databases


def test_migrations_and_tables_do_not_differ(database):
    check(database)


def test_migrated_database_has_every_table_and_says_it_is_current(database):
    engine = connect(database)

    assert is_current(engine)
    assert newest() is not None
    assert set(SQLModel.metadata.tables) <= set(sa.inspect(engine).get_table_names())
    engine.dispose()


def test_migrating_again_changes_nothing(database):
    migrate(database)
    check(database)


def test_empty_database_is_not_current(tmp_path):
    engine = connect(f"sqlite:///{tmp_path / 'empty.sqlite3'}")

    assert not is_current(engine)
    engine.dispose()


FIRST = "aad928673b6f"


def test_going_back_and_forth_keeps_works_authors_and_plans(database, installation):
    with installation.begin() as work:
        homes = builders.members(work, builders.a_cluster(work))
        marathon = builders.a_marathon(work)
        one = builders.a_submission(work, marathon, homes[0])
        builders.an_assignment(work, one, builders.an_expert(work, homes[1]))
        facts = {"marathon_id": marathon.id, "made_at": builders.NOW}
        plan = work.plans.add(Plan(id=new_id(), **facts))
        edited = {"kind": PlanKind.MANUAL, "parent_id": plan.id}
        work.plans.add(Plan(id=new_id(), **facts, **edited))
        work.plans.add(Plan(id=new_id(), **facts, kind=PlanKind.WHAT_IF, parent_id=plan.id))
        work.plans.add(Plan(id=new_id(), **facts, status=PlanStatus.REQUESTED))
    installation.engine.dispose()

    command.downgrade(configuration(database), FIRST)
    migrate(database)

    check(database)
    with installation.begin(read_only=True) as work:
        assert work.submissions.get(one.id).authors == one.authors
        assert len(work.assignments.of_submission(one.id)) == 1
        kept = work.plans.of_marathon(marathon.id)
        assert {(row.kind, row.parent_id) for row in kept} == {(PlanKind.PROPOSAL, None)}
        assert len(kept) == 2


BEFORE_POLICIES = "85a10d1c2dee"


def test_going_back_and_forth_loses_of_deciding_only_what_was_not_known_before(
    database, installation
):
    with installation.begin() as work:
        marathon, one, review, meeting = deciding_rows.fill(work)
    assert set(counts(installation)) >= deciding_rows.TABLES
    installation.engine.dispose()

    command.downgrade(configuration(database), BEFORE_POLICIES)
    migrate(database)

    check(database)
    assert not set(counts(installation)) & deciding_rows.TABLES
    with installation.begin(read_only=True) as work:
        assert work.submissions.get(one.id) == one.model_copy(
            update={"publication_only": False, "reviews_closed": False}
        )
        assert work.reviews.get(review.id) == review.model_copy(update={"started_at": None})
        assert work.marathons.get(marathon.id).common_round.submission_ids == ()
        [item] = work.meetings.get(meeting.id).agenda
        assert (item.submission_id, item.delegates) == (one.id, ())
    with installation.begin() as work:
        work.marathons.save(work.marathons.get(marathon.id))


BEFORE_WORDS = "945942e1a530"


def test_going_back_and_forth_keeps_what_was_there_before_people_could_write_and_answer(
    database, installation
):
    with installation.begin() as work:
        marathon, one, expert = conversing_rows.fill(work)
    assert set(counts(installation)) >= conversing_rows.TABLES
    installation.engine.dispose()

    command.downgrade(configuration(database), BEFORE_WORDS)
    migrate(database)

    check(database)
    assert not set(counts(installation)) & conversing_rows.TABLES
    with installation.begin(read_only=True) as work:
        assert work.submissions.get(one.id) == one.model_copy(update={"response": ""})
        assert work.experts.get(expert.id) == expert.model_copy(
            update={"absences": (), "skip_next": 0}
        )
        assert work.marathons.get(marathon.id).texts == MarathonTexts()
        assert work.people.get(one.owner_id).digests
