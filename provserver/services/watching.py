"""Phones whose requests need more looking at than their token: one flag, kept true wherever a reason comes or goes."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from provserver.db.models import Device, EnrolmentWindow


def update(session: Session, device: Device) -> None:
    """Set a phone's flag by what there is now."""
    session.flush()
    window = select(EnrolmentWindow.device_id).where(
        EnrolmentWindow.device_id == device.id, EnrolmentWindow.open_mac.is_not(None)
    )
    device.watched = session.scalar(window) is not None
