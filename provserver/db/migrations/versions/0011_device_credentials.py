"""Passwords of phones for fetching their files."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import provserver.db.types

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "device_credential",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("sealed_password", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", provserver.db.types.Moment(timezone=True), nullable=False),
        sa.Column("delivered_at", provserver.db.types.Moment(timezone=True), nullable=True),
        sa.Column("asked_at", provserver.db.types.Moment(timezone=True), nullable=True),
        sa.Column("asks", sa.Integer(), nullable=False),
        sa.Column("used_at", provserver.db.types.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["device_id"], ["device.id"], name=op.f("fk_device_credential_device_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_credential")),
    )
    with op.batch_alter_table("device_credential", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_device_credential_device_id"), ["device_id"], unique=False)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("device_credential", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_device_credential_device_id"))

    op.drop_table("device_credential")
