"""Stale phones rendered again: one that asks, or several together behind everything else."""

import logging
from collections.abc import Sequence
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from provserver.db.holding import MILDLY
from provserver.db.models import Change, Device, DeviceLine
from provserver.services import changes
from provserver.services.house import House
from provserver.services.pushing import fetches, rolling
from provserver.services.rendering import renderings
from provserver.services.rendering.profiles import Profiles

log = logging.getLogger(__name__)


def refresh_device(house: House, device_id: int) -> str:
    """Render a stale phone in a transaction of its own; return what went wrong, or nothing.

    A phone that cannot be rendered keeps its last good files, and an audit line says so once (invariant 7).
    """
    try:
        with house.database.transaction() as session:
            _refresh(house, session, [device_id])
    except (ValueError, KeyError, TypeError) as error:
        log.exception("A phone's files could not be rendered", extra={"device": device_id})
        _note_broken(house, device_id, f"{type(error).__name__}: the files could not be rendered")
        return "its files could not be rendered; it got the last good one"
    return ""


def refresh_devices(house: House, ids: Sequence[int]) -> None:
    """Render stale phones in one transaction; where one of them cannot be rendered, each in its own."""
    try:
        with house.database.transaction() as session:
            _refresh(house, session, ids)
    except (ValueError, KeyError, TypeError):
        for device_id in ids:
            refresh_device(house, device_id)


def _refresh(house: House, session: Session, ids: Sequence[int]) -> None:
    """Hold the phones, then read what they and their companies are now: who marks one later waits for the commit."""
    query = select(Device).where(Device.id.in_(ids)).order_by(Device.id).with_for_update(of=Device, **MILDLY)
    devices = session.scalars(query.options(selectinload(Device.lines).options(joinedload(DeviceLine.line)))).all()
    for tenant_id, some in groupby(sorted(devices, key=lambda one: one.tenant_id), lambda one: one.tenant_id):
        _refresh_of(house, session, tenant_id, list(some))


def _refresh_of(house: House, session: Session, tenant_id: int, devices: Sequence[Device]) -> None:
    """Render phones of one company, and see to their being told: a rollout in turn, or at once."""
    profiles = Profiles(session, tenant_id, house.config.base_url)
    outcomes = renderings.refresh_all(session, devices, profiles, house.clock())
    rolled = rolling.hold_all(session, devices, outcomes, house.clock())
    same = [one.id for one in devices if one.id not in rolled and not outcomes[one.id].files]
    lacking = fetches.unproven(session, same)
    for device in devices:
        if device.id in rolled:
            continue
        if outcomes[device.id].files:
            changes.tell(house, session, device, outcomes[device.id])
        elif device.id not in lacking:
            fetches.settle(session, device.id, house.clock())


def _note_broken(house: House, device_id: int, reason: str) -> None:
    with house.database.transaction() as session:
        device = session.get(Device, device_id, with_for_update=MILDLY)
        if device is None:
            return
        renderings.unmark(session, device_id)
        rolling.broken(session, device_id, reason)
        session.add(
            Change(
                tenant_id=device.tenant_id, at=house.clock(), actor="provserver", what="rendering failed",
                subject=device.mac, device_id=device_id, before=None, after=reason,
            )
        )  # fmt: skip
