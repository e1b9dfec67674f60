"""The audit: who changed what, when, from what to what; and the end of each company's chain of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from provserver.db.models.base import Base
from provserver.db.types import now


class Change(Base):
    """One edit; secrets in ``before`` and ``after`` are masked before they come here.

    ``undoes`` lists the ids of the changes that this one takes back. ``sequence`` and ``digest`` are given by
    ``db/chain.py`` when the transaction commits; triggers refuse any other change of a row, and its removal.
    """

    __tablename__ = "change"
    __table_args__ = (
        Index("ix_change_tenant_id_at", "tenant_id", "at"),
        Index("ix_change_device_id", "device_id"),
        Index("uq_change_tenant_id_sequence", "tenant_id", "sequence", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(default=now)
    actor: Mapped[str] = mapped_column(String(100))
    what: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(120))
    device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id", ondelete="SET NULL"))
    before: Mapped[Any] = mapped_column(JSON)
    after: Mapped[Any] = mapped_column(JSON)
    undoes: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    sequence: Mapped[int | None]
    digest: Mapped[str | None] = mapped_column(String(64))


class ChangeHead(Base):
    """The last sealed row of a company's history; whoever seals the next one holds this row until the commit."""

    __tablename__ = "change_head"

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"), primary_key=True)
    sequence: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
