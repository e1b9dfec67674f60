"""The first phones of a rollout: who is worth being one, and who is replaced because nobody could tell it."""

from collections.abc import Collection
from itertools import islice
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from provserver.db.models import Device, Rollout, RolloutPhone
from provserver.domain.answers import OFFLINE
from provserver.domain.rollout import Policy, Step

UNREACHED = OFFLINE | {503}
"""Answers by which the phone heard nothing: it is not registered or gone, or nothing listens at its address.

A phone that is silent (408) is no such phone: it may be what the change made of it.
"""
SPARE = 10
"""First phones that are replaced; where more cannot be reached, something else is wrong, and they count as failed."""


def choose(session: Session, tenant_id: int, ids: Collection[int], policy: Policy) -> set[int]:
    """Choose the phones of an edit that go first: those that the admin picked, else the most promising ones."""
    if policy.canary_phones:
        return set(session.scalars(select(Device.id).where(Device.mac.in_(policy.canary_phones))))
    reachable = (Device.sip_address != "") | (Device.address != "")
    query = select(Device.id).where(Device.tenant_id == tenant_id, reachable).order_by(*promising())
    concerned = set(ids)
    return set(islice((one for one in session.scalars(query) if one in concerned), policy.canary))


def promising() -> tuple[Any, ...]:
    """Sort phones for their turn: those that answered last time, those nobody told yet, the last seen among them."""
    told = case((Device.told_status.between(200, 299), 0), (Device.told_status == 0, 1), else_=2)
    return told, Device.sip_address == "", Device.last_seen.desc().nulls_last(), Device.id


def replace_unreached(session: Session, rollout: Rollout, policy: Policy) -> None:
    """Leave first phones that could not be told to ask by themselves, so that others go first in their place.

    Nothing was learnt of the change from a phone that is switched off. Phones that the admin picked stay.
    """
    mine = (RolloutPhone.rollout_id == rollout.id) & RolloutPhone.canary.is_(True)
    gone = select(func.count()).where(mine, RolloutPhone.step == Step.ASKS.value, RolloutPhone.reason != "")
    room = SPARE - (session.scalar(gone) or 0)
    query = (
        select(RolloutPhone, Device)
        .join(Device, Device.id == RolloutPhone.device_id)
        .where(mine, RolloutPhone.step == Step.TOLD.value, Device.applied_at.is_(None))
        .where(Device.told_at >= RolloutPhone.told_at, Device.told_status.in_(UNREACHED))
        .where(Device.mac.not_in(policy.canary_phones))
        .order_by(Device.id)
        .limit(max(room, 0))
    )
    for row, device in session.execute(query.with_for_update(of=RolloutPhone, skip_locked=True)):
        row.step, row.reason = Step.ASKS.value, device.told_reason[:200]
    session.flush()
