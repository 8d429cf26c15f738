"""How a marathon's collection looks, and which works keep their authors' pages."""

import sqlalchemy as sa
from alembic import op

revision = 'e5a8b1c7d934'
down_revision = 'c41f7a90d2e6'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('marathon') as batch_op:
        batch_op.add_column(sa.Column('design', sa.JSON(), nullable=False, server_default='{}'))
    with op.batch_alter_table('submission') as batch_op:
        batch_op.add_column(sa.Column('print_as_is', sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table('submission') as batch_op:
        batch_op.drop_column('print_as_is')
    with op.batch_alter_table('marathon') as batch_op:
        batch_op.drop_column('design')
