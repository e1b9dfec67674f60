"""Who asked by a phone's address and got nothing: kept few, shown to admins, and let in by one of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session, selectinload

from provserver.db.batches import batches, phones_among
from provserver.db.models import Device, DeviceLine, EnrolmentWindow, Knock, Tenant
from provserver.db.queries import owned_ids, searching
from provserver.db.upserting import insert_into
from provserver.domain.enrolment import USUAL_MINUTES, source_of
from provserver.domain.roles import Actor, Right
from provserver.errors import NotFound, Unsupported
from provserver.services import changes
from provserver.services.changes import Edit
from provserver.services.enrolment import windows
from provserver.services.enrolment.first_contact import named_mac
from provserver.services.enrolment.windows import Wanted
from provserver.services.house import House
from provserver.services.room import with_room
from provserver.vendors.registry import identify, vendor_of_mac

KEEP = 5000
"""Rows that are kept, whoever knocks: what an attacker with a million addresses can fill is this."""
KEEP_PER_SOURCE = 64
"""Unknown phones of one source that are listed; more are not a delivery of phones, but a scan."""
KEEP_PER_PHONE = 8
"""Addresses that are listed for one phone."""
KEEP_FOR = timedelta(days=14)
_SEARCHED = (Knock.vendor, Knock.model, Knock.user_agent, Knock.address, Knock.file)


@dataclass(frozen=True, slots=True)
class Heard:
    """One knock, as it was asked."""

    file: str
    address: str
    user_agent: str
    verdict: str
    at: datetime


def write(session: Session, heard: Iterable[Heard]) -> None:
    """Count knocks; one row for each pair of phone and address, and new ones only while there is room."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for one in heard:
        if mac := named_mac(one.file, one.user_agent):
            before = rows.get((mac, one.address))
            rows[mac, one.address] = _row(mac, one) if before is None else _again(before, one)
    if not rows:
        return
    kept = _with_room(session, rows)
    if kept:
        statement = insert_into(session, Knock).values(kept)
        names = ("user_agent", "vendor", "model", "file", "verdict", "last_at")
        newest = {name: statement.excluded[name] for name in names}
        total = Knock.__table__.c.count + statement.excluded["count"]
        session.execute(
            statement.on_conflict_do_update(index_elements=["mac", "address"], set_={**newest, "count": total})
        )


def _row(mac: str, one: Heard) -> dict[str, Any]:
    identity = identify(one.user_agent)
    maker = identity.vendor if identity else (found.name if (found := vendor_of_mac(mac)) else "")
    return {
        "mac": mac,
        "address": one.address,
        "source": source_of(one.address),
        "vendor": maker,
        "model": (identity.model if identity else None) or "",
        "user_agent": one.user_agent[:200],
        "file": one.file[:100],
        "verdict": one.verdict,
        "count": 1,
        "first_at": one.at,
        "last_at": one.at,
    }


def _again(before: dict[str, Any], one: Heard) -> dict[str, Any]:
    known = {name: before[name] for name in ("first_at",)}
    return {**_row(before["mac"], one), **known, "count": before["count"] + 1}


def _with_room(session: Session, rows: dict[tuple[str, str], dict[str, Any]]) -> list[dict[str, Any]]:
    """Choose what is written: what is listed already, phones that we have, and others while their source has room."""
    macs = sorted({mac for mac, _address in rows})
    phones = phones_among(session, macs)
    listed = set[tuple[str, str]]()
    for some in batches(macs):
        pairs = session.execute(select(Knock.mac, Knock.address).where(Knock.mac.in_(some)))
        listed |= {(mac, address) for mac, address in pairs}
    taken = dict[str, int]()
    for some in batches(sorted({row["source"] for row in rows.values()})):
        counts = select(Knock.source, func.count()).where(Knock.source.in_(some)).group_by(Knock.source)
        taken |= dict(session.execute(counts).all())
    return with_room(rows, lambda place: place in listed or place[0] in phones, "source", taken, KEEP_PER_SOURCE)


