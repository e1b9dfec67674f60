"""Enrolment windows: opened by an admin for a time, closed by the phone's first fetch by its token, or by the clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, selectinload

from provserver.db.holding import hold
from provserver.db.models import Change, Device, DeviceLine, EnrolmentSecret, EnrolmentWindow
from provserver.db.queries import department_by_name, device_by_mac, owned, owned_ids
from provserver.db.types import as_stored
from provserver.domain.clocks import DRIFT, is_ahead
from provserver.domain.enrolment import USUAL_MINUTES, Way, read_address, window_length
from provserver.domain.mac import parse_mac
from provserver.domain.roles import Actor, Right
from provserver.errors import FieldError, Invalid, Unsupported
from provserver.services import changes
from provserver.services.changes import Edit
from provserver.services.enrolment import policies
from provserver.services.guarding import watching
from provserver.services.house import House

MOST = 2000
"""Phones of one batch."""
CAME = "the phone came by its token"
EXPIRED = "its time is over"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which phones to open a window for: named ones, a department's, or all that were never seen."""

    macs: tuple[str, ...] = ()
    department: str = ""
    never_seen: bool = False
    minutes: object = USUAL_MINUTES
    address: str = ""


def open_windows(house: House, actor: Actor, wanted: Wanted) -> Sequence[EnrolmentWindow]:
    """Open a window for each of these phones, anew where one is open; for an ``address`` that was seen, only for it.

    Raises Invalid for wrong fields and unknown phones, Unsupported where the company counts no such windows.
    """
    actor.require(Right.EDIT)
    length, address = checked(wanted)
    with house.database.transaction() as session:
        way = Way.APPROVAL if address else Way.WINDOW
        if way not in policies.policy_of(session, actor.tenant_id).ways:
            raise Unsupported("the company's policy counts no windows of this kind; change the policy first")
        devices = chosen(session, actor, wanted)
        now = house.clock()
        for device in devices:
            window = EnrolmentWindow(way=way, address=address, opened_at=now, deadline=now + length)
            put(session, device, window, actor.name)
        after = {"until": (now + length).isoformat(timespec="seconds"), **({"address": address} if address else {})}
        for device in devices:
            changes.commit(house, session, actor, Edit("window opened", device.mac, None, after, device.id))
        ids = [device.id for device in devices]
        return session.scalars(_listing(actor).where(EnrolmentWindow.device_id.in_(ids))).all()


def checked(wanted: Wanted) -> tuple[timedelta, str]:
    """Read for how long, and for which address; raises Invalid with every field that is wrong."""
    errors: list[FieldError] = []
    length, address = timedelta(0), ""
    try:
        length = window_length(wanted.minutes)
    except ValueError as error:
        errors.append(FieldError("minutes", str(error)))
    try:
        address = read_address(wanted.address) if wanted.address.strip() else ""
    except ValueError as error:
        errors.append(FieldError("address", str(error)))
    if not (wanted.macs or wanted.department or wanted.never_seen):
        errors.append(FieldError("macs", "name phones, a department, or all that were never seen"))
    if errors:
        raise Invalid(errors)
    return length, address


def chosen(session: Session, actor: Actor, wanted: Wanted) -> Sequence[Device]:
    """Find the phones that are meant, and hold them until the commit; raises Invalid for one that is not here."""
    if wanted.macs:
        macs = [_parsed(mac) for mac in dict.fromkeys(wanted.macs[:MOST])]
        hold(session, session.scalars(owned_ids(Device, actor).where(Device.mac.in_(macs))))
        return [_named(session, actor, mac) for mac in dict.fromkeys(macs)]
    query = owned(Device, actor).order_by(Device.id).limit(MOST).with_for_update(key_share=True)
    if wanted.never_seen:
        query = query.where(Device.last_seen.is_(None))
    if wanted.department:
        number = department_by_name(session, actor, wanted.department, field="department").id
        query = query.where(Device.department_id == number)
    return session.scalars(query).all()


def _parsed(mac: str) -> str:
    try:
        return parse_mac(mac)
    except ValueError as error:
        raise Invalid.field("macs", str(error)) from error


def _named(session: Session, actor: Actor, mac: str) -> Device:
    device = session.scalar(owned(Device, actor).where(Device.mac == mac))
    if device is None:
        raise Invalid.field("macs", f"there is no phone {mac} in this company")
    return device


