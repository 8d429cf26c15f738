"""All rows of a SQLite database in an empty PostgreSQL: the way from a laptop to a server.

Everything happens in one transaction of the target, tables too: it is there whole or not at all.
"""

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, Table, TableClause, exc
from sqlmodel import SQLModel

from schemas.errors import BadInput
from storage.columns import JsonOf
from storage.database import connect
from storage.schema_version import migrate, migrate_on

BATCH = 1_000
NOT_TAKEN = (
    "PostgreSQL не принял строки таблицы «{table}»: {kind}. Ничего не записано. Проверьте исходную "
    "установку командой marathon doctor и сообщите тем, кто ведёт код."
)


def move(source: str, target: Engine) -> int:
    """Bring the SQLite database at the address ``source`` to the newest schema and copy its rows.

    Returns how many there were. The target must hold no tables. Raises ``BadInput`` when it does
    not take a value.
    """
    migrate(source)
    old = connect(source)
    try:
        with (
            old.execution_options(read_only=True).connect() as reading,
            target.begin() as writing,
        ):
            migrate_on(writing)
            return sum(copy(one, reading, writing) for one in SQLModel.metadata.sorted_tables)
    finally:
        old.dispose()


def copy(whole: Table, reading: Connection, writing: Connection) -> int:
    """The rows of one table, after those of the tables it points at."""
    plain, count = plainly(whole), 0
    later = [key.parent.name for key in whole.foreign_keys if key.column.table is whole]
    try:
        for rows in reading.execute(sa.select(plain)).mappings().partitions(BATCH):
            writing.execute(sa.insert(plain), [{**row, **dict.fromkeys(later)} for row in rows])
            count += len(rows)
        for name in later:
            point_within(plain, name, reading, writing)
    except (exc.DataError, exc.IntegrityError) as error:
        raise BadInput(NOT_TAKEN.format(table=whole.name, kind=type(error).__name__)) from error
    return count


def plainly(whole: Table) -> TableClause:
    """The table with its shapes as the JSON they are kept in: moved, not read and made anew."""
    kinds = [(one.name, sa.JSON() if isinstance(one.type, JsonOf) else one.type) for one in whole.c]
    return sa.table(whole.name, *(sa.column(name, kind) for name, kind in kinds))


def point_within(plain: TableClause, name: str, reading: Connection, writing: Connection) -> None:
    """Rows that point at others of their own table do so once all are there."""
    pointing = sa.select(plain.c.id, plain.c[name]).where(plain.c[name].is_not(None))
    for row_id, other in reading.execute(pointing):
        writing.execute(sa.update(plain).where(plain.c.id == row_id).values({name: other}))
