"""Phones: what they are, whose lines and keys they carry, and how far their last change has come."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from provserver.db.models.base import Base
from provserver.db.models.directory import Line
from provserver.db.types import now


class Device(Base):
    """One phone.

    The ``resync`` columns are the desired state that the worker works off: ``due_at`` says when the phone is to be
    told next (None: nothing to tell), ``claimed_at`` and ``claimed_until`` since when and until when a worker has it in
    hand. ``changed_at`` is the save that is still on its way, or the last one; ``applied_at`` the fetch that proved it.
    ``restart_when`` says how a restart that is due is to be told; ``held`` why nobody is told for now, ``held_why`` in
    words, and since when.

    ``watched`` says that a request of this phone needs more looking at than its token, such as an open window: the
    phones' one query brings it along, so that all others cost nothing more.
    """

    __tablename__ = "device"
    __table_args__ = (Index("ix_device_due", "resync_due_at"), Index("ix_device_tenant_id", "tenant_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id", ondelete="SET NULL"), index=True)
    mac: Mapped[str] = mapped_column(String(12), unique=True)
    vendor: Mapped[str] = mapped_column(String(32))
    model: Mapped[str] = mapped_column(String(32))
    description: Mapped[str] = mapped_column(String(100), default="")
    serial: Mapped[str] = mapped_column(String(32), default="")
    modules: Mapped[int] = mapped_column(default=0)
    sip_address: Mapped[str] = mapped_column(String(255), default="")
    watched: Mapped[bool] = mapped_column(default=False)
    locked_at: Mapped[datetime | None]
    locked_why: Mapped[str] = mapped_column(String(100), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)

    firmware: Mapped[str] = mapped_column(String(64), default="")
    seen_model: Mapped[str] = mapped_column(String(64), default="")
    user_agent: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(64), default="")
    address_before: Mapped[str] = mapped_column(String(64), default="")
    moved_at: Mapped[datetime | None]
    last_seen: Mapped[datetime | None]

    changed_at: Mapped[datetime | None]
    resync_since: Mapped[datetime | None]
    resync_due_at: Mapped[datetime | None]
    resync_claimed_at: Mapped[datetime | None]
    resync_claimed_until: Mapped[datetime | None]
    resync_attempts: Mapped[int] = mapped_column(default=0)
    resync_action: Mapped[str] = mapped_column(String(16), default="")
    restart_when: Mapped[str] = mapped_column(String(8), default="now")
    held: Mapped[str] = mapped_column(String(8), default="")
    held_why: Mapped[str] = mapped_column(String(200), default="")
    held_since: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    told_way: Mapped[str] = mapped_column(String(100), default="")
    told_status: Mapped[int] = mapped_column(default=0)
    told_reason: Mapped[str] = mapped_column(String(200), default="")
    applied_at: Mapped[datetime | None]

    lines: Mapped[list["DeviceLine"]] = relationship(
        order_by="DeviceLine.position", cascade="all, delete-orphan", passive_deletes=True
    )


class DeviceLine(Base):
    """A line on a phone; position 1 is its first account."""

    __tablename__ = "device_line"

    device_id: Mapped[int] = mapped_column(ForeignKey("device.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("line.id", ondelete="CASCADE"), index=True)

    line: Mapped[Line] = relationship()


class DeviceKey(Base):
    """A key that is not empty; module 0 is the phone itself."""

    __tablename__ = "device_key"
    __table_args__ = (Index("ix_device_key_target", "target"),)

    device_id: Mapped[int] = mapped_column(ForeignKey("device.id", ondelete="CASCADE"), primary_key=True)
    module: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    target: Mapped[str] = mapped_column(String(255), default="")
    label: Mapped[str] = mapped_column(String(64), default="")
    line: Mapped[int] = mapped_column(default=1)
    use_name_as_label: Mapped[bool] = mapped_column(default=False)
    locked: Mapped[bool] = mapped_column(default=False)


class DeviceToken(Base):
    """A secret that opens a phone's own files: found by its hash, kept sealed because the files carry it.

    The newest one stands in the files; older ones open them too until a newer one was used, or ``expires_at``.
    """

    __tablename__ = "device_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("device.id", ondelete="CASCADE"), index=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    sealed: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(default=now)
    used_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
