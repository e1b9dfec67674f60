"""Phones of the same lines, as registrations know them: whom a NOTIFY could reach in place of who is meant."""

from collections.abc import Collection, Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from provserver.db.models import Device, DeviceLine
from provserver.domain.numbers import split_port
from provserver.services.pushing.contacts import Sought
from provserver.sip.uri import SipUri


def rivals_of(session: Session, devices: Iterable[Device]) -> dict[int, tuple[Sought, ...]]:
    """Give for each phone the others that carry one of its lines."""
    carried = carrying(session, {row.line_id for device in devices for row in device.lines})
    found = {}
    for device in devices:
        others = {other.id: other for row in device.lines for other in carried.get(row.line_id, ())}
        others.pop(device.id, None)
        found[device.id] = tuple(map(sought, others.values()))
    return found


def carrying(session: Session, lines: Collection[int]) -> dict[int, list[Device]]:
    """Give the phones that carry each of these lines, each phone with all its lines."""
    if not lines:
        return {}
    query = (
        select(DeviceLine.line_id, Device)
        .join(Device, Device.id == DeviceLine.device_id)
        .where(DeviceLine.line_id.in_(lines))
        .options(selectinload(Device.lines).selectinload(DeviceLine.line))
    )
    found: dict[int, list[Device]] = {}
    for line_id, device in session.execute(query):
        found.setdefault(line_id, []).append(device)
    return found


def sought(device: Device) -> Sought:
    """Say how a phone can be known among registrations."""
    known = {device.address, _host(device.sip_address)} - {""}
    seen = device.seen_model.partition("/")[2]
    users = tuple(dict.fromkeys(row.line.username for row in device.lines))
    models = frozenset({device.model, seen} - {""})
    domain = split_port(device.lines[0].line.domain)[0] if device.lines else ""
    return Sought(device.id, device.mac, device.vendor, models, frozenset(known), users, domain)


def _host(sip_address: str) -> str:
    try:
        return SipUri.parse(sip_address).host if sip_address else ""
    except ValueError:
        return ""
