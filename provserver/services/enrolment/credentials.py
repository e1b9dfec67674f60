"""A phone's own name and password for fetching its files: set, replaced with an overlap, taken away.

The phone learns them from its configuration, so they are asked for only when it has shown that it knows them: until
then ``challenges`` asks now and then, and serves a phone that does not answer. So whatever the order in which things
happen, and wherever a phone loses its power, it gets in.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from provserver.crypto import new_password
from provserver.db.models import Device, DeviceCredential
from provserver.db.queries import device_by_mac
from provserver.db.session import keyring_of
from provserver.domain.hardware import Feature, PhoneModel
from provserver.domain.roles import Actor, Right
from provserver.domain.secret import MASK, Secret
from provserver.errors import Conflict, FieldError, Invalid, Unsupported
from provserver.services import changes
from provserver.services.changes import Edit
from provserver.services.guarding import watching
from provserver.services.house import House
from provserver.vendors.registry import model_of

PURPOSE = "device password"
LENGTH = 16
USERNAME, PASSWORD = re.compile(r"[A-Za-z0-9._-]{1,30}"), re.compile(r"[A-Za-z0-9._~-]{8,20}")
"""What every maker's file and address can carry; Snom phones hold no more than 30 and 20 characters (Tine 2.0)."""
MOST = 16
MOST_ASKS = 3
"""How often a phone that knows its password is asked in vain: after that it surely cannot answer."""
UNKNOWN = "no source names a parameter that tells this phone a name and a password for its files"


class Stage(StrEnum):
    """How far a password has come."""

    NONE = "none"
    SENDING = "sending"
    ASKING = "asking"
    UNANSWERED = "unanswered"
    REPLACING = "replacing"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class Status:
    """Where a phone's password stands; ``row`` is the newest, ``older`` counts those that work beside it."""

    stage: Stage
    row: DeviceCredential | None = None
    older: int = 0
    lacking: str = ""


def lacks(model: PhoneModel) -> str:
    """Say why a model can be told no password; nothing where it can."""
    return "" if Feature.CREDENTIALS in model.supports else model.lacks.get(Feature.CREDENTIALS, UNKNOWN)


def status(house: House, actor: Actor, mac: str) -> Status:
    """Tell where a phone's password stands, without the password."""
    actor.require(Right.READ)
    with house.database.reading() as session:
        device = device_by_mac(session, actor, mac)
        lacking = lacks(model_of(device.vendor, device.model))
        rows = session.scalars(alive(device.id)).all()
    if not rows:
        return Status(Stage.NONE, lacking=lacking)
    return Status(_stage(rows), rows[0], len(rows) - 1, lacking)


def _stage(rows: Sequence[DeviceCredential]) -> Stage:
    newest = rows[0]
    if newest.used_at is not None:
        return Stage.REQUIRED
    if any(row.used_at for row in rows):
        return Stage.REPLACING
    if newest.delivered_at is None:
        return Stage.SENDING
    return Stage.UNANSWERED if newest.asks >= MOST_ASKS else Stage.ASKING


def alive(device_id: int) -> Select[DeviceCredential]:
    """Select what a phone may show, the newest first."""
    mine = (DeviceCredential.device_id == device_id, DeviceCredential.username != "")
    return select(DeviceCredential).where(*mine).order_by(DeviceCredential.id.desc())


def put(house: House, actor: Actor, mac: str, username: object = None, password: object = None) -> tuple[str, str]:
    """Give a phone a name and a password, made up where none are given, and start anew; return both, shown this once.

    What it had before ends, and nothing is asked until the phone has these: so a phone that was reset gets in again.
    Raises Invalid, and Unsupported for a phone that can be told none.
    """
    actor.require(Right.EDIT)
    with house.database.transaction() as session:
        device = _tellable(session, actor, mac)
        name, word = _checked(device.mac if username in (None, "") else username, password)
        session.execute(delete(DeviceCredential).where(DeviceCredential.device_id == device.id))
        _add(house, session, device, name, word)
        edit = Edit("phone password set", device.mac, None, {"username": name, "password": MASK}, device.id)
        changes.commit(house, session, actor, edit, [device])
        return name, word


