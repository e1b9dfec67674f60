"""First contacts: what a company allows, the windows that are open, and who knocked in vain."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from provserver.db.models.base import Base
from provserver.db.models.device import Device


class EnrolmentPolicy(Base):
    """Which first contacts a company gives secrets to, as words between blanks; no row means the usual ones."""

    __tablename__ = "enrolment_policy"

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"), primary_key=True)
    ways: Mapped[str] = mapped_column(String(120))
    lock_on_alarm: Mapped[bool] = mapped_column(default=False)


class EnrolmentWindow(Base):
    """The last window of a phone.

    ``open_mac`` is the phone's address while the window is open, and NULL afterwards: a request without a token is
    looked up by it and by nothing else, so that a known phone without a window costs what an unknown one does.
    ``address`` is who it belongs to: the first that used it, or whom an admin approved.
    """

    __tablename__ = "enrolment_window"

    device_id: Mapped[int] = mapped_column(ForeignKey("device.id", ondelete="CASCADE"), primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"), index=True)
    open_mac: Mapped[str | None] = mapped_column(String(12), unique=True)
    way: Mapped[str] = mapped_column(String(16))
    address: Mapped[str] = mapped_column(String(64), default="")
    opened_at: Mapped[datetime]
    opened_by: Mapped[str] = mapped_column(String(100))
    deadline: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_why: Mapped[str] = mapped_column(String(60), default="")

    device: Mapped[Device] = relationship()


class EnrolmentSecret(Base):
    """What a phone may show at its first contact, of each ``kind`` one: its serial number, or a PIN typed on it.

    ``open_mac`` is as in a window. ``wrong`` holds short hashes of what was shown in vain, between blanks: the same
    wrong thing counts once. ``opened_at`` is when it was given, ``deadline`` NULL for what has none.
    """

    __tablename__ = "enrolment_secret"
    __table_args__ = (
        UniqueConstraint("kind", "open_mac"),
        Index("ix_enrolment_secret_vendor", "kind", "vendor", "deadline"),
    )

    device_id: Mapped[int] = mapped_column(ForeignKey("device.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"), index=True)
    vendor: Mapped[str] = mapped_column(String(32))
    open_mac: Mapped[str | None] = mapped_column(String(12))
    sealed: Mapped[bytes]
    wrong: Mapped[str] = mapped_column(String(80), default="")
    opened_at: Mapped[datetime]
    opened_by: Mapped[str] = mapped_column(String(100))
    deadline: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_why: Mapped[str] = mapped_column(String(60), default="")

    device: Mapped[Device] = relationship()


class Knock(Base):
    """Somebody who asked by a phone's address and got nothing, once for each address that asked."""

    __tablename__ = "knock"
    __table_args__ = (
        UniqueConstraint("mac", "address"),
        Index("ix_knock_last_at", "last_at"),
        Index("ix_knock_source", "source"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mac: Mapped[str] = mapped_column(String(12))
    address: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(64))
    vendor: Mapped[str] = mapped_column(String(32), default="")
    model: Mapped[str] = mapped_column(String(32), default="")
    user_agent: Mapped[str] = mapped_column(String(200), default="")
    file: Mapped[str] = mapped_column(String(100), default="")
    verdict: Mapped[str] = mapped_column(String(16))
    count: Mapped[int]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
