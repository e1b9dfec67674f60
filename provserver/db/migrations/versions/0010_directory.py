"""Operator numbers of departments, and ranges of short codes."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("department", schema=None) as batch_op:
        batch_op.add_column(sa.Column("operator_number", sa.String(length=64), nullable=True))
    op.execute("UPDATE department SET operator_number = ''")
    with op.batch_alter_table("department", schema=None) as batch_op:
        batch_op.alter_column("operator_number", existing_type=sa.String(length=64), nullable=False)
    with op.batch_alter_table("short_code", schema=None) as batch_op:
        batch_op.add_column(sa.Column("range_first", sa.String(length=16), nullable=True))
    op.execute("UPDATE short_code SET range_first = ''")
    with op.batch_alter_table("short_code", schema=None) as batch_op:
        batch_op.alter_column("range_first", existing_type=sa.String(length=16), nullable=False)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("short_code", schema=None) as batch_op:
        batch_op.drop_column("range_first")
    with op.batch_alter_table("department", schema=None) as batch_op:
        batch_op.drop_column("operator_number")
