"""Phones whose requests need more looking at than their token: one flag, kept true wherever a reason comes or goes."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from provserver.db.models import Device, DeviceCredential, DeviceToken, EnrolmentSecret, EnrolmentWindow


def update(session: Session, device: Device) -> None:
    """Set a phone's flag by what there is now."""
    session.flush()
    window = select(EnrolmentWindow.device_id).where(
        EnrolmentWindow.device_id == device.id, EnrolmentWindow.open_mac.is_not(None)
    )
    secret = select(EnrolmentSecret.device_id).where(
        EnrolmentSecret.device_id == device.id, EnrolmentSecret.open_mac.is_not(None)
    )
    tokens = select(func.count(DeviceToken.id)).where(DeviceToken.device_id == device.id)
    several = (session.scalar(tokens) or 0) > 1
    asked = select(DeviceCredential.id).where(DeviceCredential.device_id == device.id, DeviceCredential.username != "")
    device.watched = (
        device.locked_at is not None
        or several
        or session.scalar(window) is not None
        or session.scalar(secret.limit(1)) is not None
        or session.scalar(asked.limit(1)) is not None
    )
