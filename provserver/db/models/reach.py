"""How phones were told, and who is registered where, as far as the engines tell."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from provserver.db.models.base import Base
from provserver.db.types import now


class Telling(Base):
    """One try to tell a phone: which way it went, to whom, and what came back; status 0 is a way that was not gone."""

    __tablename__ = "telling"
    __table_args__ = (Index("ix_telling_device_id_at", "device_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("device.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(default=now)
    way: Mapped[str] = mapped_column(String(16))
    target: Mapped[str] = mapped_column(String(255))
    status: Mapped[int]
    sentence: Mapped[str] = mapped_column(String(255))


class Registration(Base):
    """A contact that an engine lists for a line, since when, and whose it is where that is known."""

    __tablename__ = "registration"
    __table_args__ = (Index("ix_registration_engine_check_id", "engine_check_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"), index=True)
    engine_check_id: Mapped[int] = mapped_column(ForeignKey("engine_check.id", ondelete="CASCADE"))
    line_id: Mapped[int] = mapped_column(ForeignKey("line.id", ondelete="CASCADE"), index=True)
    device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id", ondelete="SET NULL"), index=True)
    contact: Mapped[str] = mapped_column(String(255))
    address: Mapped[str] = mapped_column(String(80))
    user_agent: Mapped[str] = mapped_column(String(200), default="")
    since: Mapped[datetime] = mapped_column(default=now)


class EngineCheck(Base):
    """When an engine of a company was last asked who is registered, and what was wrong; ``name`` holds no secret."""

    __tablename__ = "engine_check"
    __table_args__ = (UniqueConstraint("tenant_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(120))
    next_at: Mapped[datetime] = mapped_column(default=now)
    checked_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(String(255), default="")
