"""How a phone learns of a change: what is due, who takes it in hand, what an answer means, what proves it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, case, func, or_, select, update
from sqlalchemy.orm import Session, selectinload

from provserver.db.models import Device, DeviceLine, Rendering
from provserver.db.session import Database, ring
from provserver.vendors.base import Push
from provserver.vendors.registry import vendors

SETTLE = timedelta(milliseconds=250)
"""Saves this close together become one NOTIFY."""
SETTLE_LIMIT = timedelta(milliseconds=1500)
"""How long a stream of saves can put the NOTIFY off."""
LEASE = timedelta(seconds=30)
"""How long a worker has a phone in hand; after a crash the next one takes it up."""
FETCH_WITHIN = timedelta(seconds=20)
RESTART_WITHIN = timedelta(minutes=3)
RESTART = "restart"
"""The action of a change that restarts the phone; an admin's own wish is ``reboot``, and outlives a fetch."""
BACK_OFF = tuple(timedelta(seconds=seconds) for seconds in (10, 30, 120, 600, 3600, 6 * 3600, 24 * 3600))


@dataclass(frozen=True, slots=True)
class Task:
    """One NOTIFY to send: where, what, and the save that it speaks of."""

    device_id: int
    mac: str
    target: str
    way: str
    push: Push
    changed_at: datetime | None
    action: str


def schedule(session: Session, device: Device, now: datetime, *, restarts: bool = False) -> None:
    """Write down that the phone should be told; ten saves in a second are told once."""
    pending = device.resync_due_at is not None and device.resync_since is not None
    since = device.resync_since if pending and device.resync_since else now
    device.changed_at = now
    device.applied_at = None
    device.resync_attempts = 0
    if not is_reachable(device):
        return
    if restarts and not device.resync_action:
        device.resync_action = RESTART
    device.resync_since = since
    device.resync_due_at = min(now + SETTLE, since + SETTLE_LIMIT)
    ring(session)


def request_action(session: Session, device: Device, action: str, now: datetime) -> None:
    """Write down that an admin wants the phone resynced, rebooted or reset, whether or not anything changed."""
    device.resync_action = action
    device.resync_attempts = 0
    device.changed_at = now
    device.applied_at = None
    device.resync_since = now
    device.resync_due_at = now
    ring(session)


def is_reachable(device: Device) -> bool:
    """Tell whether there is any address to send to."""
    return bool(device.sip_address or device.address)


def target_of(device: Device) -> tuple[str, str]:
    """Give the SIP address to send to, and the way in words."""
    if device.sip_address:
        return device.sip_address, "its SIP address"
    user = device.lines[0].line.extension if device.lines else device.mac
    host = f"[{device.address}]" if ":" in device.address else device.address
    return f"sip:{user}@{host}:5060", "the address it last fetched from"


def claim(database: Database, now: datetime, limit: int) -> list[Task]:
    """Take phones in hand that are due, saves first; several workers never take the same one."""
    with database.transaction() as session:
        query = (
            select(Device)
            .where(Device.resync_due_at <= now)
            .where(or_(Device.resync_claimed_until.is_(None), Device.resync_claimed_until < now))
            .order_by(Device.resync_since.is_(None), Device.resync_due_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .options(selectinload(Device.lines).joinedload(DeviceLine.line))
        )
        devices = session.scalars(query).all()
        for device in devices:
            device.resync_claimed_until = now + LEASE
            device.resync_since = None
        return [_task(device) for device in devices]


def _task(device: Device) -> Task:
    pushes = vendors()[device.vendor].rules.pushes
    target, way = target_of(device)
    action = device.resync_action or "resync"
    push = pushes.get("reboot" if action == RESTART else action) or pushes["resync"]
    return Task(device.id, device.mac, target, f"{push.event} to {way}", push, device.changed_at, action)


def next_due(database: Database) -> datetime | None:
    """Tell when the next phone is due, or when a phone that somebody has in hand comes free."""
    with database.reading() as session:
        waiting = select(func.min(Device.resync_due_at)).where(Device.resync_claimed_until.is_(None))
        held = select(func.min(Device.resync_claimed_until)).where(Device.resync_due_at.is_not(None))
        moments = [moment for moment in (session.scalar(waiting), session.scalar(held)) if moment is not None]
        return min(moments, default=None)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an answer to a NOTIFY means: whether to try again soon, and the sentence for the admin."""

    reached: bool
    retry: bool
    sentence: str


def meaning(status: int) -> Meaning:
    """Explain a SIP status; a 2xx proves nothing, only the fetch does (facts: sip, section 2)."""
    if 200 <= status < 300:
        return Meaning(True, True, "the phone was told")
    if status in {481, 489, 405, 501}:
        return Meaning(True, False, f"the phone answered {status}: it is reached, but does not fetch when told")
    if status in {401, 403, 407}:
        return Meaning(True, False, f"the phone answered {status}: it wants credentials for this")
    if status == 408:
        return Meaning(False, True, "the phone did not answer")
    if status == 503:
        return Meaning(False, True, "nothing listens at the phone's address")
    if status in {404, 430, 477, 480}:
        return Meaning(False, True, f"the phone is not there ({status})")
    return Meaning(True, True, f"the phone answered {status}")


@dataclass(frozen=True, slots=True)
class Told:
    """How one NOTIFY ended."""

    task: Task
    status: int


def record_told(database: Database, outcomes: Sequence[Told], now: datetime) -> None:
    """Write down what came back, and when to look at each phone again."""
    with database.transaction() as session:
        for told in outcomes:
            device = session.get(Device, told.task.device_id, with_for_update=True)
            if device is not None:
                _record(session, device, told, now)


def _record(session: Session, device: Device, told: Told, now: datetime) -> None:
    result = meaning(told.status)
    device.told_at = now
    device.told_way = told.task.way
    device.told_status = told.status
    device.told_reason = result.sentence
    device.resync_claimed_until = None
    if device.resync_since is not None:
        ring(session)  # somebody saved while the NOTIFY was under way: that save has its own due time
        return
    attempt = device.resync_attempts
    device.resync_attempts += 1
    if result.reached and told.task.action == device.resync_action:
        device.resync_action = ""
    if is_proven(session, device.id) and (result.reached or told.task.action in {"resync", RESTART}):
        settle(session, device.id, now)
        return
    device.resync_due_at = _again(result, attempt, now, told.task.push.event)


def _again(result: Meaning, attempt: int, now: datetime, event: str) -> datetime | None:
    if not result.retry or attempt >= len(BACK_OFF):
        return None
    if result.reached and attempt == 0:
        return now + (RESTART_WITHIN if "reboot=true" in event else FETCH_WITHIN)
    return now + BACK_OFF[attempt]


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
            applied_at=case((open_change, now), else_=Device.applied_at),
        )
        .execution_options(synchronize_session=False)
    )
