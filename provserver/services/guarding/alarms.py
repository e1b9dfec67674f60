"""Alarms: a phone's secret in other hands, as far as its requests show; and locks for phones."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from provserver.db.models import Alarm, Change, Device, DeviceLine, EnrolmentPolicy
from provserver.db.queries import device_by_mac, owned, searching
from provserver.db.upserting import insert_into
from provserver.domain.roles import Actor, Right
from provserver.errors import NotFound
from provserver.services import changes
from provserver.services.changes import Edit
from provserver.services.guarding import watching
from provserver.services.house import House


class AlarmKind(StrEnum):
    """What happened."""

    TWO_ADDRESSES = "two-addresses"
    OTHER_PHONE = "other-phone"
    WINDOW_TWICE = "window-twice"
    GUESSED = "guessed"


LOCKING = frozenset({AlarmKind.TWO_ADDRESSES, AlarmKind.OTHER_PHONE})
"""What only somebody with the token can cause: whoever knows no more than a MAC must not be able to lock a phone."""


@dataclass(frozen=True, slots=True)
class Ringing:
    """One reason for an alarm."""

    device_id: int
    kind: AlarmKind
    detail: str
    at: datetime


def ring(session: Session, reasons: Iterable[Ringing]) -> None:
    """Raise alarms, each once until somebody acknowledges it; lock phones whose companies want that."""
    newest = {(one.device_id, one.kind): one for one in reasons}
    if not newest:
        return
    ids = {device_id for device_id, _kind in newest}
    devices = {row.id: row for row in session.scalars(select(Device).where(Device.id.in_(ids)))}
    for (device_id, kind), one in sorted(newest.items()):
        if device := devices.get(device_id):
            _ring(session, device, one)
            policy = session.get(EnrolmentPolicy, device.tenant_id)
            if policy is not None and policy.lock_on_alarm and kind in LOCKING and device.locked_at is None:
                put_lock(session, device, one.at, f"alarm: {kind}")
                session.add(_note(device, one.at, "locked", device.locked_why))


def _ring(session: Session, device: Device, one: Ringing) -> None:
    row = {
        "tenant_id": device.tenant_id,
        "device_id": device.id,
        "open_key": f"{device.id}:{one.kind}",
        "kind": one.kind.value,
        "detail": one.detail[:300],
        "count": 1,
        "first_at": one.at,
        "last_at": one.at,
        "acknowledged_by": "",
    }
    statement = insert_into(session, Alarm).values(row)
    again = {
        "count": Alarm.__table__.c.count + 1,
        "last_at": statement.excluded.last_at,
        "detail": statement.excluded.detail,
    }
    session.execute(statement.on_conflict_do_update(index_elements=["open_key"], set_=again))


def put_lock(session: Session, device: Device, now: datetime, why: str) -> None:
    """Lock a phone inside a transaction: nothing is given to it any more, by whatever way it comes."""
    device.locked_at, device.locked_why = now, why[:100]
    watching.update(session, device)


def _note(device: Device, at: datetime, what: str, after: object) -> Change:
    return Change(
        tenant_id=device.tenant_id, at=at, actor="provserver", what=what, subject=device.mac,
        device_id=device.id, before=None, after=after,
    )  # fmt: skip


def set_lock(house: House, actor: Actor, mac: str, *, locked: bool) -> Device:
    """Lock a phone, so that it gets 404 everywhere, or unlock it."""
    actor.require(Right.EDIT)
    with house.database.transaction() as session:
        device = device_by_mac(session, actor, mac, lock=True)
        if locked != (device.locked_at is not None):
            if locked:
                put_lock(session, device, house.clock(), f"locked by {actor.name}")
            else:
                device.locked_at, device.locked_why = None, ""
                watching.update(session, device)
            what = "locked" if locked else "unlocked"
            changes.commit(house, session, actor, Edit(what, device.mac, None, device.locked_why or None, device.id))
        return device


def alarms(
    house: House,
    actor: Actor,
    *,
    everything: bool = False,
    mac: str = "",
    limit: int = 200,
    after: int = 0,
    search: str = "",
) -> Sequence[Alarm]:
    """List the company's alarms, newest first; those that were acknowledged only with ``everything``.

    ``search`` looks in the phone's address, the kind and what happened.
    """
    actor.require(Right.READ)
    with house.database.reading() as session:
        lines = selectinload(Alarm.device).selectinload(Device.lines).selectinload(DeviceLine.line)
        query = owned(Alarm, actor).options(lines).order_by(Alarm.id.desc()).limit(limit)
        if not everything:
            query = query.where(Alarm.acknowledged_at.is_(None))
        if mac:
            query = query.where(Alarm.device_id == device_by_mac(session, actor, mac).id)
        if search:
            query = query.join(Alarm.device).where(*searching(search, Alarm.kind, Alarm.detail, mac=Device.mac))
        if after:
            query = query.where(Alarm.id < after)
        return session.scalars(query).all()


def acknowledge(house: House, actor: Actor, number: int) -> None:
    """Say that somebody looked at an alarm; the next one of its kind is a new one."""
    actor.require(Right.EDIT)
    with house.database.transaction() as session:
        alarm = session.scalar(owned(Alarm, actor).where(Alarm.id == number).with_for_update())
        if alarm is None:
            raise NotFound("there is no such alarm")
        if alarm.acknowledged_at is None:
            alarm.acknowledged_at, alarm.acknowledged_by, alarm.open_key = house.clock(), actor.name, None
            device = session.get(Device, alarm.device_id)
            subject = device.mac if device else str(alarm.device_id)
            edit = Edit("alarm acknowledged", subject, {"alarm": alarm.kind}, None, alarm.device_id)
            changes.commit(house, session, actor, edit)
