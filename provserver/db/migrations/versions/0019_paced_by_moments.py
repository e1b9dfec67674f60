"""Rollouts give phones their moments one by one, instead of filling a bucket."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import provserver.db.types

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("rollout") as table:
        table.drop_column("tokens")
    with op.batch_alter_table("device") as table:
        table.add_column(sa.Column("resync_claimed_at", provserver.db.types.Moment(timezone=True), nullable=True))
    with op.batch_alter_table("rollout_phone") as table:
        table.add_column(sa.Column("not_before", provserver.db.types.Moment(timezone=True), nullable=True))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("rollout_phone") as table:
        table.drop_column("not_before")
    with op.batch_alter_table("device") as table:
        table.drop_column("resync_claimed_at")
    with op.batch_alter_table("rollout") as table:
        table.add_column(sa.Column("tokens", sa.Float(), nullable=False, server_default="0"))
    with op.batch_alter_table("rollout") as table:
        table.alter_column("tokens", server_default=None)
