"""Restarts that wait: for the company's hours, for a phone that is in a call, or for somebody's word."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import provserver.db.types

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("device") as table:
        table.add_column(sa.Column("restart_when", sa.String(length=8), nullable=False, server_default="now"))
        table.add_column(sa.Column("held", sa.String(length=8), nullable=False, server_default=""))
        table.add_column(sa.Column("held_why", sa.String(length=200), nullable=False, server_default=""))
        table.add_column(sa.Column("held_since", provserver.db.types.Moment(timezone=True), nullable=True))
    with op.batch_alter_table("device") as table:
        for name in ("restart_when", "held", "held_why"):
            table.alter_column(name, server_default=None)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("device") as table:
        for name in ("held_since", "held_why", "held", "restart_when"):
            table.drop_column(name)
