"""A phone's own address, replaced without locking the phone out: both open its files until the new one was used."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from provserver.crypto import new_token, token_hash
from provserver.db.models import Device, DeviceToken
from provserver.db.queries import device_by_mac
from provserver.db.session import keyring_of
from provserver.domain.enrolment import window_length
from provserver.domain.roles import Actor, Right
from provserver.errors import Conflict, Invalid
from provserver.services import changes
from provserver.services.changes import Edit
from provserver.services.guarding import watching
from provserver.services.house import House

MOST = 16
"""Addresses of one phone that may be open at once; it came by none of them, so none can be ended unasked."""


def rotate(house: House, actor: Actor, mac: str, *, minutes: object = None, revoke: bool = False) -> str:
    """Give a phone a new address and tell it; return the address, whose token is shown this once.

    Without ``minutes`` the old address works until the new one was used, however long that takes; ``revoke`` ends it
    at once, which locks a phone out that does not know the new one. Raises Invalid, and Conflict after too many.
    """
    actor.require(Right.EDIT)
    with house.database.transaction() as session:
        device = device_by_mac(session, actor, mac, lock=True)
        expires_at = _deadline(house, minutes)
        over = DeviceToken.expires_at <= house.clock()
        session.execute(delete(DeviceToken).where(DeviceToken.device_id == device.id, over))
        count = session.scalar(select(func.count(DeviceToken.id)).where(DeviceToken.device_id == device.id)) or 0
        if count >= MOST and not revoke:
            raise Conflict(f"{count} addresses of this phone are open already, and it came by none of the new ones")
        token = add_token(session, device, house.clock())
        mine = (DeviceToken.device_id == device.id, DeviceToken.hash != token_hash(token))
        if revoke:
            session.execute(delete(DeviceToken).where(*mine))
        elif expires_at is not None:
            for row in session.scalars(select(DeviceToken).where(*mine)):
                row.expires_at = min(row.expires_at or expires_at, expires_at)
        watching.update(session, device)
        after = "the old one is revoked" if revoke else f"the old one until {expires_at or 'the new one is used'}"
        changes.commit(house, session, actor, Edit("address replaced", device.mac, None, after, device.id), [device])
        return f"{house.config.base_url}/p/{token}/"


def _deadline(house: House, minutes: object) -> datetime | None:
    if minutes is None or minutes == "":
        return None
    try:
        return (house.clock() + window_length(minutes)).replace(microsecond=0)
    except ValueError as error:
        raise Invalid.field("minutes", str(error)) from error


def add_token(session: Session, device: Device, now: datetime) -> str:
    """Make a token for a phone; the newest one stands in its files."""
    token = new_token()
    sealed = keyring_of(session).seal(token.encode(), "device token")
    session.add(DeviceToken(device_id=device.id, hash=token_hash(token), sealed=sealed, created_at=now))
    session.flush()
    return token


def revoke_old(house: House, actor: Actor, mac: str) -> int:
    """End every address of a phone but the newest, now; return how many there were."""
    actor.require(Right.EDIT)
    with house.database.transaction() as session:
        device = device_by_mac(session, actor, mac, lock=True)
        newest = select(func.max(DeviceToken.id)).where(DeviceToken.device_id == device.id).scalar_subquery()
        older = (DeviceToken.device_id == device.id, DeviceToken.id < newest)
        count = session.scalar(select(func.count(DeviceToken.id)).where(*older)) or 0
        if count:
            session.execute(delete(DeviceToken).where(*older))
            watching.update(session, device)
            changes.commit(house, session, actor, Edit("old addresses revoked", device.mac, count, 0, device.id))
        return count


def tokens_of(house: House, actor: Actor, mac: str) -> Sequence[DeviceToken]:
    """List a phone's tokens, the newest first; the first stands in its files."""
    actor.require(Right.READ)
    with house.database.reading() as session:
        device = device_by_mac(session, actor, mac)
        here = DeviceToken.device_id == device.id
        alive = DeviceToken.expires_at.is_(None) | (DeviceToken.expires_at > house.clock())
        return session.scalars(select(DeviceToken).where(here, alive).order_by(DeviceToken.id.desc())).all()
