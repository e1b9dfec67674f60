"""Rendered files, which are cache, diff base and proof in one; and what phones asked and uploaded."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from provserver.db.models.base import Base
from provserver.db.types import now


class Rendering(Base):
    """One file of one phone as it should be now; ``fetched_etag == etag`` means that the phone has it."""

    __tablename__ = "rendering"
    __table_args__ = (
        Index(
            "ix_rendering_stale",
            "device_id",
            sqlite_where=text("stale IS 1"),
            postgresql_where=text("stale IS true"),
        ),
    )

    device_id: Mapped[int] = mapped_column(ForeignKey("device.id", ondelete="CASCADE"), primary_key=True)
    file: Mapped[str] = mapped_column(String(100), primary_key=True)
    content_type: Mapped[str] = mapped_column(String(64))
    etag: Mapped[str] = mapped_column(String(32))
    sealed_body: Mapped[bytes]
    sealed_parameters: Mapped[bytes]
    proves: Mapped[bool]
    stale: Mapped[bool] = mapped_column(default=False)
    rendered_at: Mapped[datetime] = mapped_column(default=now)
    fetched_etag: Mapped[str] = mapped_column(String(32), default="")
    fetched_at: Mapped[datetime | None]


class Upload(Base):
    """The newest version of a file that a phone sent."""

    __tablename__ = "upload"

    device_id: Mapped[int] = mapped_column(ForeignKey("device.id", ondelete="CASCADE"), primary_key=True)
    file: Mapped[str] = mapped_column(String(100), primary_key=True)
    sealed_body: Mapped[bytes]
    size: Mapped[int]
    received_at: Mapped[datetime] = mapped_column(default=now)


class PhoneLog(Base):
    """One request of a phone with its verdict, for the page that says why."""

    __tablename__ = "phone_log"
    __table_args__ = (Index("ix_phone_log_device_id_at", "device_id", "at"), Index("ix_phone_log_at", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    method: Mapped[str] = mapped_column(String(8))
    file: Mapped[str] = mapped_column(String(100))
    status: Mapped[int]
    verdict: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(64))
    user_agent: Mapped[str] = mapped_column(String(200), default="")
