"""Whether a phone that has a password is served: asked for it, answered, or not asked yet.

It is demanded of a phone that used one before. One that has not is asked when it has fetched the configuration that
carries its password, once in a round of fetching and ``MOST_ASKS`` times at most, and is served if it does not answer:
it may have lost its power before it kept what it fetched.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from provserver.db.holding import MILDLY
from provserver.db.models import Device, DeviceCredential, Rendering
from provserver.digest import Basic, Digest, Nonces, challenges, is_about, is_right, read
from provserver.domain.requests import PhoneRequest, Reply, Verdict
from provserver.services.enrolment import windows
from provserver.services.enrolment.credentials import MOST_ASKS, PURPOSE, alive, opened
from provserver.services.guarding import watching
from provserver.services.house import House
from provserver.services.pushing import fetches
from provserver.services.rendering.renderings import Stored

SAME_ROUND = timedelta(minutes=2)
"""After a configuration a phone fetches its other files, and knows its new password only then."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a request showed: a password of the phone, a right one in an answer that is too old, or a wrong one."""

    row: DeviceCredential | None = None
    stale: bool = False
    wrong: bool = False


def demand(house: House, nonces: Nonces, request: PhoneRequest, stored: Stored) -> Reply | None:
    """Ask for a phone's password where it has to show one and does not; None where the phone is to be served."""
    if _is_settled(house, nonces, request, stored.device_id):
        return None
    with house.database.reading() as session:
        rows = session.scalars(alive(stored.device_id)).all()
        if not rows:
            return None
        shown = _read(house, session, nonces, request, rows)
    if shown.row is not None:
        if shown.row.used_at is None or shown.row is not rows[-1]:
            _came(house, stored.device_id, shown.row.id)
        return None
    if not any(row.used_at for row in rows) and not _asks(house, request, stored, rows[0]):
        return None
    headers = challenges(nonces.make(house.clock()), stale=shown.stale, basic=request.secure)
    verdict = Verdict.WRONG_PASSWORD if shown.wrong else Verdict.CHALLENGED
    reason = "a wrong name or password" if shown.wrong else "asked for its password"
    return Reply(401, verdict, b"unauthorized\n", reason=reason, headers=headers)


_SETTLED = """SELECT c.username, c.sealed_password FROM device_credential c
WHERE c.device_id = ? AND c.used_at IS NOT NULL AND c.username <> ''
AND (SELECT count(*) FROM device_credential o WHERE o.device_id = c.device_id) = 1"""


def _is_settled(house: House, nonces: Nonces, request: PhoneRequest, device_id: int) -> bool:
    """Tell whether a phone shows the one password that it has, and has used: the usual case, past the ORM."""
    given = read(request.authorization) if request.authorization else None
    row = house.database.fetch_one(_SETTLED, (str(device_id),)) if isinstance(given, Digest) else None
    if row is None or not isinstance(given, Digest):
        return False
    password = house.database.keyring.open(bytes(row[1]), PURPOSE).decode()
    right = is_right(given, request.method, row[0], password) and _is_about(house, given, request)
    return right and nonces.use(given, house.clock())


def guard(house: House, nonces: Nonces, request: PhoneRequest, stored: Stored, reply: Reply) -> Reply:
    """Give an answer, unless it is one that the phone has to show its password for: a plain no needs none."""
    asked = demand(house, nonces, request, stored) if stored.watched and reply.status < 400 else None
    if asked and reply.stream:
        reply.stream.close()
    return asked or reply


def _read(
    house: House, session: Session, nonces: Nonces, request: PhoneRequest, rows: Sequence[DeviceCredential]
) -> _Shown:
    given = read(request.authorization) if request.authorization else None
    if given is None or (isinstance(given, Basic) and not request.secure):
        return _Shown()
    row = next((r for r in rows if is_right(given, request.method, r.username, opened(session, r).reveal())), None)
    if row is None or (isinstance(given, Digest) and not _is_about(house, given, request)):
        return _Shown(wrong=True)
    if isinstance(given, Digest) and not nonces.use(given, house.clock()):
        return _Shown(stale=True)
    return _Shown(row)


def _is_about(house: House, given: Digest, request: PhoneRequest) -> bool:
    return is_about(given, request.path, request.query, urlsplit(house.config.base_url).path)


def _came(house: House, device_id: int, number: int) -> None:
    """Take note that a phone used a password: older ones end, and from now on it has to show one."""
    with house.database.transaction() as session:
        device = session.get(Device, device_id, with_for_update=MILDLY)
        row = session.get(DeviceCredential, number, populate_existing=True)
        if device is None or row is None:
            return
        first = row.used_at is None
        row.used_at = row.used_at or house.clock()
        older = (DeviceCredential.device_id == device_id, DeviceCredential.id < number)
        if session.scalar(select(DeviceCredential.id).where(*older).limit(1)) is not None:
            session.execute(delete(DeviceCredential).where(*older))
            windows.note(house, session, device, "old phone password ended", "the phone came with the new one")
        elif first:
            windows.note(house, session, device, "phone password in use", "it is asked for from now on")
        watching.update(session, device)


def _asks(house: House, request: PhoneRequest, stored: Stored, newest: DeviceCredential) -> bool:
    """Tell whether a phone that has used no password yet is asked now, and remember it."""
    now = house.clock()
    if newest.delivered_at is None or newest.asked_at is not None or newest.asks >= MOST_ASKS:
        return False
    if request.method != "GET" or stored.etag is None or now < newest.delivered_at + SAME_ROUND:
        return False
    with house.database.transaction() as session:
        device = session.get(Device, stored.device_id, with_for_update=MILDLY)
        row = session.get(DeviceCredential, newest.id, populate_existing=True)
        if device is None or row is None or row.used_at is not None or row.asked_at is not None:
            return False
        row.asked_at, row.asks = now, row.asks + 1
    return True


_WAITING = "SELECT id FROM device_credential WHERE device_id = ? AND used_at IS NULL AND username <> '' LIMIT 1"


def delivered(house: House, request: PhoneRequest, device_id: int) -> None:
    """Take note that a phone got the configuration that carries its password."""
    if house.database.fetch_one(_WAITING, (str(device_id),)) is None:
        return
    with house.database.reading() as session:
        if not _is_news(session, request.file, device_id):
            return
    with house.database.transaction() as session:
        device = session.get(Device, device_id, with_for_update=MILDLY)
        row = session.scalar(alive(device_id).limit(1))
        if device is None or row is None or not _is_news(session, request.file, device_id):
            return
        if row.asked_at is not None and row.asks >= MOST_ASKS:
            windows.note(house, session, device, "phone password unanswered", f"asked {row.asks} times, and not again")
        row.delivered_at, row.asked_at = house.clock(), None


def _is_news(session: Session, file: str, device_id: int) -> bool:
    row = session.scalar(alive(device_id).limit(1))
    if row is None or row.used_at is not None or (row.delivered_at is not None and row.asked_at is None):
        return False
    proves = select(Rendering.proves).where(Rendering.device_id == device_id, Rendering.file == file)
    return bool(session.scalar(proves)) and fetches.is_proven(session, device_id)
