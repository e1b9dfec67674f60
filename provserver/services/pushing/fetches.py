"""What proves that a phone has its last change: the fetch of every file that counts, as it is now."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, case, or_, select, update
from sqlalchemy.orm import Session

from provserver.db.batches import batches
from provserver.db.models import Device, Rendering
from provserver.services.pushing.restarts import RESTART


@dataclass(frozen=True, slots=True)
class Fetch:
    """A version of a file that a phone has taken."""

    device_id: int
    file: str
    etag: str
    at: datetime


def is_proven(session: Session, device_id: int) -> bool:
    """Tell whether the phone has fetched every file that proves, as it is now."""
    return not unproven(session, [device_id])


def unproven(session: Session, ids: Collection[int]) -> set[int]:
    """Tell which of these phones lack a file that proves, as it is now."""
    found = set[int]()
    for some in batches(sorted(ids)):
        found |= set(session.scalars(_UNPROVEN, {"ids": some}))
    return found


def record_fetches(session: Session, fetches: Sequence[Fetch]) -> None:
    """Write down which versions phones have, and end the way of every change that this proves.

    The phones are held, and each fetch is of a file that is there.
    """
    session.flush()
    rows = [{"of": one.device_id, "named": one.file, "has": one.etag, "at": one.at} for one in fetches]
    session.connection().execute(_FETCHED, rows)
    last = {one.device_id: one.at for one in fetches}
    open_ = unproven(session, last)
    _settle(session, ({"of": number, "now": at} for number, at in sorted(last.items()) if number not in open_))


def is_wish(device: Device) -> bool:
    """Tell whether somebody wants the phone to do something, whether or not it lacks anything."""
    return device.resync_action not in ("", RESTART)


def end_wish(device: Device) -> None:
    """End what somebody wanted a phone to do that lacks nothing, once it was told; that it did shows when it asks."""
    device.resync_action = ""
    device.resync_due_at = device.resync_since = device.held_since = None
    device.resync_attempts = 0
    device.held = device.held_why = ""


def settle(session: Session, device_id: int, now: datetime) -> None:
    """End the way of a change that is proven: nobody is told of it any more. An admin's wish stays."""
    session.flush()
    _settle(session, [{"of": device_id, "now": now}])


def _settle(session: Session, rows: Iterable[dict[str, Any]]) -> None:
    if settled := list(rows):
        session.connection().execute(_SETTLED, settled)


_UNPROVEN = (
    select(Rendering.device_id)
    .where(
        Rendering.device_id.in_(bindparam("ids", expanding=True)),
        Rendering.proves.is_(True),
        or_(Rendering.fetched_etag != Rendering.etag, Rendering.stale.is_(True)),
    )
    .distinct()
)
"""Statements of a phone's first fetch are built once: to build them costs as much as to run them."""

_RENDERING = Rendering.__table__
_FETCHED = (
    update(_RENDERING)  # type: ignore[arg-type]  # many rows, past the ORM
    .where(_RENDERING.c.device_id == bindparam("of"), _RENDERING.c.file == bindparam("named"))
    .values(fetched_etag=bindparam("has"), fetched_at=bindparam("at"))
)

_DEVICE = Device.__table__.c
_WISHED = and_(_DEVICE.resync_action != "", _DEVICE.resync_action != RESTART)
_OPEN_CHANGE = and_(_DEVICE.changed_at.is_not(None), _DEVICE.applied_at.is_(None))
_SETTLED = (
    update(Device.__table__)  # type: ignore[arg-type]  # many rows, past the ORM
    .where(_DEVICE.id == bindparam("of"))
    .values(
        resync_action=case((_WISHED, _DEVICE.resync_action), else_=""),
        resync_due_at=case((_WISHED, _DEVICE.resync_due_at), else_=None),
        resync_since=case((_WISHED, _DEVICE.resync_since), else_=None),
        resync_attempts=case((_WISHED, _DEVICE.resync_attempts), else_=0),
        held=case((_WISHED, _DEVICE.held), else_=""),
        held_why=case((_WISHED, _DEVICE.held_why), else_=""),
        held_since=case((_WISHED, _DEVICE.held_since), else_=None),
        applied_at=case((_OPEN_CHANGE, bindparam("now", type_=_DEVICE.applied_at.type)), else_=_DEVICE.applied_at),
    )
)
