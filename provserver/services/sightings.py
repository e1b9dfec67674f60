"""What phones asked, written down in batches: no request waits for it, and a storm costs little."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event, Lock, Thread

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from provserver.db.models import Device, PhoneLog
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
        for device_id, sighting in latest.items():
            see(session, device_id, sighting.request, sighting.at)


def see(session: Session, device_id: int, request: PhoneRequest, now: datetime) -> None:
    """Write down when and where a phone was last seen, and what its User-Agent tells.

    A firmware that was not known before may want other words in its files, so they are rendered again.
    """
    values: dict[str, object] = {"last_seen": now, "address": request.address[:64]}
    identity = identify(request.user_agent[:200])
    if request.user_agent:
        values["user_agent"] = request.user_agent[:200]
    if identity is not None and identity.firmware:
        values["firmware"] = identity.firmware[:64]
        known = session.scalar(select(Device.firmware).where(Device.id == device_id))
        if known != values["firmware"]:
            mark_stale(session, select(Device.id).where(Device.id == device_id))
            ring(session)
    if identity is not None and identity.model:
        values["seen_model"] = f"{identity.vendor}/{identity.model}"[:64]
    session.execute(update(Device).where(Device.id == device_id).values(values))


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
    """Forget old requests: beyond the newest of each phone, and of unknown phones after a week."""
    with database.transaction() as session:
        old = PhoneLog.device_id.is_(None) & (PhoneLog.at < now - KEEP_UNKNOWN)
        session.execute(delete(PhoneLog).where(old))
        for device_id in session.scalars(select(PhoneLog.device_id).where(PhoneLog.device_id.is_not(None)).distinct()):
            newest = select(PhoneLog.id).where(PhoneLog.device_id == device_id).order_by(PhoneLog.id.desc())
            edge = session.scalar(newest.offset(KEEP_PER_DEVICE).limit(1))
            if edge is not None:
                session.execute(delete(PhoneLog).where(PhoneLog.device_id == device_id, PhoneLog.id <= edge))