def rotate(house: House, actor: Actor, mac: str) -> tuple[str, str]:
    """Give a phone a new password and tell it; the old one works until the new one was used. Shown this once.

    Raises Conflict where the phone has none, or followed none of many.
    """
    actor.require(Right.EDIT)
    with house.database.transaction() as session:
        device = _tellable(session, actor, mac)
        newest = session.scalar(alive(device.id).limit(1))
        if newest is None:
            raise Conflict("this phone has no password yet; set one")
        mine = (DeviceCredential.device_id == device.id, DeviceCredential.username != "")
        if (session.scalar(select(func.count(DeviceCredential.id)).where(*mine)) or 0) >= MOST:
            raise Conflict(f"{MOST} passwords of this phone are valid already, and it came with none of the new ones")
        word = new_password(LENGTH)
        _add(house, session, device, newest.username, word)
        after = {"username": newest.username, "password": f"{MASK} (new)"}
        changes.commit(
            house, session, actor, Edit("phone password replaced", device.mac, None, after, device.id), [device]
        )
        return newest.username, word


def clear(house: House, actor: Actor, mac: str) -> bool:
    """Ask a phone for no password any more, at once, and take it out of its files; tell whether it had one."""
    actor.require(Right.EDIT)
    with house.database.transaction() as session:
        device = device_by_mac(session, actor, mac, lock=True)
        newest = session.scalar(alive(device.id).limit(1))
        if newest is None:
            return False
        session.execute(delete(DeviceCredential).where(DeviceCredential.device_id == device.id))
        _add(house, session, device, "", "")
        before = {"username": newest.username, "password": MASK}
        changes.commit(
            house, session, actor, Edit("phone password cleared", device.mac, before, None, device.id), [device]
        )
        return True


def reveal(house: House, actor: Actor, mac: str) -> tuple[str, Secret]:
    """Give a phone's name and password; who looked is audited. Raises Conflict where it has none."""
    actor.require(Right.REVEAL)
    with house.database.transaction() as session:
        device = device_by_mac(session, actor, mac)
        row = session.scalar(alive(device.id).limit(1))
        if row is None:
            raise Conflict("this phone has no password yet; set one")
        changes.commit(house, session, actor, Edit("phone password revealed", device.mac, None, MASK, device.id))
        return row.username, opened(session, row)


def opened(session: Session, row: DeviceCredential) -> Secret:
    """Unseal a password."""
    return Secret(keyring_of(session).open(row.sealed_password, PURPOSE).decode())


def _tellable(session: Session, actor: Actor, mac: str) -> Device:
    device = device_by_mac(session, actor, mac, lock=True)
    if reason := lacks(model_of(device.vendor, device.model)):
        raise Unsupported(reason)
    return device


def _checked(username: object, password: object) -> tuple[str, str]:
    errors = []
    word = new_password(LENGTH) if password in (None, "") else password
    if not isinstance(username, str) or not USERNAME.fullmatch(username):
        errors.append(FieldError("username", "1 to 30 letters, digits, dots, hyphens or underscores"))
    if not isinstance(word, str) or not PASSWORD.fullmatch(word):
        errors.append(FieldError("password", "8 to 20 letters, digits, dots, hyphens, underscores or tildes"))
    if errors:
        raise Invalid(errors)
    return str(username), str(word)


def _add(house: House, session: Session, device: Device, username: str, password: str) -> None:
    sealed = keyring_of(session).seal(password.encode(), PURPOSE)
    session.add(
        DeviceCredential(
            device_id=device.id, username=username, sealed_password=sealed, created_at=house.clock(), asks=0
        )
    )
    session.flush()
    watching.update(session, device)
