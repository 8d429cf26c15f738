"""Signs of life of the runner and of workers, on whatever machine they run."""

import sqlalchemy as sa
from alembic import op

from schemas.heartbeat import LivePart
from storage.columns import Moment, enum_of

revision = "d1b94c7e05a2"
down_revision = "c7f1d28e9b40"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "heartbeat",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("part", enum_of(LivePart), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_heartbeat")),
        sa.UniqueConstraint("part", "name", name=op.f("uq_heartbeat_part_name")),
    )


def downgrade() -> None:
    op.drop_table("heartbeat")
