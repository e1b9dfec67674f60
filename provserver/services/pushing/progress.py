"""How far each phone's last change has come, for pages and programs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from provserver.db.batches import batches
from provserver.db.models import Device, DeviceLine, Line, PhoneLog, Rendering, Rollout, RolloutPhone, Telling, Upload
from provserver.db.queries import device_by_mac, owned_ids
from provserver.domain.roles import Actor, Right
from provserver.domain.rollout import Stage, Step
from provserver.domain.state import Progress, State, state_of
from provserver.services.house import House
from provserver.services.pushing.restarts import Waits, waits_of
from provserver.services.pushing.resync import is_reachable

TURN = "its turn in rollout {number} has not come yet"
TURNS = {Stage.PAUSED.value: "rollout {number} is paused", Stage.HALTED.value: "rollout {number} has halted"}


@dataclass(frozen=True, slots=True)
class Standing:
    """A phone with its state and the sentence that explains it."""

    device: Device
    state: State
    reason: str

    @property
    def waits(self) -> Waits | None:
        """Tell what the phone's restart waits for."""
        return waits_of(self.device)

    @property
    def seconds(self) -> float | None:
        """Give the seconds from the last save to the fetch that proved it."""
        if self.device.changed_at is None or self.device.applied_at is None:
            return None
        return (self.device.applied_at - self.device.changed_at).total_seconds()


@dataclass(frozen=True, slots=True)
class FileStanding:
    """One file as it should be, and the version that the phone has."""

    name: str
    etag: str
    proves: bool
    stale: bool
    rendered_at: datetime
    fetched_etag: str
    fetched_at: datetime | None


def standings(house: House, actor: Actor, devices: Sequence[Device]) -> list[Standing]:
    """Tell where each of these phones stands; one query for all of them."""
    actor.require(Right.USE)
    with house.database.reading() as session:
        return device_standings(session, devices)


def state(house: House, actor: Actor, mac: str) -> Standing:
    """Tell where one phone stands, without its files: this is what every save answers."""
    actor.require(Right.USE)
    with house.database.reading() as session:
        return device_standings(session, [device_by_mac(session, actor, mac)])[0]


def standing(house: House, actor: Actor, mac: str) -> tuple[Standing, list[FileStanding]]:
    """Tell where one phone stands, and each of its files."""
    actor.require(Right.USE)
    with house.database.reading() as session:
        device = device_by_mac(session, actor, mac)
        rows = session.scalars(select(Rendering).where(Rendering.device_id == device.id).order_by(Rendering.file))
        files = [
            FileStanding(row.file, row.etag, row.proves, row.stale, row.rendered_at, row.fetched_etag, row.fetched_at)
            for row in rows
        ]
        return device_standings(session, [device])[0], files


def device_standings(session: Session, devices: Sequence[Device]) -> list[Standing]:
    """Tell where these phones stand, inside a session that is open already."""
    missing = case((and_(Rendering.proves.is_(True), Rendering.fetched_etag != Rendering.etag), 1), else_=0)
    stale = case((Rendering.stale.is_(True), 1), else_=0)
    query = select(Rendering.device_id, func.sum(missing), func.sum(stale)).group_by(Rendering.device_id)
    query = query.where(Rendering.device_id.in_([device.id for device in devices]))
    found = {row[0]: (row[1] or 0, row[2] or 0) for row in session.execute(query)}
    turns = _turns(session, devices)
    result = []
    for device in devices:
        unproven, outdated = found.get(device.id, (1, 0))
        known = _progress(device, unproven == 0 and outdated == 0, outdated > 0, turns.get(device.id, ""))
        result.append(Standing(device, *state_of(known)))
    return result


def _turns(session: Session, devices: Sequence[Device]) -> dict[int, str]:
    """Say of phones that a rollout has not told yet what they wait for."""
    waiting = [device.id for device in devices if device.changed_at and not (device.applied_at or device.resync_due_at)]
    found: dict[int, str] = {}
    for some in batches(waiting):
        query = select(RolloutPhone.device_id, RolloutPhone.reason, Rollout.id, Rollout.stage)
        query = query.join(Rollout, Rollout.id == RolloutPhone.rollout_id).order_by(Rollout.id)
        query = query.where(RolloutPhone.device_id.in_(some), RolloutPhone.step == Step.READY.value)
        for device_id, reason, number, stage in session.execute(query):
            found[device_id] = (
                TURNS[stage].format(number=number) if stage in TURNS else reason or TURN.format(number=number)
            )
    return found


def _progress(device: Device, proven: bool, stale: bool, turn: str) -> Progress:
    return Progress(
        proven=proven,
        stale=stale,
        seen=device.last_seen is not None,
        reachable=is_reachable(device),
        attempts=device.resync_attempts,
        told_status=device.told_status,
        told_reason=device.told_reason,
        changed_at=device.changed_at,
        told_at=device.told_at,
        applied_at=device.applied_at,
        due_at=device.resync_due_at,
        held_why=device.held_why or turn,
        asked_since=_is_after(device.last_seen, device.resync_claimed_at),
    )


def _is_after(moment: datetime | None, other: datetime | None) -> bool:
    return moment is not None and other is not None and moment >= other


def requests_of(house: House, actor: Actor, mac: str, limit: int = 30) -> Sequence[PhoneLog]:
    """List the last requests of a phone with their verdicts, newest first."""
    actor.require(Right.READ)
    with house.database.reading() as session:
        device = device_by_mac(session, actor, mac)
        query = select(PhoneLog).where(PhoneLog.device_id == device.id).order_by(PhoneLog.id.desc()).limit(limit)
        return session.scalars(query).all()


def tellings_of(house: House, actor: Actor, mac: str, limit: int = 20) -> Sequence[Telling]:
    """List the last tries to tell a phone, newest first: which way, to whom, and what came back."""
    actor.require(Right.READ)
    with house.database.reading() as session:
        device = device_by_mac(session, actor, mac)
        query = select(Telling).where(Telling.device_id == device.id).order_by(Telling.id.desc()).limit(limit)
        return session.scalars(query).all()


def uploads_of(house: House, actor: Actor, mac: str) -> Sequence[Upload]:
    """List what a phone uploaded."""
    actor.require(Right.READ)
    with house.database.reading() as session:
        device = device_by_mac(session, actor, mac)
        return session.scalars(select(Upload).where(Upload.device_id == device.id).order_by(Upload.file)).all()


def phones_of_lines(house: House, actor: Actor, extensions: Iterable[str]) -> dict[str, list[str]]:
    """Tell for each extension the addresses of the phones that carry it."""
    actor.require(Right.READ)
    with house.database.reading() as session:
        query = (
            select(Line.extension, Device.mac)
            .join(DeviceLine, DeviceLine.line_id == Line.id)
            .join(Device, Device.id == DeviceLine.device_id)
            .where(Device.id.in_(owned_ids(Device, actor)), Line.extension.in_(list(extensions)))
        )
        found: dict[str, list[str]] = {}
        for extension, mac in session.execute(query):
            found.setdefault(extension, []).append(mac)
        return found
