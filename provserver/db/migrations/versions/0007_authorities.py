"""Certificate authorities: the makers' and our own."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import provserver.db.types

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "authority",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(length=40), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("ends", provserver.db.types.Moment(timezone=True), nullable=False),
        sa.Column("pem", sa.Text(), nullable=False),
        sa.Column("added_at", provserver.db.types.Moment(timezone=True), nullable=False),
        sa.Column("added_by", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authority")),
        sa.UniqueConstraint("owner", "fingerprint", name=op.f("uq_authority_owner_fingerprint")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("authority")
