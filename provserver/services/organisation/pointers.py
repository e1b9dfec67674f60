"""What keys point at: which phones dial or monitor a number, and what becomes of their keys when it goes or changes."""

from collections.abc import Collection, Sequence
from dataclasses import asdict

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from provserver.db.batches import batches
from provserver.db.models import Device, DeviceKey, Group, Line, ShortCode
from provserver.domain.keys import EMPTY, Key
from provserver.domain.mac import format_mac
from provserver.domain.roles import Actor
from provserver.domain.slots import KeyKind, Slot
from provserver.errors import Conflict
from provserver.services import changes
from provserver.services.changes import Edit
from provserver.services.house import House

_NAMED = 5
"""Phones that a refusal names."""
"""Numbers in one query; SQLite takes some thousand, PostgreSQL more."""


def pointing(actor: Actor, numbers: Collection[str], also: Collection[int] = ()) -> Select[int]:
    """Select the ids of the company's phones with a key that points at one of these numbers; ``also`` are more ids."""
    mine = select(Device.id).where(Device.tenant_id == actor.tenant_id)
    with_key = select(DeviceKey.device_id).where(DeviceKey.target.in_(sorted(set(numbers) - {""})))
    return mine.where(Device.id.in_(with_key) | Device.id.in_(sorted(also)))


def settle(
    house: House, session: Session, actor: Actor, field: str, gone: Sequence[str], *, release: bool = False
) -> list[int]:
    """Have no key point at these numbers; raises Conflict naming the phones, unless ``release`` empties their keys.

    Returns the ids of the phones whose keys were emptied; the caller's edit has to reach them.
    """
    keys = _keys(session, actor, gone)
    if keys and not release:
        raise Conflict(f"{field}: {_refusal(session, keys)}")
    return _rewrite(house, session, actor, keys, None)


def follow(house: House, session: Session, actor: Actor, before: str, after: str) -> list[int]:
    """Have the keys that point at a number point at the one that it became; return the ids of their phones."""
    if not before or before == after:
        return []
    return _rewrite(house, session, actor, _keys(session, actor, [before]), after)


def _keys(session: Session, actor: Actor, numbers: Sequence[str]) -> list[DeviceKey]:
    mine = select(Device.id).where(Device.tenant_id == actor.tenant_id)
    found: list[DeviceKey] = []
    wanted = sorted(set(numbers) - {""})
    for some in batches(wanted):
        here = DeviceKey.target.in_(some)
        found += session.scalars(select(DeviceKey).where(DeviceKey.device_id.in_(mine), here)).all()
    return found


def _refusal(session: Session, keys: Sequence[DeviceKey]) -> str:
    ids = sorted({key.device_id for key in keys})
    numbers = ", ".join(sorted({key.target for key in keys})[:_NAMED])
    macs = session.scalars(select(Device.mac).where(Device.id.in_(ids[:_NAMED])).order_by(Device.id)).all()
    named = ", ".join(format_mac(mac) for mac in macs)
    return f"keys of {len(ids)} phones point at {numbers} ({named}); release them first"


def _rewrite(house: House, session: Session, actor: Actor, keys: Sequence[DeviceKey], after: str | None) -> list[int]:
    """Give keys another number, or empty them; each phone's history says so."""
    ids = sorted({key.device_id for key in keys})
    for device_id in ids:
        mine = [key for key in keys if key.device_id == device_id]
        before = {_slot(key): _plain(key) for key in mine}
        for key in mine:
            if after is None:
                session.delete(key)
            else:
                key.target = after
        session.flush()
        now = {slot: asdict(EMPTY) if after is None else {**key, "target": after} for slot, key in before.items()}
        device = session.get_one(Device, device_id)
        changes.record(house, session, actor, Edit("keys", device.mac, before, now, device_id))
    return ids


def _slot(key: DeviceKey) -> str:
    return str(Slot(key.module, key.number))


def _plain(key: DeviceKey) -> dict[str, object]:
    kind = KeyKind(key.kind)
    return asdict(Key(kind, key.target, key.label, key.line, key.use_name_as_label, key.locked))


def require_unused(session: Session, actor: Actor, number: str, field: str, *, beside: object = None) -> None:
    """Raise Conflict where a number is somebody's or something's already; ``beside`` is the row that may have it."""
    if not number:
        return
    lines = select(Line).where(Line.tenant_id == actor.tenant_id, Line.extension == number)
    codes = select(ShortCode).where(ShortCode.tenant_id == actor.tenant_id, ShortCode.code == number)
    groups = select(Group).where(Group.tenant_id == actor.tenant_id, Group.kind == "hunt", Group.number == number)
    for query, what in ((lines, "a line"), (codes, "a short code"), (groups, "a hunt group")):
        row: object = session.scalars(query).first()
        if row is not None and row is not beside:
            raise Conflict(f"{field}: there is {what} {number} already")