def prune(house: House) -> None:
    """Forget old knocks, those of phones with many addresses but the newest, and beyond what the list may hold."""
    with house.database.transaction() as session:
        session.execute(delete(Knock).where(Knock.last_at < house.clock() - KEEP_FOR))
        crowded = select(Knock.mac).group_by(Knock.mac).having(func.count() > KEEP_PER_PHONE)
        for mac in session.scalars(crowded).all():
            _keep_newest(session, KEEP_PER_PHONE, Knock.mac == mac)
        _keep_newest(session, KEEP, Knock.id > 0)


def _keep_newest(session: Session, count: int, which: ColumnElement[bool]) -> None:
    newest = select(Knock.id).where(which).order_by(Knock.last_at.desc(), Knock.id.desc())
    old = session.scalars(newest.offset(count)).all()
    for some in batches(old):
        session.execute(delete(Knock).where(Knock.id.in_(some)))


@dataclass(frozen=True, slots=True)
class Listed:
    """A knock with the phone that it names, where the company has that phone."""

    knock: Knock
    device: Device | None
    is_open: bool


def knocks(
    house: House, actor: Actor, mac: str = "", limit: int = 200, after: int = 0, search: str = ""
) -> list[Listed]:
    """List knocks that this company may know of, the newest first; ``after`` is the id to go on from.

    Its own phones', and unknown ones from where its phones ask; all unknown ones for operators, and where there is
    one company alone.
    """
    actor.require(Right.READ)
    with house.database.reading() as session:
        query = _visible(session, actor).order_by(Knock.id.desc()).limit(limit)
        if mac:
            query = query.where(Knock.mac == mac)
        if search:
            query = query.where(*searching(search, *_SEARCHED, mac=Knock.mac))
        if after:
            query = query.where(Knock.id < after)
        now = house.clock()
        return [Listed(knock, device, windows.is_open(window, now)) for knock, device, window in session.execute(query)]


def _visible(session: Session, actor: Actor) -> Any:
    mine = Device.id.in_(owned_ids(Device, actor))
    query = select(Knock, Device, EnrolmentWindow).outerjoin(Device, Device.mac == Knock.mac)
    query = query.outerjoin(EnrolmentWindow, EnrolmentWindow.device_id == Device.id)
    query = query.options(selectinload(Device.lines).selectinload(DeviceLine.line))
    unknown = Device.id.is_(None)
    alone = (session.scalar(select(func.count(Tenant.id))) or 0) <= 1
    if (alone and actor.reach is None) or actor.may(Right.OPERATE):
        return query.where(mine | unknown)
    near = select(Device.address).where(mine, Device.address != "")
    return query.where(mine | (unknown & Knock.address.in_(near)))


def approve(house: House, actor: Actor, number: int, minutes: object = USUAL_MINUTES) -> EnrolmentWindow:
    """Let the phone in that knocked, from where it knocked, for a time; raises NotFound and Unsupported."""
    actor.require(Right.EDIT)
    knock, device = _one(house, actor, number)
    if device is None:
        raise Unsupported("nobody has added this phone yet; add it first")
    return windows.open_windows(house, actor, Wanted((device.mac,), minutes=minutes, address=knock.address))[0]


def forget(house: House, actor: Actor, number: int) -> None:
    """Take a knock off the list; it comes back when the phone asks again."""
    actor.require(Right.EDIT)
    knock, _device = _one(house, actor, number)
    with house.database.transaction() as session:
        session.execute(delete(Knock).where(Knock.id == knock.id))
        changes.commit(house, session, actor, Edit("knock forgotten", knock.mac, {"address": knock.address}, None))


def _one(house: House, actor: Actor, number: int) -> tuple[Knock, Device | None]:
    with house.database.reading() as session:
        row = session.execute(_visible(session, actor).where(Knock.id == number)).first()
    if row is None:
        raise NotFound("there is no such knock, or it was forgotten")
    return row[0], row[1]
