"""What phones asked, written down in batches: no request waits for it, and a storm costs little."""

import logging
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from threading import Event, Lock, Thread

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from provserver.config import Network, inside_any
from provserver.crypto import token_hash
from provserver.db.models import PhoneLog, Telling
from provserver.db.session import Database
from provserver.digest import Nonces
from provserver.domain.enrolment import Way
from provserver.domain.requests import PhoneRequest, Reply, Sighting, Verdict
from provserver.services import outages
from provserver.services.delivery import suspicion
from provserver.services.delivery.last_seen import see
from provserver.services.delivery.receipts import Receipts
from provserver.services.enrolment import enrolment_secrets, knocks
from provserver.services.enrolment.enrolment_secrets import Wrong
from provserver.services.enrolment.first_contact import named_mac
from provserver.services.enrolment.knocks import Heard
from provserver.services.enrolment.proofs import Proofs
from provserver.services.guarding import alarms, scanners
from provserver.services.guarding.scanners import Levels, Miss

log = logging.getLogger(__name__)

FLUSH_EVERY = 0.5
"""Seconds that a sighting may lie in memory; a crash loses no proof, only the time somebody was last seen."""
FLUSH_LATEST = 2.0
"""Seconds that it may lie there in a storm, when phones are answered first."""
BATCH = 10_000
"""Different sightings that a process keeps until then."""
READ_LEVELS_EVERY = 5.0
"""Seconds until a process learns whom another one has banned."""
STRANGERS_PER_BATCH = 100
KEEP_STRANGERS = 20_000
"""Requests that belong to no phone: whoever guesses fills no disk with them."""
KEEP_PER_DEVICE = 100
KEEP_UNKNOWN = timedelta(days=7)


class Recorder:
    """Collect sightings and write them from a thread of its own, started by the first one."""

    def __init__(self, database: Database, clock: Callable[[], datetime], own: tuple[Network, ...] = ()) -> None:
        """Write to a database; guesses from one's ``own`` networks are counted and nothing is done about them."""
        self._own = own
        self._database = database
        self._clock = clock
        self._lock = Lock()
        self._waiting: dict[tuple[object, ...], Sighting] = {}
        self._wake = Event()
        self._thread: Thread | None = None
        self._stopping = False
        self.levels = Levels()
        self.nonces = Nonces(database.keyring.session_key.encode())
        self.proofs = Proofs(self.nonces)
        self.receipts = Receipts(database)
        self._read_at = 0.0

    def record(self, device_id: int | None, request: PhoneRequest, reply: Reply) -> None:
        """Remember a request; the same question with the same answer is kept once a batch."""
        sighting = Sighting(device_id, request, reply, self._clock())
        guess = (request.token if device_id is None else "") or _wrong(request, reply)
        place = (device_id, guess, request.address, request.method, request.file, request.user_agent, reply.verdict)
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
            write(self._database, batch, self._own)
        missed = any(_is_miss(one) for one in batch)
        if missed or time.monotonic() - self._read_at > READ_LEVELS_EVERY:
            self._read_at = time.monotonic()
            self.levels.read(self._database, self._clock())

    def _run(self) -> None:
        pause = FLUSH_EVERY
        while not self._stopping:
            self._wake.wait(pause)
            started = time.monotonic()
            try:
                self.flush()
            except SQLAlchemyError as error:
                outages.tell(log, "Sightings could not be written; they are dropped", error)
            pause = pause_after(time.monotonic() - started)


def pause_after(seconds: float) -> float:
    """Give how long to wait after a batch took so many seconds: writing takes a fifth of the time and no more."""
    return min(max(FLUSH_EVERY, 4 * seconds), FLUSH_LATEST)


