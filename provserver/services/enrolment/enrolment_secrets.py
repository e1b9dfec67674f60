"""What a phone may show at its first contact beside its address: sealed, and ended by guesses."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from provserver.crypto import token_hash
from provserver.db.holding import MILDLY
from provserver.db.models import Device, EnrolmentSecret
from provserver.db.session import keyring_of
from provserver.domain.enrolment import MOST_WRONG, Way
from provserver.services.enrolment import windows
from provserver.services.guarding import alarms, watching
from provserver.services.guarding.alarms import AlarmKind, Ringing
from provserver.services.house import House

PURPOSE = "enrolment secret"
GUESSED = "too many wrong ones"
TAKEN_AWAY = "it was taken away"
USED = "it was used"


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something that a phone, or somebody else, showed in vain; ``guess`` tells one wrong thing from another."""

    mac: str
    way: Way
    guess: str
    address: str
    at: datetime


def put(session: Session, device: Device, fresh: EnrolmentSecret, secret: str) -> EnrolmentSecret:
    """Let a phone show a secret in place of its last one; ``fresh`` says of which kind, since when and how long."""
    before = session.get(EnrolmentSecret, (device.id, fresh.kind))
    if before is not None:
        session.delete(before)
        session.flush()
    fresh.device_id, fresh.tenant_id, fresh.vendor = device.id, device.tenant_id, device.vendor
    fresh.open_mac, fresh.wrong, fresh.closed_why = device.mac, "", ""
    fresh.sealed = keyring_of(session).seal(secret.encode(), PURPOSE)
    session.add(fresh)
    watching.update(session, device)
    return fresh


def end(session: Session, device: Device, way: Way, now: datetime, why: str) -> bool:
    """End what a phone may show, inside a transaction; tell whether there was anything."""
    return windows.shut(session, device, session.get(EnrolmentSecret, (device.id, way.value)), now, why)


def open_rows(device_id: int) -> Select[EnrolmentSecret]:
    """Select what a phone may show."""
    return select(EnrolmentSecret).where(EnrolmentSecret.device_id == device_id, EnrolmentSecret.open_mac.is_not(None))


def end_all(session: Session, device: Device, now: datetime, why: str) -> None:
    """End all that a phone may show: it has come in."""
    for row in session.scalars(open_rows(device.id)).all():
        end(session, device, Way(row.kind), now, why)


def close_expired(house: House) -> None:
    """End what the clock has ended; until then nobody gets through either, for requests look at the deadline."""
    with house.database.transaction() as session:
        over = EnrolmentSecret.open_mac.is_not(None) & windows.is_over(EnrolmentSecret, house.clock())
        query = select(EnrolmentSecret).where(over).order_by(EnrolmentSecret.device_id).limit(windows.MOST)
        for row in session.scalars(query).all():
            device = session.get(Device, row.device_id, with_for_update=MILDLY)
            if device is not None and end(session, device, Way(row.kind), house.clock(), windows.EXPIRED):
                windows.note(house, session, device, f"{row.kind} ended", windows.EXPIRED)


def count(session: Session, shown: Iterable[Wrong]) -> None:
    """Count what was shown in vain, each thing once; end what was guessed at too often, and raise an alarm."""
    for one in shown:
        query = select(EnrolmentSecret).where(
            EnrolmentSecret.kind == one.way.value, EnrolmentSecret.open_mac == one.mac
        )
        row = session.scalar(query.with_for_update())
        guess = token_hash(one.guess)[:12]
        if row is None or guess in row.wrong.split():
            continue
        row.wrong = f"{row.wrong} {guess}".strip()
        if len(row.wrong.split()) < MOST_WRONG:
            continue
        device = session.get(Device, row.device_id)
        if device is not None and end(session, device, one.way, one.at, GUESSED):
            detail = f"{MOST_WRONG} wrong ones, the last from {one.address}; it counts no more until it is given anew"
            alarms.ring(session, [Ringing(device.id, AlarmKind.GUESSED, detail, one.at)])
