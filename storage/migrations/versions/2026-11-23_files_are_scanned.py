"""What a virus scanner said of a file."""

import sqlalchemy as sa
from alembic import op

revision = 'a84e5d70c3b9'
down_revision = 'f3b07d91a6c2'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('submission_file') as batch_op:
        batch_op.add_column(sa.Column('scan', sa.Enum('clean', 'virus', 'no_answer', 'too_long', 'failed', name='scanverdict', native_enum=False, length=32), nullable=True))
        batch_op.add_column(sa.Column('scanned_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('virus', sa.String(), nullable=False, server_default=''))


def downgrade() -> None:
    with op.batch_alter_table('submission_file') as batch_op:
        batch_op.drop_column('virus')
        batch_op.drop_column('scanned_at')
        batch_op.drop_column('scan')
