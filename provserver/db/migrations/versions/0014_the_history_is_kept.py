"""The history is kept: its rows numbered, chained and guarded by the database; what a change takes back.

A later migration that makes the table ``change`` anew (batch mode on SQLite does) has to put the triggers back.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

import provserver.db.types

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

FIELDS = ("sequence", "at", "actor", "what", "subject", "before", "after", "undoes")
START = "0" * 64
KEPT = "the history can only be added to"

CHANGE = sa.table(
    "change",
    sa.column("id", sa.Integer),
    sa.column("tenant_id", sa.Integer),
    sa.column("at", provserver.db.types.Moment(timezone=True)),
    sa.column("actor", sa.String),
    sa.column("what", sa.String),
    sa.column("subject", sa.String),
    sa.column("before", sa.JSON),
    sa.column("after", sa.JSON),
    sa.column("undoes", sa.JSON(none_as_null=True)),
    sa.column("sequence", sa.Integer),
    sa.column("digest", sa.String),
)

STAYS = ("id", "tenant_id", "at", "actor", "what", "subject", "before", "after", "undoes")
"""Nothing of these ever changes; a phone is forgotten with its row, and the seal is put on once."""


def upgrade() -> None:
    """Apply."""
    op.add_column("change", sa.Column("undoes", sa.JSON(), nullable=True))
    op.add_column("change", sa.Column("sequence", sa.Integer(), nullable=True))
    op.add_column("change", sa.Column("digest", sa.String(length=64), nullable=True))
    op.create_index("uq_change_tenant_id_sequence", "change", ["tenant_id", "sequence"], unique=True)
    op.create_table(
        "change_head",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_change_head_tenant_id_tenant"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_change_head")),
    )
    _seal_what_is_there()
    for statement in _guards(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    """Take back."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER change_is_kept ON change")
        op.execute("DROP TRIGGER change_is_never_emptied ON change")
        op.execute("DROP FUNCTION change_is_kept()")
    else:
        for name in ("change_stays", "change_is_kept", "change_is_never_replaced"):
            op.execute(f"DROP TRIGGER {name}")
    op.drop_table("change_head")
    op.drop_index("uq_change_tenant_id_sequence", "change")
    for name in ("digest", "sequence", "undoes"):
        op.drop_column("change", name)


def _seal_what_is_there() -> None:
    bind = op.get_bind()
    ends: dict[int, tuple[int, str]] = {}
    after = 0
    while rows := bind.execute(sa.select(CHANGE).where(CHANGE.c.id > after).order_by(CHANGE.c.id).limit(500)).all():
        for row in rows:
            sequence, last = ends.get(row.tenant_id, (0, START))
            last = _digest(last, {**row._mapping, "sequence": sequence + 1})
            ends[row.tenant_id] = sequence + 1, last
            here = sa.update(CHANGE).where(CHANGE.c.id == row.id)
            bind.execute(here.values(sequence=sequence + 1, digest=last))
        after = rows[-1].id
    heads = sa.table("change_head", *(sa.column(name) for name in ("tenant_id", "sequence", "digest")))
    for tenant_id, (sequence, last) in ends.items():
        bind.execute(sa.insert(heads).values(tenant_id=tenant_id, sequence=sequence, digest=last))


def _digest(previous: str, line: dict[str, Any]) -> str:
    facts = {name: _plain(line[name]) for name in FIELDS}
    text = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def _plain(value: object) -> object:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if isinstance(value, datetime) else value


def _guards(dialect: str) -> tuple[str, ...]:
    """Give the triggers: rows are sealed once and forget a removed phone; they go only with their company."""
    if dialect == "postgresql":
        same = " AND ".join(f'OLD."{name}"::text IS NOT DISTINCT FROM NEW."{name}"::text' for name in STAYS)
        return (_POSTGRES.format(same=same, kept=KEPT), *_POSTGRES_TRIGGERS)
    same = " AND ".join(f'OLD."{name}" IS NEW."{name}"' for name in STAYS)
    return tuple(text.format(same=same, kept=KEPT) for text in _SQLITE)


_POSTGRES = """
CREATE OR REPLACE FUNCTION change_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF {same}
            AND (OLD.sequence IS NULL OR (OLD.sequence = NEW.sequence AND OLD.digest = NEW.digest))
            AND (NEW.device_id IS NULL OR OLD.device_id = NEW.device_id)
        THEN RETURN NEW; END IF;
    ELSIF TG_OP = 'DELETE' THEN
        IF NOT EXISTS (SELECT 1 FROM tenant WHERE id = OLD.tenant_id) THEN RETURN OLD; END IF;
    END IF;
    RAISE EXCEPTION '{kept}';
END $$
"""
_POSTGRES_TRIGGERS = (
    "CREATE TRIGGER change_is_kept BEFORE UPDATE OR DELETE ON change FOR EACH ROW EXECUTE FUNCTION change_is_kept()",
    "CREATE TRIGGER change_is_never_emptied BEFORE TRUNCATE ON change EXECUTE FUNCTION change_is_kept()",
)
_SQLITE = (
    """
CREATE TRIGGER change_stays BEFORE UPDATE ON change WHEN NOT (
    {same} AND (OLD.sequence IS NULL OR (OLD.sequence IS NEW.sequence AND OLD.digest IS NEW.digest))
    AND (NEW.device_id IS NULL OR OLD.device_id IS NEW.device_id)
) BEGIN SELECT RAISE(ABORT, '{kept}'); END
""",
    """
CREATE TRIGGER change_is_kept BEFORE DELETE ON change WHEN EXISTS (SELECT 1 FROM tenant WHERE id = OLD.tenant_id)
BEGIN SELECT RAISE(ABORT, '{kept}'); END
""",
    """
CREATE TRIGGER change_is_never_replaced BEFORE INSERT ON change WHEN EXISTS (
    SELECT 1 FROM change WHERE id = NEW.id OR (tenant_id = NEW.tenant_id AND sequence = NEW.sequence)
) BEGIN SELECT RAISE(ABORT, '{kept}'); END
""",
)
