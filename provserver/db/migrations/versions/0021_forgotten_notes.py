"""The table of notes, where it is missing: the first migration of the first days made databases without it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    if sa.inspect(op.get_bind()).has_table("house_note"):
        return
    op.create_table(
        "house_note",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(length=400), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_house_note")),
    )


def downgrade() -> None:
    """Take nothing back: the table belongs to the first migration."""
