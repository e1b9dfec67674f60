"""Who was heard on the network: written in batches, kept few, whatever somebody sends there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from provserver.db.batches import batches
from provserver.db.models import Neighbour
from provserver.db.upserting import insert_into
from provserver.services.house import House
from provserver.services.room import with_room
from provserver.vendors.registry import identify, vendor_of_mac, vendors

KEEP = 5000
"""Rows that are kept, whoever makes up phones: what a machine in the network can fill is this."""
KEEP_PER_ADDRESS = 64
"""Rows of one address; more are not phones, but somebody who makes them up."""
KEEP_FOR = timedelta(days=14)


class Way(StrEnum):
    """How a phone was heard."""

    HTTP = "http"
    PNP = "pnp"
    MDNS = "mdns"


@dataclass(frozen=True, slots=True)
class Heard:
    """One thing that was heard; ``mac`` is empty where nobody could tell it, ``said`` is the phone's own words.

    ``model`` is what the phone calls itself, in any spelling.
    """

    way: Way
    mac: str
    address: str
    at: datetime
    said: str = ""
    model: str = ""
    answered: bool = False


def write(house: House, heard: Iterable[Heard]) -> None:
    """Write down what was heard, one row for each phone, address and way; new ones only while there is room."""
    rows: dict[tuple[str, str, str], dict[str, Any]] = {}
    for one in heard:
        place = (one.mac, one.address[:64], one.way.value)
        rows[place] = _row(one, rows.get(place))
    if not rows:
        return
    with house.database.transaction() as session:
        kept = _with_room(session, rows)
        if not kept:
            return
        statement = insert_into(session, Neighbour).values(kept)
        newest = {name: statement.excluded[name] for name in ("vendor", "model", "said", "answered", "last_at")}
        total = Neighbour.__table__.c.count + statement.excluded["count"]
        session.execute(
            statement.on_conflict_do_update(index_elements=["mac", "address", "way"], set_={**newest, "count": total})
        )


def _row(one: Heard, before: dict[str, Any] | None) -> dict[str, Any]:
    vendor, model = recognised(one.mac, one.said, one.model)
    return {
        "mac": one.mac,
        "address": one.address[:64],
        "way": one.way.value,
        "vendor": vendor,
        "model": model,
        "said": one.said[:200],
        "answered": one.answered,
        "count": before["count"] + 1 if before else 1,
        "first_at": before["first_at"] if before else one.at,
        "last_at": one.at,
    }


def recognised(mac: str, said: str, model: str = "") -> tuple[str, str]:
    """Give maker and model as we call them, empty where unknown.

    The address block says more than the phone does: makers send each other's names, or "OEM" (facts: discovery).
    """
    identity = identify(said) if said else None
    by_block = vendor_of_mac(mac) if mac else None
    maker = by_block or (vendors()[identity.vendor] if identity else None)
    if maker is None:
        return "", ""
    told = identity.model if identity and identity.vendor == maker.name else None
    found = maker.model(model) if model else None
    return maker.name, told or (found.name if found else "")


def _with_room(session: Session, rows: dict[tuple[str, str, str], dict[str, Any]]) -> list[dict[str, Any]]:
    """Choose what is written: what is listed already, and others while their address has room."""
    addresses = sorted({address for _mac, address, _way in rows})
    listed = set[tuple[str, str, str]]()
    taken = dict[str, int]()
    for some in batches(addresses):
        columns = select(Neighbour.mac, Neighbour.address, Neighbour.way).where(Neighbour.address.in_(some))
        for mac, address, way in session.execute(columns):
            listed.add((mac, address, way))
            taken[address] = taken.get(address, 0) + 1
    return with_room(rows, listed.__contains__, "address", taken, KEEP_PER_ADDRESS)


def prune(house: House) -> None:
    """Forget what was heard long ago, and the oldest beyond what the list may hold."""
    with house.database.transaction() as session:
        session.execute(delete(Neighbour).where(Neighbour.last_at < house.clock() - KEEP_FOR))
        count = session.scalar(select(func.count(Neighbour.id))) or 0
        if count > KEEP:
            oldest = select(Neighbour.id).order_by(Neighbour.last_at, Neighbour.id).limit(count - KEEP)
            session.execute(delete(Neighbour).where(Neighbour.id.in_(oldest)))