def put(session: Session, device: Device, window: EnrolmentWindow, by: str) -> None:
    """Put a window in place of the one that the phone had, inside a transaction."""
    before = session.get(EnrolmentWindow, device.id)
    if before is not None:
        session.delete(before)
        session.flush()
    window.device_id, window.tenant_id, window.open_mac = device.id, device.tenant_id, device.mac
    window.opened_by, window.closed_why = by, ""
    session.add(window)
    watching.update(session, device)


def close_window(house: House, actor: Actor, mac: str) -> None:
    """Close a phone's window; it is all the same where none is open."""
    actor.require(Right.EDIT)
    with house.database.transaction() as session:
        device = device_by_mac(session, actor, mac, lock=True)
        if close(session, device, house.clock(), f"closed by {actor.name}"[:60]):
            changes.commit(house, session, actor, Edit("window closed", device.mac, None, None, device.id))


def close(session: Session, device: Device, now: datetime, why: str) -> bool:
    """Close a phone's window inside a transaction; tell whether one was open."""
    return shut(session, device, session.get(EnrolmentWindow, device.id), now, why)


def shut(
    session: Session, device: Device, row: EnrolmentWindow | EnrolmentSecret | None, now: datetime, why: str
) -> bool:
    """Let a phone come in no more by a window or by what it may show; tell whether it could."""
    if row is None or row.open_mac is None:
        return False
    row.open_mac, row.closed_at, row.closed_why = None, now, why
    watching.update(session, device)
    return True


def is_over(table: type[EnrolmentWindow] | type[EnrolmentSecret], now: datetime) -> ColumnElement[bool]:
    """Select what its deadline has ended, and what a clock opened that was put back since.

    What has no deadline is never over: it lives no longer by any clock.
    """
    return (table.deadline <= now) | (table.deadline.is_not(None) & (table.opened_at > now + DRIFT))


def moments(house: House) -> tuple[str, str]:
    """Give the moments after which a deadline lies, and no opening, for plain SQL: what ``is_over`` says."""
    now, sqlite = house.clock(), house.database.is_sqlite
    return as_stored(now, sqlite=sqlite), as_stored(now + DRIFT, sqlite=sqlite)


def close_expired(house: House) -> None:
    """Close what the clock has ended; until then nobody gets through either, for requests look at the deadline."""
    with house.database.transaction() as session:
        over = EnrolmentWindow.open_mac.is_not(None) & is_over(EnrolmentWindow, house.clock())
        query = select(Device).join(EnrolmentWindow).where(over).order_by(Device.id).limit(MOST)
        for device in session.scalars(query.with_for_update(of=Device, key_share=True)).all():
            close(session, device, house.clock(), EXPIRED)
            note(house, session, device, "window closed", EXPIRED)


def note(house: House, session: Session, device: Device, what: str, after: object) -> None:
    """Audit what happened by itself, such as a window that closed."""
    session.add(
        Change(
            tenant_id=device.tenant_id, at=house.clock(), actor="provserver", what=what, subject=device.mac,
            device_id=device.id, before=None, after=after,
        )
    )  # fmt: skip


def open_now(house: House, actor: Actor) -> Sequence[EnrolmentWindow]:
    """List the windows that are open, the first to close first."""
    actor.require(Right.READ)
    with house.database.reading() as session:
        good = EnrolmentWindow.open_mac.is_not(None), ~is_over(EnrolmentWindow, house.clock())
        query = _listing(actor).where(*good)
        return session.scalars(query.order_by(EnrolmentWindow.deadline, EnrolmentWindow.device_id)).all()


def window_of(house: House, actor: Actor, mac: str) -> EnrolmentWindow | None:
    """Give a phone's last window, open or closed; None where it never had one."""
    actor.require(Right.READ)
    with house.database.reading() as session:
        device = device_by_mac(session, actor, mac)
        return session.scalar(_listing(actor).where(EnrolmentWindow.device_id == device.id))


def is_open(window: EnrolmentWindow | None, now: datetime) -> bool:
    """Tell whether a window lets anybody in now."""
    return (
        window is not None
        and window.open_mac is not None
        and window.deadline > now
        and not is_ahead(window.opened_at, now)
    )


def _listing(actor: Actor) -> Select[EnrolmentWindow]:
    lines = selectinload(EnrolmentWindow.device).selectinload(Device.lines).selectinload(DeviceLine.line)
    return owned(EnrolmentWindow, actor).options(lines)
