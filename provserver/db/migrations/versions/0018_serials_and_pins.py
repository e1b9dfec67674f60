"""Serial numbers of phones, what a phone may show at its first contact, and phones that were refused to somebody."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import provserver.db.types

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.add_column(sa.Column("serial", sa.String(length=32), nullable=False, server_default=""))
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.alter_column("serial", server_default=None)
    op.create_table(
        "enrolment_secret",
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("vendor", sa.String(length=32), nullable=False),
        sa.Column("open_mac", sa.String(length=12), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("wrong", sa.String(length=80), nullable=False),
        sa.Column("opened_at", provserver.db.types.Moment(timezone=True), nullable=False),
        sa.Column("opened_by", sa.String(length=100), nullable=False),
        sa.Column("deadline", provserver.db.types.Moment(timezone=True), nullable=True),
        sa.Column("closed_at", provserver.db.types.Moment(timezone=True), nullable=True),
        sa.Column("closed_why", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"], ["device.id"], name=op.f("fk_enrolment_secret_device_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_enrolment_secret_tenant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("device_id", "kind", name=op.f("pk_enrolment_secret")),
        sa.UniqueConstraint("kind", "open_mac", name=op.f("uq_enrolment_secret_kind_open_mac")),
    )
    with op.batch_alter_table("enrolment_secret", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enrolment_secret_tenant_id"), ["tenant_id"], unique=False)
        batch_op.create_index("ix_enrolment_secret_vendor", ["kind", "vendor", "deadline"], unique=False)
    op.create_table(
        "claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("first_at", provserver.db.types.Moment(timezone=True), nullable=False),
        sa.Column("last_at", provserver.db.types.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_claim_device_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_claim_tenant_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sa.UniqueConstraint("device_id", "tenant_id", "actor", name=op.f("uq_claim_device_id_tenant_id_actor")),
    )
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_claim_tenant_id"), ["tenant_id"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_table("claim")
    op.drop_table("enrolment_secret")
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.drop_column("serial")
