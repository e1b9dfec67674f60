"""The index of stale files holds the stale ones alone, by their phones: to look for them reads nothing else."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    op.drop_index("ix_rendering_stale", "rendering")
    op.create_index(
        "ix_rendering_stale",
        "rendering",
        ["device_id"],
        sqlite_where=sa.text("stale IS 1"),
        postgresql_where=sa.text("stale IS true"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_rendering_stale", "rendering")
    op.create_index("ix_rendering_stale", "rendering", ["stale"])
