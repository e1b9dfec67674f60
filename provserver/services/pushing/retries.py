"""Phones that were told in vain are told anew once somebody changed how they are reached."""

from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from provserver.db.holding import hold
from provserver.db.models import Device, RolloutPhone
from provserver.db.session import ring
from provserver.domain.push_settings import PUSH_SETTINGS
from provserver.domain.rollout import Step

APART = timedelta(milliseconds=50)
"""Between one phone and the next: what is mended for thousands does not tell them all at once."""
NAMES = frozenset(setting.name for setting in PUSH_SETTINGS)


def try_again(session: Session, phones: Select[int], now: datetime) -> None:
    """Tell those of these phones anew that wait or have given up; not those whose restart waits, or whose turn in a
    rollout has not come.
    """
    in_turn = select(RolloutPhone.device_id).where(RolloutPhone.step == Step.READY.value)
    in_vain = (
        Device.id.in_(phones),
        Device.applied_at.is_(None),
        Device.told_at >= Device.changed_at,
        Device.resync_attempts > 0,
        Device.resync_claimed_until.is_(None),
        Device.held == "",
        Device.id.not_in(in_turn),
    )
    hold(session, session.scalars(select(Device.id).where(*in_vain)))
    for number, device in enumerate(session.scalars(select(Device).where(*in_vain).order_by(Device.id))):
        device.resync_attempts = 0
        device.resync_due_at = now + number * APART
    ring(session)