def write(database: Database, batch: Iterable[Sighting], own: tuple[Network, ...] = ()) -> None:
    """Write sightings in one transaction: the log, and what each phone was last seen as."""
    sightings = list(batch)
    with database.transaction() as session:
        living = see(session, sightings)
        kept = [sighting for sighting in sightings if sighting.device_id is None or sighting.device_id in living]
        strangers = [sighting for sighting in kept if sighting.device_id is None]
        known = [sighting for sighting in kept if sighting.device_id is not None]
        if kept:
            session.connection().execute(_LOG, [_row(one) for one in (*known, *strangers[:STRANGERS_PER_BATCH])])
        knocks.write(session, (_heard(one) for one in strangers if one.reply.verdict in _IN_VAIN))
        scanners.write(session, (_missed(one, own) for one in kept if _is_miss(one)))
        enrolment_secrets.count(session, [_shown(one) for one in strangers if one.reply.verdict in _SHOWN])
        alarms.ring(session, suspicion.reasons(session, kept))


_SHOWN = {Verdict.WRONG_SERIAL: Way.SERIAL, Verdict.WRONG_PIN: Way.PIN}
_IN_VAIN = frozenset({Verdict.UNTRUSTED, Verdict.UNKNOWN_PHONE, Verdict.SECOND_ADDRESS, Verdict.MISMATCH, *_SHOWN})
_WRONG = frozenset({Verdict.WRONG_PASSWORD, *_SHOWN})
_MISSES = frozenset({Verdict.UNTRUSTED, Verdict.UNKNOWN_PHONE, Verdict.UNKNOWN_TOKEN})


def _is_miss(sighting: Sighting) -> bool:
    """Tell whether a request asked for what there is not; of a known phone only what it showed in vain counts."""
    verdict = sighting.reply.verdict
    return verdict in _WRONG or (sighting.device_id is None and verdict in _MISSES)


def _wrong(request: PhoneRequest, reply: Reply) -> str:
    """Give what tells one wrong password, PIN or serial number from another."""
    if reply.verdict is Verdict.WRONG_SERIAL:
        return token_hash(" ".join((request.file, request.query, request.user_agent)))
    return token_hash(request.authorization) if reply.verdict in _WRONG else ""


def _missed(sighting: Sighting, own: tuple[Network, ...]) -> Miss:
    request = sighting.request
    if wrong := _wrong(request, sighting.reply):
        return Miss(request.address, inside_any(request.address, own), sighting.at, password=wrong)
    mac = "" if request.token is not None else named_mac(request.file, request.user_agent) or request.file
    return Miss(request.address, inside_any(request.address, own), sighting.at, mac, request.token or "")


def _shown(sighting: Sighting) -> Wrong:
    request, way = sighting.request, _SHOWN[sighting.reply.verdict]
    mac = named_mac(request.file, request.user_agent)
    guess = sighting.reply.reason if way is Way.SERIAL else request.authorization
    return Wrong(mac, way, guess, request.address, sighting.at)


def _heard(sighting: Sighting) -> Heard:
    request = sighting.request
    return Heard(request.file, request.address, request.user_agent, sighting.reply.verdict.value, sighting.at)


_LOG = insert(PhoneLog.__table__)  # type: ignore[arg-type]  # many rows, past the ORM


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
        strangers = select(PhoneLog.id).where(PhoneLog.device_id.is_(None)).order_by(PhoneLog.id.desc())
        if edge := session.scalar(strangers.offset(KEEP_STRANGERS).limit(1)):
            session.execute(delete(PhoneLog).where(PhoneLog.device_id.is_(None), PhoneLog.id <= edge))
        for table in (PhoneLog, Telling):
            _prune_each(session, table)


def _prune_each(session: Session, table: type[PhoneLog] | type[Telling]) -> None:
    for device_id in session.scalars(select(table.device_id).where(table.device_id.is_not(None)).distinct()):
        newest = select(table.id).where(table.device_id == device_id).order_by(table.id.desc())
        edge = session.scalar(newest.offset(KEEP_PER_DEVICE).limit(1))
        if edge is not None:
            session.execute(delete(table).where(table.device_id == device_id, table.id <= edge))
