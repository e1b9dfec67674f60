"""How a phone learns of a change: what is due, who takes it in hand, what an answer means, what proves it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, selectinload

from provserver.config import Config
from provserver.db.holding import hold
from provserver.db.models import Device, DeviceLine, Telling
from provserver.db.session import Database, ring
from provserver.domain.answers import CREDENTIALS, NO_FETCH, Meaning
from provserver.domain.clocks import DRIFT
from provserver.domain.push_settings import Way
from provserver.domain.rollout import When
from provserver.services.pushing import fetches, restarts
from provserver.services.pushing.reach import Reach, Step, ways_of
from provserver.services.pushing.restarts import RESTART, Busy, Held
from provserver.vendors.base import Push
from provserver.vendors.registry import vendors

SETTLE = timedelta(milliseconds=250)
"""Saves this close together become one NOTIFY."""
SETTLE_LIMIT = timedelta(milliseconds=1500)
"""How long a stream of saves can put the NOTIFY off."""
LEASE = timedelta(seconds=60)
"""How long a worker has a phone in hand; after a crash the next one takes it up."""
FETCH_WITHIN = timedelta(seconds=20)
RESTART_WITHIN = timedelta(minutes=3)
LONGEST_AFTER = 24 * 3600
BACK_OFF = tuple(timedelta(seconds=seconds) for seconds in (10, 30, 120, 600, 3600, 6 * 3600, 24 * 3600))


@dataclass(frozen=True, slots=True)
class Task:
    """A phone to tell: by which ways, what, and the save that it speaks of.

    ``heard`` are ways by which it was reached since that save, or refused, and did not fetch. ``when_idle`` has it
    told only while it is in no call.
    """

    device_id: int
    mac: str
    reach: Reach
    push: Push
    changed_at: datetime | None
    action: str
    heard: frozenset[str] = frozenset()
    when_idle: bool = False

    @property
    def steps(self) -> tuple[Step, ...]:
        """Give the ways to go now: not those that led to an answer and to no fetch, while there are others."""
        others = tuple(step for step in self.reach.steps if step.way.value not in self.heard)
        return others if any(not step.lacking for step in others) else self.reach.steps


def schedule(session: Session, device: Device, now: datetime, *, restart: bool = False) -> None:
    """Write down that the phone should be told; ten saves in a second are told once, and a restart may have to wait."""
    pending = device.resync_due_at is not None and device.resync_since is not None
    since = device.resync_since if pending and device.resync_since else now
    device.changed_at = now
    device.applied_at = None
    device.resync_attempts = 0
    if not is_reachable(device):
        return
    if restart and not device.resync_action:
        device.resync_action = RESTART
    device.resync_since = since
    device.resync_due_at = min(now + SETTLE, since + SETTLE_LIMIT)
    restarts.decide(session, device, now)
    ring(session)


def request_action(session: Session, device: Device, action: str, now: datetime, when: When = When.NOW) -> None:
    """Write down that an admin wants the phone resynced, rebooted or reset, whether or not anything changed.

    ``when`` lets a reboot wait.
    """
    restarts.free(device)
    device.restart_when = when.value
    device.resync_action = action
    device.resync_attempts = 0
    device.changed_at = now
    device.applied_at = None
    device.resync_since = now
    device.resync_due_at = now
    restarts.gate(session, device, now)
    ring(session)


def is_reachable(device: Device) -> bool:
    """Tell whether there is any address to send to."""
    return bool(device.sip_address or device.address)


def claim(database: Database, config: Config, now: datetime, limit: int) -> list[Task]:
    """Take phones in hand that are due, with the ways to them, saves first; several workers never take the same one."""
    devices = _take(database, now, limit)
    if not devices:
        return []
    with database.reading() as session:
        ways = ways_of(session, config, devices)
        heard = _heard(session, devices)
    return [_task(device, ways[device.id], heard.get(device.id, set())) for device in devices]


def _take(database: Database, now: datetime, limit: int) -> Sequence[Device]:
    with database.transaction() as session:
        query = (
            select(Device)
            .where(Device.resync_due_at.is_not(None), _is_due(now))
            .where(or_(Device.resync_claimed_until.is_(None), Device.resync_claimed_until < now, _is_odd(now)))
            .order_by(Device.resync_since.is_(None), Device.resync_due_at)
            .limit(limit)
            .with_for_update(skip_locked=True, key_share=True)
            .options(selectinload(Device.lines).joinedload(DeviceLine.line))
        )
        devices = [device for device in session.scalars(query) if not restarts.put_off(session, device, now)]
        for device in devices:
            device.resync_claimed_at, device.resync_claimed_until = now, now + LEASE
            device.resync_since = None
            device.resync_due_at = min(device.resync_due_at or now, now)
            device.changed_at = min(device.changed_at, now) if device.changed_at else None
            device.told_at = min(device.told_at, now) if device.told_at else None
        return devices


def _is_due(now: datetime) -> ColumnElement[bool]:
    """Select what is due: by the clock, or by what was written before the clock was put back."""
    ahead = now + DRIFT
    return or_(Device.resync_due_at <= now, Device.changed_at > ahead, Device.told_at > ahead)


def _is_odd(now: datetime) -> ColumnElement[bool]:
    """Select a lease that lasts longer than any does: the clock was put back, and whoever took it may be gone."""
    return Device.resync_claimed_until > now + LEASE + DRIFT


def _heard(session: Session, devices: Sequence[Device]) -> dict[int, set[str]]:
    """Give the ways that led to a yes or a no since phones' last save, for those that are told again."""
    again = {device.id: device for device in devices if device.resync_attempts}
    found: dict[int, set[str]] = {}
    if again:
        ended = Telling.status.between(200, 299) | Telling.status.in_([*CREDENTIALS, *NO_FETCH])
        query = select(Telling).where(Telling.device_id.in_(again), ended)
        for row in session.scalars(query):
            changed_at = again[row.device_id].changed_at
            if changed_at is None or row.at >= changed_at:
                found.setdefault(row.device_id, set()).add(row.way)
    return found


