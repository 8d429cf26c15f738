"""What works and authors are sorted by, kept beside them, and indexes for lists of many rows."""

import sqlalchemy as sa
from alembic import op

from schemas.ordering import sort_text

revision = "c7f1d28e9b40"
down_revision = "a84e5d70c3b9"
branch_labels = None
depends_on = None

BY_CODE_POINTS = sa.String().with_variant(sa.String(collation="C"), "postgresql")
SORTED = (("submission", "title", "title_key"), ("author", "name", "name_key"))
AT_ONCE = 1000


def upgrade() -> None:
    for table, _, key in SORTED:
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column(key, BY_CODE_POINTS, nullable=False, server_default=""))
    for table, text, key in SORTED:
        fill(table, text, key)
    op.create_index("ix_submission_marathon_title", "submission", ["marathon_id", "title_key"])


def fill(table: str, text: str, key: str) -> None:
    """The keys of the rows that are there."""
    connection = op.get_bind()
    rows = sa.table(table, sa.column("id"), sa.column(text), sa.column(key))
    found = connection.execute(sa.select(rows.c.id, rows.c[text])).all()
    changed = (
        sa.update(rows).where(rows.c.id == sa.bindparam("row")).values({key: sa.bindparam("new")})
    )
    for start in range(0, len(found), AT_ONCE):
        some = found[start : start + AT_ONCE]
        connection.execute(changed, [{"row": row[0], "new": sort_text(row[1])} for row in some])


def downgrade() -> None:
    op.drop_index("ix_submission_marathon_title", "submission")
    for table, _, key in reversed(SORTED):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column(key)
