"""What a database holds, to compare before and after."""

import sqlalchemy as sa
from sqlmodel import SQLModel


def contents(installation, *, without=()):
    """Rows of every table in the order of their ids; ``without`` names tables left out."""
    with installation.engine.execution_options(read_only=True).connect() as connection:
        return {
            name: [
                tuple(row)
                for row in connection.execute(sa.select(table).order_by(*table.primary_key))
            ]
            for name, table in sorted(SQLModel.metadata.tables.items())
            if name not in without
        }


def counts(installation):
    """How many rows each table that is not empty holds."""
    return {name: len(rows) for name, rows in contents(installation).items() if rows}