def _task(device: Device, reach: Reach, heard: set[str]) -> Task:
    pushes = vendors()[device.vendor].rules.pushes
    action = device.resync_action or "resync"
    push = pushes.get("reboot" if action == RESTART else action) or pushes["resync"]
    when_idle = restarts.waits_for_idle(device)
    return Task(device.id, device.mac, reach, push, device.changed_at, action, frozenset(heard), when_idle)


def next_due(database: Database) -> datetime | None:
    """Tell when the next phone is due, or when a phone that somebody has in hand comes free."""
    with database.reading() as session:
        waiting = select(func.min(Device.resync_due_at)).where(Device.resync_claimed_until.is_(None))
        held = select(func.min(Device.resync_claimed_until)).where(Device.resync_due_at.is_not(None))
        moments = [moment for moment in (session.scalar(waiting), session.scalar(held)) if moment is not None]
        return min(moments, default=None)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way that was tried, to whom, and what it means; status 0 is a way that could not be gone.

    ``after`` are the seconds that its answer wants to be left in peace.
    """

    way: Way
    target: str
    status: int
    meaning: Meaning
    after: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """How telling one phone ended: way by way, the last one where there was an answer decides.

    ``busy`` says that it was not told, because it is in a call or nobody knows.
    """

    task: Task
    attempts: tuple[Attempt, ...]
    busy: Busy | None = None

    @property
    def last(self) -> Attempt | None:
        """Give the attempt that decides; None where the phone is left to ask by itself."""
        gone = [attempt for attempt in self.attempts if attempt.status]
        return next(reversed(gone or self.attempts), None)

    @property
    def after(self) -> int:
        """Give the seconds for which nobody is to be told again."""
        return min(self.last.after, LONGEST_AFTER) if self.last else 0


WEB_ACTION = "web action"
WAYS = {
    Way.DIRECT: "to its own address",
    Way.REGISTRAR: "through its registrar",
    Way.ASTERISK: "through Asterisk",
    Way.FREESWITCH: "through FreeSWITCH",
    Way.KAMAILIO: "through Kamailio",
    Way.HTTP: "over HTTP",
}


def record_told(database: Database, outcomes: Sequence[Told], now: datetime) -> None:
    """Write down what came back, and when to look at each phone again."""
    with database.transaction() as session:
        hold(session, [told.task.device_id for told in outcomes])
        for told in outcomes:
            device = session.get(Device, told.task.device_id)
            if device is not None:
                _record(session, device, told, now)


def _record(session: Session, device: Device, told: Told, now: datetime) -> None:
    result = _note(session, device, told, now)
    device.resync_claimed_until = None
    if device.resync_since is not None:
        ring(session)  # somebody saved while the NOTIFY was under way: that save has its own due time
        return
    if told.busy is not None:
        restarts.wait_for_idle(session, device, told.busy, now)
        ring(session)
        return
    if device.held == Held.IDLE:
        restarts.free(device)
    attempt = device.resync_attempts
    device.resync_attempts += 1
    is_done = result.reached and told.task.action == device.resync_action
    if fetches.is_proven(session, device.id) and (is_done or not fetches.is_wish(device)):
        if fetches.is_wish(device):
            fetches.end_wish(device)
        else:
            fetches.settle(session, device.id, now)
        return
    if is_done:
        device.resync_action = ""
    if device.held != Held.LEFT:
        due = _again(result, attempt, now, told.task.push.event)
        device.resync_due_at = max(due, now + timedelta(seconds=told.after)) if due else None
    if device.resync_due_at is None and fetches.is_wish(device):
        device.resync_action = ""  # given up: no later save is to do it


def _note(session: Session, device: Device, told: Told, now: datetime) -> Meaning:
    """Write every attempt down, and what they come to; without any the phone is left to ask by itself."""
    last = told.last
    if last is None:
        return Meaning(False, False, "")
    for attempt in told.attempts:
        row = Telling(device_id=device.id, at=now, way=attempt.way.value, status=attempt.status)
        row.target, row.sentence = attempt.target[:255], attempt.meaning.sentence[:255]
        session.add(row)
    device.told_at = now
    what = WEB_ACTION if last.way is Way.HTTP else told.task.push.event
    device.told_way = f"{what} {WAYS[last.way]}"[:100]
    device.told_status = last.status
    device.told_reason = last.meaning.sentence[:200]
    retry = last.meaning.retry if last.meaning.reached else any(one.meaning.retry for one in told.attempts)
    return replace(last.meaning, retry=retry)


def _again(result: Meaning, attempt: int, now: datetime, event: str) -> datetime | None:
    if not result.retry or attempt >= len(BACK_OFF):
        return None
    if result.reached and attempt == 0:
        return now + (RESTART_WITHIN if "reboot=true" in event else FETCH_WITHIN)
    return now + BACK_OFF[attempt]
