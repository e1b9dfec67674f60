"""Rollouts remember when they were resumed, so that what was under way before does not halt them again."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import provserver.db.types

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("rollout") as table:
        table.add_column(sa.Column("resumed_at", provserver.db.types.Moment(timezone=True), nullable=True))
        table.add_column(sa.Column("resumed_to", sa.String(length=12), nullable=False, server_default=""))
    with op.batch_alter_table("rollout") as table:
        table.alter_column("resumed_to", server_default=None)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("rollout") as table:
        table.drop_column("resumed_to")
        table.drop_column("resumed_at")
