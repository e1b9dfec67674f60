"""Wide edits with care: policies, rollouts and their phones."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import provserver.db.types

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_MOMENT = provserver.db.types.Moment(timezone=True)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "rollout_policy",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_rollout_policy_tenant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_rollout_policy")),
    )
    op.create_table(
        "rollout",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.Column("stage", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("canary_done", sa.Boolean(), nullable=False),
        sa.Column("word", sa.Boolean(), nullable=False),
        sa.Column("tokens", sa.Float(), nullable=False),
        sa.Column("paced_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_rollout_tenant_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rollout")),
    )
    op.create_index("ix_rollout_tenant_id", "rollout", ["tenant_id"])
    op.create_index("ix_rollout_stage", "rollout", ["stage"])
    _create_phones()


def _create_phones() -> None:
    op.create_table(
        "rollout_phone",
        sa.Column("rollout_id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=12), nullable=False),
        sa.Column("canary", sa.Boolean(), nullable=False),
        sa.Column("restarts", sa.Boolean(), nullable=False),
        sa.Column("since", _MOMENT, nullable=True),
        sa.Column("told_at", _MOMENT, nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["rollout_id"], ["rollout.id"], name=op.f("fk_rollout_phone_rollout_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["device_id"], ["device.id"], name=op.f("fk_rollout_phone_device_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("rollout_id", "device_id", name=op.f("pk_rollout_phone")),
    )
    op.create_index("ix_rollout_phone_device_id", "rollout_phone", ["device_id"])
    op.create_index("ix_rollout_phone_step", "rollout_phone", ["step"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("rollout_phone")
    op.drop_table("rollout")
    op.drop_table("rollout_policy")
