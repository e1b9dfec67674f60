"""What phones asked, written down in batches: no request waits for it, and a storm costs little."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event, Lock, Thread
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from provserver.db.models import Device, PhoneLog, Telling
from provserver.db.session import Database, ring
from provserver.domain.requests import PhoneRequest, Reply
from provserver.services.renderings import mark_stale
from provserver.vendors.registry import identify

log = logging.getLogger(__name__)

FLUSH_EVERY = 0.5
"""Seconds that a sighting may lie in memory; a crash loses no proof, only the time somebody was last seen."""
BATCH = 2000
KEEP_PER_DEVICE = 100
KEEP_UNKNOWN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Sighting:
    """One request and how it ended."""

    device_id: int | None
    request: PhoneRequest
    reply: Reply
    at: datetime


class Recorder:
    """Collect sightings and write them from a thread of its own, started by the first one."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._lock = Lock()
        self._waiting: dict[tuple[object, ...], Sighting] = {}
        self._wake = Event()
        self._thread: Thread | None = None
        self._stopping = False

    def record(self, device_id: int | None, request: PhoneRequest, reply: Reply) -> None:
        """Remember a request; the same question with the same answer is kept once a batch."""
        sighting = Sighting(device_id, request, reply, self._clock())
        place = (device_id, request.address, request.method, request.file, reply.verdict)
        with self._lock:
            if place not in self._waiting and len(self._waiting) >= BATCH:
                return
            self._waiting[place] = sighting
            if self._thread is None:
                self._thread = Thread(target=self._run, name="sightings", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Write what is left and end the thread."""
        self._stopping = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def flush(self) -> None:
        """Write what is waiting, now."""
        with self._lock:
            batch, self._waiting = list(self._waiting.values()), {}
        if batch:
            write(self._database, batch)

    def _run(self) -> None:
        while not self._stopping:
            self._wake.wait(FLUSH_EVERY)
            try:
                self.flush()
            except SQLAlchemyError:
                log.warning("Sightings could not be written; they are dropped", exc_info=True)


def write(database: Database, batch: Iterable[Sighting]) -> None:
    """Write sightings in one transaction: the log, and what each phone was last seen as."""
    sightings = list(batch)
    with database.transaction() as session:
        ids = {sighting.device_id for sighting in sightings if sighting.device_id is not None}
        living = set(session.scalars(select(Device.id).where(Device.id.in_(ids)))) if ids else set()
        kept = [sighting for sighting in sightings if sighting.device_id is None or sighting.device_id in living]
        if kept:
            session.execute(insert(PhoneLog), [_row(sighting) for sighting in kept])
        latest = {sighting.device_id: sighting for sighting in kept if sighting.device_id is not None}
        see(session, latest.values())


def see(session: Session, sightings: Iterable[Sighting]) -> None:
    """Write down when and where phones were last seen, and what their User-Agents tell; one sighting a phone.

    A firmware that was not known before may want other words in the files, so they are rendered again.
    """
    latest = [sighting for sighting in sightings if sighting.device_id is not None]
    if not latest:
        return
    ids = [sighting.device_id for sighting in latest]
    known = select(Device.id, Device.firmware, Device.seen_model, Device.user_agent).where(Device.id.in_(ids))
    before = {row.id: row for row in session.execute(known)}
    rows = [_seen(sighting, before[sighting.device_id]) for sighting in latest if sighting.device_id in before]
    session.connection().execute(_SEE, rows)
    upgraded = [row["seen_id"] for row in rows if row["new_firmware"] != before[row["seen_id"]].firmware]
    if upgraded:
        mark_stale(session, select(Device.id).where(Device.id.in_(upgraded)))
        ring(session)


_SEE = (
    update(Device.__table__)  # type: ignore[arg-type]  # one statement for many rows, past the ORM
    .where(Device.__table__.c.id == bindparam("seen_id"))
    .values(
        last_seen=bindparam("new_seen"),
        address=bindparam("new_address"),
        user_agent=bindparam("new_agent"),
        firmware=bindparam("new_firmware"),
        seen_model=bindparam("new_model"),
    )
)


def _seen(sighting: Sighting, before: Any) -> dict[str, Any]:
    agent = sighting.request.user_agent[:200]
    identity = identify(agent) if agent and agent != before.user_agent else None
    firmware = identity.firmware[:64] if identity and identity.firmware else before.firmware
    model = f"{identity.vendor}/{identity.model}"[:64] if identity and identity.model else before.seen_model
    return {
        "seen_id": sighting.device_id,
        "new_seen": sighting.at,
        "new_address": sighting.request.address[:64],
        "new_agent": agent or before.user_agent,
        "new_firmware": firmware,
        "new_model": model,
    }


def _row(sighting: Sighting) -> dict[str, object]:
    return {
        "device_id": sighting.device_id,
        "at": sighting.at,
        "method": sighting.request.method[:8],
        "file": sighting.request.file[:100],
        "status": sighting.reply.status,
        "verdict": sighting.reply.verdict.value,
        "reason": sighting.reply.reason[:200],
        "address": sighting.request.address[:64],
        "user_agent": sighting.request.user_agent[:200],
    }


def prune(database: Database, now: datetime) -> None:
    """Forget old requests and tellings: beyond the newest of each phone, and of unknown phones after a week."""
    with database.transaction() as session:
        old = PhoneLog.device_id.is_(None) & (PhoneLog.at < now - KEEP_UNKNOWN)
        session.execute(delete(PhoneLog).where(old))
        for table in (PhoneLog, Telling):
            _prune_each(session, table)


def _prune_each(session: Session, table: type[PhoneLog] | type[Telling]) -> None:
    for device_id in session.scalars(select(table.device_id).where(table.device_id.is_not(None)).distinct()):
        newest = select(table.id).where(table.device_id == device_id).order_by(table.id.desc())
        edge = session.scalar(newest.offset(KEEP_PER_DEVICE).limit(1))
        if edge is not None:
            session.execute(delete(table).where(table.device_id == device_id, table.id <= edge))
