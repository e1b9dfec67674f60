"""People who sign in with an OpenID provider; the column that was kept for it held nothing."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import provserver.db.types

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "openid_link",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=True),
        sa.Column("linked_at", provserver.db.types.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_openid_link_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_openid_link")),
        sa.UniqueConstraint("issuer", "name", name=op.f("uq_openid_link_issuer_name")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_openid_link_issuer_subject")),
    )
    op.create_table(
        "openid_answer",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("at", provserver.db.types.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_openid_answer")),
    )
    op.create_index(op.f("ix_openid_answer_at"), "openid_answer", ["at"], unique=False)
    with op.batch_alter_table("user_account", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_user_account_oidc_subject"), type_="unique")
        batch_op.drop_column("oidc_subject")


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("user_account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("oidc_subject", sa.String(length=255), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_user_account_oidc_subject"), ["oidc_subject"])
    op.drop_table("openid_answer")
    op.drop_table("openid_link")
