"""Wide edits on their way: the company's policy, each rollout, and where each of its phones stands."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from provserver.db.models.base import Base
from provserver.db.types import now


class RolloutPolicy(Base):
    """How a company wants wide edits rolled out; no row means the usual way."""

    __tablename__ = "rollout_policy"

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"), primary_key=True)
    terms: Mapped[Any] = mapped_column(JSON)


class Rollout(Base):
    """One wide edit.

    ``terms`` is the policy as it was when the edit was saved. ``paced_at`` is the first moment that no phone has been
    given yet, over all workers and nodes: whoever holds the row gives out the next ones, 1/rate seconds apart.
    ``word`` is an admin's *apply now*, which no window holds back. ``resumed_at`` is when an admin last had it go on,
    and ``resumed_to`` the step of phones that failed by then: what was under way takes it too, when it fails later.
    """

    __tablename__ = "rollout"
    __table_args__ = (Index("ix_rollout_tenant_id", "tenant_id"), Index("ix_rollout_stage", "stage"))

    id: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"))
    what: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(120))
    actor: Mapped[str] = mapped_column(String(100))
    started_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]
    stage: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(200), default="")
    terms: Mapped[Any] = mapped_column(JSON)
    canary_done: Mapped[bool] = mapped_column(default=False)
    word: Mapped[bool] = mapped_column(default=False)
    paced_at: Mapped[datetime] = mapped_column(default=now)
    resumed_at: Mapped[datetime | None]
    resumed_to: Mapped[str] = mapped_column(String(12), default="")


class RolloutPhone(Base):
    """Where one phone of a rollout stands; ``since`` is when its files were found to differ.

    ``not_before`` is when a phone that was in a call is looked at again.
    """

    __tablename__ = "rollout_phone"
    __table_args__ = (
        Index("ix_rollout_phone_device_id", "device_id"),
        Index("ix_rollout_phone_step", "step"),
    )

    rollout_id: Mapped[int] = mapped_column(ForeignKey("rollout.id", ondelete="CASCADE"), primary_key=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("device.id", ondelete="CASCADE"), primary_key=True)
    step: Mapped[str] = mapped_column(String(12))
    canary: Mapped[bool] = mapped_column(default=False)
    restarts: Mapped[bool] = mapped_column(default=False)
    since: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    not_before: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(200), default="")
