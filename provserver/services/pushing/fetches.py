"""What proves that a phone has its last change: the fetch of every file that counts, as it is now."""

from datetime import datetime

from sqlalchemy import and_, case, or_, select, update
from sqlalchemy.orm import Session

from provserver.db.models import Device, Rendering
from provserver.services.pushing.restarts import RESTART


def is_proven(session: Session, device_id: int) -> bool:
    """Tell whether the phone has fetched every file that proves, as it is now."""
    query = select(Rendering.file).where(
        Rendering.device_id == device_id,
        Rendering.proves.is_(True),
        or_(Rendering.fetched_etag != Rendering.etag, Rendering.stale.is_(True)),
    )
    return session.scalars(query.limit(1)).first() is None


def record_fetch(session: Session, device_id: int, file: str, etag: str, now: datetime) -> bool:
    """Write down that the phone has this version of a file; True once that proves its last change."""
    session.execute(
        update(Rendering)
        .where(Rendering.device_id == device_id, Rendering.file == file)
        .values(fetched_etag=etag, fetched_at=now)
        .execution_options(synchronize_session=False)
    )
    if not is_proven(session, device_id):
        return False
    settle(session, device_id, now)
    return True


def end_wish(device: Device) -> None:
    """End what somebody wanted a phone to do that lacks nothing, once it was told; that it did shows when it asks."""
    device.resync_action = ""
    device.resync_due_at = device.resync_since = device.held_since = None
    device.resync_attempts = 0
    device.held = device.held_why = ""


def settle(session: Session, device_id: int, now: datetime) -> None:
    """End the way of a change that is proven: nobody is told of it any more. An admin's wish stays."""
    wished = Device.resync_action.not_in(["", RESTART])
    open_change = and_(Device.changed_at.is_not(None), Device.applied_at.is_(None))
    session.execute(
        update(Device)
        .where(Device.id == device_id)
        .values(
            resync_action=case((wished, Device.resync_action), else_=""),
            resync_due_at=case((wished, Device.resync_due_at), else_=None),
            resync_since=case((wished, Device.resync_since), else_=None),
            resync_attempts=case((wished, Device.resync_attempts), else_=0),
            held=case((wished, Device.held), else_=""),
            held_why=case((wished, Device.held_why), else_=""),
            held_since=case((wished, Device.held_since), else_=None),
            applied_at=case((open_change, now), else_=Device.applied_at),
        )
        .execution_options(synchronize_session=False)
    )
