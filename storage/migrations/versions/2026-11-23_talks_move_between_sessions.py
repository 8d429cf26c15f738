"""Talks that people have put into a session of another track."""

import sqlalchemy as sa
from alembic import op

revision = 'f3b07d91a6c2'
down_revision = 'd19c6e42b5f8'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('slot') as batch_op:
        batch_op.add_column(sa.Column('moved', sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table('slot') as batch_op:
        batch_op.drop_column('moved')
