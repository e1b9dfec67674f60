"""Phones that were refused to somebody because others have them."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from provserver.db.models.base import Base


class Claim(Base):
    """Somebody who wanted to add a phone that is not theirs; ``tenant_id`` is the company that they acted for."""

    __tablename__ = "claim"
    __table_args__ = (UniqueConstraint("device_id", "tenant_id", "actor"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("device.id", ondelete="CASCADE"))
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"), index=True)
    actor: Mapped[str] = mapped_column(String(100))
    count: Mapped[int]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
