"""Seen on the network: phones that nobody has added, gathered from all ways in which they were heard."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from provserver.db.batches import phones_among
from provserver.db.models import Device, Knock, Neighbour, Tenant
from provserver.domain.roles import Actor, Right
from provserver.services.house import House
from provserver.services.network.neighbours import Way

MOST = 2000
"""Rows of each kind that are looked at, the newest."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One phone that nobody has added; ``mac`` is empty where nobody could tell it, ``model`` where it did not say."""

    mac: str
    address: str
    vendor: str
    model: str
    said: str
    first_at: datetime
    last_at: datetime
    count: int = 1
    ways: frozenset[Way] = field(default=frozenset())


def seen(house: House, actor: Actor) -> list[Seen]:
    """List phones that nobody has added, the last heard first.

    Operators see all of them, and so does whoever belongs to the only company; others see what asks from where phones
    of their company ask.
    """
    actor.require(Right.READ)
    with house.database.reading() as session:
        found = _together([*_heard(session), *_asked(session)])
        known = phones_among(session, (one.mac for one in found if one.mac))
        near = _near(session, actor)
    strangers = [one for one in found if one.mac not in known and (near is None or one.address in near)]
    return sorted(strangers, key=lambda one: (one.last_at, one.mac, one.address), reverse=True)


def _near(session: Session, actor: Actor) -> set[str] | None:
    """Give the addresses that the actor may hear of; None for all."""
    alone = (session.scalar(select(func.count(Tenant.id))) or 0) <= 1
    if alone or actor.may(Right.OPERATE):
        return None
    mine = select(Device.address).where(Device.tenant_id == actor.tenant_id, Device.address != "")
    return set(session.scalars(mine))


def _heard(session: Session) -> Iterator[Seen]:
    rows = session.scalars(select(Neighbour).order_by(Neighbour.last_at.desc()).limit(MOST))
    for row in rows:
        yield Seen(
            row.mac, row.address, row.vendor, row.model, row.said, row.first_at, row.last_at, row.count,
            frozenset({Way(row.way)}),
        )  # fmt: skip


def _asked(session: Session) -> Iterator[Seen]:
    """Read who asked over HTTP for a phone's file and got nothing."""
    rows = session.scalars(select(Knock).order_by(Knock.last_at.desc()).limit(MOST))
    for row in rows:
        yield Seen(
            row.mac, row.address, row.vendor, row.model, row.user_agent, row.first_at, row.last_at, row.count,
            frozenset({Way.HTTP}),
        )  # fmt: skip


def _together(found: Iterable[Seen]) -> Sequence[Seen]:
    """Make one of all that was heard of the same phone; the newest address and the first model told count."""
    phones: dict[tuple[str, str], Seen] = {}
    for one in sorted(found, key=lambda one: one.last_at, reverse=True):
        place = (one.mac, "" if one.mac else one.address)
        newest = phones.get(place)
        phones[place] = one if newest is None else _merged(newest, one)
    return list(phones.values())


def _merged(newest: Seen, older: Seen) -> Seen:
    return replace(
        newest,
        vendor=newest.vendor or older.vendor,
        model=newest.model or older.model,
        said=newest.said or older.said,
        first_at=min(newest.first_at, older.first_at),
        count=newest.count + older.count,
        ways=newest.ways | older.ways,
    )
