"""Our own authority, shared by all nodes; what lies in a node's folder is taken over by the next start."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import provserver.db.types

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "own_authority",
        sa.Column("owner", sa.String(length=40), nullable=False),
        sa.Column("pem", sa.Text(), nullable=False),
        sa.Column("sealed_key", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", provserver.db.types.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("owner", name=op.f("pk_own_authority")),
    )


def downgrade() -> None:
    """Take back; the authority goes, unless a node's folder still has its key."""
    op.drop_table("own_authority")
