"""SIP passwords, replaced with an overlap: the exchange accepts the old one until every phone has the new one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.orm import Session

from provserver.crypto import new_password
from provserver.db.models import Device, DeviceLine, Line, OldLinePassword, Rendering
from provserver.db.queries import line_by_extension
from provserver.db.session import keyring_of
from provserver.domain.roles import Actor, Right
from provserver.domain.secret import MASK, Secret
from provserver.services import changes
from provserver.services.changes import Edit
from provserver.services.house import House

LENGTH = 20


@dataclass(frozen=True, slots=True)
class Overlap:
    """Where the replacement of a password stands: since when, and the phones that may still use an old one."""

    since: datetime
    waiting: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Passwords:
    """A line's password, and the old ones that the exchange has to accept as well."""

    current: Secret
    old: tuple[Secret, ...]


def rotate(house: House, actor: Actor, extension: str) -> tuple[Line, str]:
    """Give a line a new password and tell its phones; return it, shown this once."""
    actor.require(Right.EDIT)
    with house.database.transaction() as session:
        line = line_by_extension(session, actor, extension)
        password = new_password(LENGTH)
        replace(session, line, password, house.clock())
        edit = Edit("line", extension, {"password": MASK}, {"password": f"{MASK} (new)"})
        changes.commit(house, session, actor, edit, wide=_carriers(line.id))
        return line, password


def replace(session: Session, line: Line, password: str, now: datetime) -> None:
    """Put a new password in place of a line's; the old one is kept while a phone may be using it."""
    forget_unneeded(session, line.id)
    holders = select(Device.id).where(Device.id.in_(_carriers(line.id)), Device.id.in_(_fetched()))
    if session.scalar(holders.limit(1)) is not None:
        session.add(OldLinePassword(line_id=line.id, sealed=line.sealed_password, replaced_at=now))
    line.sealed_password = keyring_of(session).seal(password.encode(), "line password")
    session.flush()


def overlaps(house: House, actor: Actor, lines: Sequence[Line]) -> dict[str, Overlap]:
    """Tell for these lines where a replacement stands; a line that is not in the answer has one password."""
    actor.require(Right.READ)
    with house.database.reading() as session:
        found = {}
        for line in lines:
            since = session.scalar(_old(line.id).with_only_columns(OldLinePassword.replaced_at).limit(1))
            waiting = _waiting(session, line.id) if since else ()
            if since and waiting:
                found[line.extension] = Overlap(since, waiting)
        return found


def reveal(house: House, actor: Actor, extension: str) -> Passwords:
    """Give a line's passwords for the exchange; who looked is audited."""
    actor.require(Right.REVEAL)
    with house.database.transaction() as session:
        line = line_by_extension(session, actor, extension)
        forget_unneeded(session, line.id)
        keyring = keyring_of(session)
        old = [keyring.open(row.sealed, "line password").decode() for row in session.scalars(_old(line.id))]
        current = keyring.open(line.sealed_password, "line password").decode()
        changes.commit(house, session, actor, Edit("password revealed", extension, None, MASK))
        return Passwords(Secret(current), tuple(Secret(text) for text in old))


def forget_unneeded(session: Session, line_id: int) -> None:
    """Forget old passwords once no phone can be using them."""
    if session.scalar(_old(line_id).limit(1)) is not None and not _waiting(session, line_id):
        session.execute(delete(OldLinePassword).where(OldLinePassword.line_id == line_id))


def forget_all_unneeded(house: House) -> None:
    """Forget every old password that no phone can be using any more."""
    with house.database.transaction() as session:
        for line_id in session.scalars(select(OldLinePassword.line_id).distinct()).all():
            forget_unneeded(session, line_id)


def _old(line_id: int) -> Select[OldLinePassword]:
    return select(OldLinePassword).where(OldLinePassword.line_id == line_id).order_by(OldLinePassword.id)


def _carriers(line_id: int) -> Select[int]:
    return select(DeviceLine.device_id).where(DeviceLine.line_id == line_id)


def _fetched() -> Select[int]:
    """Select phones that have fetched a configuration: only they can hold a password."""
    return select(Rendering.device_id).where(Rendering.proves.is_(True), Rendering.fetched_etag != "")


def _waiting(session: Session, line_id: int) -> tuple[str, ...]:
    """Name the phones that have an older configuration than they should."""
    behind = select(Rendering.device_id).where(
        Rendering.proves.is_(True), or_(Rendering.fetched_etag != Rendering.etag, Rendering.stale.is_(True))
    )
    here = Device.id.in_(_carriers(line_id)) & Device.id.in_(behind) & Device.id.in_(_fetched())
    return tuple(session.scalars(select(Device.mac).where(here).order_by(Device.mac)))
