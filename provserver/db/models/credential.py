"""Passwords that phones show when they fetch their files, beside their addresses."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from provserver.db.models.base import Base
from provserver.db.types import now


class DeviceCredential(Base):
    """A name and password of one phone; the newest one stands in its files.

    ``delivered_at`` is when the phone fetched the configuration that carries it, ``asked_at`` when it was asked for it
    and has not answered yet, ``asks`` how often that happened, ``used_at`` when it first answered with it: from then on
    the phone gets nothing without one. Older ones count until a newer one was used. A row without a name stands for
    one that was taken away: the files say so, and nothing is asked.
    """

    __tablename__ = "device_credential"

    id: Mapped[int] = mapped_column(primary_key=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("device.id", ondelete="CASCADE"), index=True)
    username: Mapped[str] = mapped_column(String(64))
    sealed_password: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(default=now)
    delivered_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    asks: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]
