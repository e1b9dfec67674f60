"""Phones that were heard on the network."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import provserver.db.types

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "neighbour",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mac", sa.String(length=12), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("vendor", sa.String(length=32), nullable=False),
        sa.Column("model", sa.String(length=32), nullable=False),
        sa.Column("said", sa.String(length=200), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("first_at", provserver.db.types.Moment(timezone=True), nullable=False),
        sa.Column("last_at", provserver.db.types.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_neighbour")),
        sa.UniqueConstraint("mac", "address", "way", name=op.f("uq_neighbour_mac_address_way")),
    )
    with op.batch_alter_table("neighbour", schema=None) as batch_op:
        batch_op.create_index("ix_neighbour_last_at", ["last_at"], unique=False)


def downgrade() -> None:
    """Revert."""
    op.drop_table("neighbour")
