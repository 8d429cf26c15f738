"""Texts by their fingerprints, what they share, the parts of a work, children's data answered for."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = 'b7d2f05c61aa'
down_revision = 'e5a8b1c7d934'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('submission_file') as batch_op:
        batch_op.add_column(sa.Column('parts', sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column('cleared_at', sa.DateTime(timezone=True), nullable=True))
    op.create_table('known_text',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
    sa.Column('file_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('submission_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('words', sa.Integer(), nullable=False),
    sa.Column('compared_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['file_id'], ['submission_file.id'], name=op.f('fk_known_text_file_id_submission_file')),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_known_text_submission_id_submission')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_known_text')),
    sa.UniqueConstraint('file_id', name=op.f('uq_known_text_file_id')),
    sa.UniqueConstraint('number', name=op.f('uq_known_text_number'))
    )
    with op.batch_alter_table('known_text') as batch_op:
        batch_op.create_index(batch_op.f('ix_known_text_submission_id'), ['submission_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_known_text_compared_at'), ['compared_at'], unique=False)
    op.create_table('fingerprint',
    sa.Column('hash', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('text', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.ForeignKeyConstraint(['text'], ['known_text.number'], name=op.f('fk_fingerprint_text_known_text'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('hash', 'text', name=op.f('pk_fingerprint')),
    sqlite_with_rowid=False
    )
    op.create_index(op.f('ix_fingerprint_text'), 'fingerprint', ['text'], unique=False)
    op.create_table('overlap',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
    sa.Column('file_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('other_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('share', sa.Float(), nullable=False),
    sa.Column('words', sa.Integer(), nullable=False),
    sa.Column('passages', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['submission_file.id'], name=op.f('fk_overlap_file_id_submission_file')),
    sa.ForeignKeyConstraint(['other_id'], ['submission_file.id'], name=op.f('fk_overlap_other_id_submission_file')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_overlap')),
    sa.UniqueConstraint('file_id', 'other_id', name=op.f('uq_overlap_file_id_other_id'))
    )
    with op.batch_alter_table('overlap') as batch_op:
        batch_op.create_index(batch_op.f('ix_overlap_other_id'), ['other_id'], unique=False)


def downgrade() -> None:
    op.drop_table('overlap')
    op.drop_table('fingerprint')
    op.drop_table('known_text')
    with op.batch_alter_table('submission_file') as batch_op:
        batch_op.drop_column('cleared_at')
        batch_op.drop_column('parts')
