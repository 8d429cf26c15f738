"""Both databases keep their promises: constraints hold, writers wait, errors are said plainly."""

import builders
import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel
from together import in_threads

from schemas.errors import Conflict, NotFound, Unavailable
from schemas.people import Person
from schemas.settings import Settings
from storage.database import connect
from storage.identifiers import new_id
from storage.installation import open_installation

WRITERS, EACH = 4, 12


@pytest.mark.both_databases
def test_four_writers_at_once_lose_nothing(installation):
    def write(number):
        for turn in range(EACH):
            with installation.begin() as work:
                builders.a_person(work, f"Писарева Нина {number}-{turn}")
                work.journal.write(
                    builders.SYSTEM, action="wrote", kind="person", subject_id="-", now=builders.NOW
                )
        return "done"

    assert in_threads(WRITERS, write) == ["done"] * WRITERS

    with installation.begin(read_only=True) as work:
        assert work.people.count() == WRITERS * EACH
        assert [entry.number for entry in work.journal.all()] == list(range(1, WRITERS * EACH + 1))
        assert list(work.journal.broken()) == []


@pytest.mark.both_databases
def test_block_that_raises_leaves_nothing(installation):
    with pytest.raises(ZeroDivisionError), installation.begin() as work:
        builders.a_person(work)
        raise ZeroDivisionError

    with installation.begin(read_only=True) as work:
        assert work.people.count() == 0


@pytest.mark.both_databases
def test_orphans_are_refused_as_a_conflict(installation):
    with pytest.raises(Conflict) as refusal, installation.begin() as work:
        work.people.add(Person(id=new_id(), name="Сироткина Анна", municipality_id="nowhere"))

    assert refusal.value.code == "simultaneous"


@pytest.mark.both_databases
def test_second_person_with_the_same_address_is_refused_as_a_conflict(installation):
    with installation.begin() as work:
        builders.a_person(work, email="anna@example.ru")

    with pytest.raises(Conflict), installation.begin() as work:
        builders.a_person(work, email="ANNA@example.ru ")


@pytest.mark.both_databases
def test_every_foreign_key_column_has_an_index(installation):
    inspector = sa.inspect(installation.engine)
    bare = []
    for table in SQLModel.metadata.tables:
        indexes = [index["column_names"] for index in inspector.get_indexes(table)]
        indexes += [unique["column_names"] for unique in inspector.get_unique_constraints(table)]
        for key in inspector.get_foreign_keys(table):
            if not any(
                columns[: len(key["constrained_columns"])] == key["constrained_columns"]
                for columns in indexes
            ):
                bare.append((table, key["constrained_columns"]))  # noqa: PERF401

    assert bare == []


def test_sqlite_is_set_up_for_power_cuts_and_neighbours(installation):
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 15000}
    with installation.engine.connect() as connection:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in wanted}

    assert found == wanted


def test_reader_is_not_kept_waiting_by_a_writer(installation):
    with installation.begin() as writer:
        builders.a_person(writer)
        with installation.begin(read_only=True) as reader:
            assert reader.people.count() == 0


def test_database_that_cannot_be_opened_is_unavailable(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "marathon.sqlite3").mkdir()
    opened = open_installation(Settings(data=tmp_path / "data"))

    with pytest.raises(Unavailable) as refusal, opened.begin() as work:
        work.people.all()

    assert "Подождите" in refusal.value.sentence


def test_postgresql_that_is_switched_off_is_unavailable(tmp_path):
    opened = open_installation(
        Settings(
            data=tmp_path / "data", database_url=f"postgresql:///marathon?host={tmp_path}/nowhere"
        )
    )

    with pytest.raises(Unavailable), opened.begin() as work:
        work.people.all()


def test_full_disk_is_told_apart(installation):
    with installation.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()

    with pytest.raises(Unavailable) as refusal, installation.begin() as work:
        work.session.connection().exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        for number in range(2000):
            builders.a_person(work, f"Полнова Вера {number}")

    assert refusal.value.code == "storage_full"


def test_errors_of_the_database_never_quote_what_was_typed(installation):
    engine = connect(installation.settings.database)
    with pytest.raises(sa.exc.OperationalError) as error, engine.connect() as connection:
        connection.execute(sa.text("INSERT INTO nowhere VALUES (:name)"), {"name": "Тайнова"})
    engine.dispose()

    assert "Тайнова" not in str(error.value)


@pytest.mark.both_databases
def test_unknown_id_is_not_found(work):
    with pytest.raises(NotFound):
        work.people.get("nobody")
    with pytest.raises(NotFound):
        work.people.save(Person(id=new_id(), name="Нетова Ольга"))


@pytest.mark.both_databases
def test_stale_version_is_a_conflict_and_keeps_what_was_saved_first(work):
    marathon = builders.a_marathon(work)
    first = work.marathons.save(marathon.model_copy(update={"title": "Первое название"}))

    with pytest.raises(Conflict) as refusal:
        work.marathons.save(marathon.model_copy(update={"title": "Второе название"}))

    assert refusal.value.code == "stale_version"
    assert work.marathons.get(marathon.id) == first


@pytest.mark.both_databases
def test_of_two_who_save_the_same_version_at_once_one_wins(installation):
    with installation.begin() as work:
        marathon = builders.a_marathon(work)

    def save(number):
        with installation.begin() as work:
            changed = marathon.model_copy(update={"title": f"Название {number}"})
            return work.marathons.save(changed).title

    results = in_threads(4, save)

    won = [result for result in results if isinstance(result, str)]
    assert len(won) == 1
    assert all(isinstance(r, Conflict) for r in results if not isinstance(r, str))
    with installation.begin(read_only=True) as work:
        assert work.marathons.get(marathon.id).title == won[0]
