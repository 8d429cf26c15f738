"""Why an organiser has returned a material to its author."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = 'c41f7a90d2e6'
down_revision = 'aed20810e91c'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('submission') as batch_op:
        batch_op.add_column(sa.Column('return_reason', sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=''))


def downgrade() -> None:
    with op.batch_alter_table('submission') as batch_op:
        batch_op.drop_column('return_reason')
