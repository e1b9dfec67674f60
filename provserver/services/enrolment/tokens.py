"""A phone's own address, replaced without locking the phone out: both open its files until the new one was used."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, delete, func, select, update
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
KEPT = 16
"""Addresses of one phone that are over and still known: who comes by one missed something, and is no guesser."""
REVOKED = datetime(2000, 1, 1, tzinfo=UTC)
"""When a revoked address is over: by any clock."""


def rotate(house: House, actor: Actor, mac: str, *, minutes: object = None, revoke: bool = False) -> str:
    """Give a phone a new address and tell it; return the address, whose token is shown this once.

    Without ``minutes`` the old address works until the new one was used, however long that takes; ``revoke`` ends it
    at once, which locks a phone out that does not know the new one. Raises Invalid, and Conflict after too many.
    """
    actor.require(Right.EDIT)
    with house.database.transaction() as session:
        device = device_by_mac(session, actor, mac, lock=True)
        expires_at = _deadline(house, minutes)
        here = DeviceToken.device_id == device.id
        count = session.scalar(select(func.count(DeviceToken.id)).where(here, alive(house.clock()))) or 0
        if count >= MOST and not revoke:
            raise Conflict(f"{count} addresses of this phone are open already, and it came by none of the new ones")
        token = add_token(session, device, house.clock())
        mine = (here, DeviceToken.hash != token_hash(token))
        if revoke:
            session.execute(update(DeviceToken).where(*mine).values(expires_at=REVOKED))
        elif expires_at is not None:
            for row in session.scalars(select(DeviceToken).where(*mine)):
                row.expires_at = min(row.expires_at or expires_at, expires_at)
        _forget(session, device, house.clock())
        watching.update(session, device)
        after = "the old one is revoked" if revoke else f"the old one until {expires_at or 'the new one is used'}"
        changes.commit(house, session, actor, Edit("address replaced", device.mac, None, after, device.id), [device])
        return f"{house.config.base_url}/p/{token}/"


def alive(now: datetime) -> ColumnElement[bool]:
    """Select tokens whose time is not over."""
    return DeviceToken.expires_at.is_(None) | (DeviceToken.expires_at > now)


def _forget(session: Session, device: Device, now: datetime) -> None:
    """Forget a phone's oldest addresses of those that are over."""
    over = select(DeviceToken.id).where(DeviceToken.device_id == device.id, ~alive(now))
    oldest = session.scalars(over.order_by(DeviceToken.id.desc()).offset(KEPT)).all()
    session.execute(delete(DeviceToken).where(DeviceToken.id.in_(oldest)))


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
        older = (DeviceToken.device_id == device.id, DeviceToken.id < newest, alive(house.clock()))
        count = session.scalar(select(func.count(DeviceToken.id)).where(*older)) or 0
        if count:
            session.execute(update(DeviceToken).where(*older).values(expires_at=REVOKED))
            watching.update(session, device)
            changes.commit(house, session, actor, Edit("old addresses revoked", device.mac, count, 0, device.id))
        return count


def tokens_of(house: House, actor: Actor, mac: str) -> Sequence[DeviceToken]:
    """List a phone's tokens, the newest first; the first stands in its files."""
    actor.require(Right.READ)
    with house.database.reading() as session:
        device = device_by_mac(session, actor, mac)
        mine = select(DeviceToken).where(DeviceToken.device_id == device.id, alive(house.clock()))
        return session.scalars(mine.order_by(DeviceToken.id.desc())).all()
