"""What a certificate was drawn from, and what others said on a question of an agenda."""

import sqlalchemy as sa
from alembic import op

revision = 'd19c6e42b5f8'
down_revision = 'b7d2f05c61aa'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('certificate') as batch_op:
        batch_op.add_column(sa.Column('drawn_from', sa.String(), nullable=True))
    with op.batch_alter_table('agenda_item') as batch_op:
        batch_op.add_column(sa.Column('spoke', sa.String(), nullable=False, server_default=''))


def downgrade() -> None:
    with op.batch_alter_table('agenda_item') as batch_op:
        batch_op.drop_column('spoke')
    with op.batch_alter_table('certificate') as batch_op:
        batch_op.drop_column('drawn_from')
