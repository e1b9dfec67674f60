"""Phones that somebody wants to add although another company, or a department out of reach, has them.

A phone exists once in the world, so it is refused; but whoever may add phones could ask for one address after the other
and learn which of them this server knows. Therefore the refusal says nothing of where the phone is, it is kept for
the operators, and after a few of them nothing is added by that person for a while, whatever the address.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from provserver.db.models import Change, Claim, Device, Tenant
from provserver.db.queries import owned
from provserver.db.upserting import insert_into
from provserver.domain.mac import format_mac
from provserver.domain.roles import Actor, Right
from provserver.errors import Conflict, Elsewhere
from provserver.services.house import House

MOST = 5
"""Different phones that one person may be refused within ``WITHIN``."""
WITHIN = timedelta(hours=1)
KEEP = timedelta(days=30)
REFUSED = "mac: this phone cannot be added here; ask whoever runs this server"
SPENT = "mac: too many phones could not be added here; nothing is added for an hour"


@dataclass(frozen=True, slots=True)
class Listed:
    """A claim, with the company that wants the phone and the one that has it."""

    claim: Claim
    mac: str
    wanted_by: str
    had_by: str


@contextmanager
def noting(house: House, actor: Actor) -> Iterator[None]:
    """Add phones inside: refuse all of them where too many were refused, and keep what is refused now."""
    with house.database.reading() as session:
        mine = (Claim.tenant_id == actor.tenant_id, Claim.actor == actor.name[:100])
        recent = select(func.count(Claim.id)).where(*mine, Claim.last_at > house.clock() - WITHIN)
        if not actor.may(Right.OPERATE) and (session.scalar(recent) or 0) >= MOST:
            raise Conflict(SPENT)
    try:
        yield
    except Elsewhere as error:
        note(house, actor, [error.name])
        raise


def require_free(session: Session, actor: Actor, mac: str) -> None:
    """Raise Conflict where the actor has this phone, and Elsewhere where somebody else does."""
    row = session.execute(
        select(Device.id, Tenant.name).join(Tenant, Tenant.id == Device.tenant_id).where(Device.mac == mac)
    ).first()
    if row is None:
        return
    if session.scalar(owned(Device, actor).where(Device.mac == mac).with_only_columns(Device.id)):
        raise Conflict(f"mac: there is a phone {format_mac(mac)} already")
    if actor.may(Right.OPERATE):
        raise Conflict(f"mac: {row[1]} has the phone {format_mac(mac)}")
    raise Elsewhere(REFUSED, mac)


def note(house: House, actor: Actor, macs: Iterable[str]) -> None:
    """Keep that phones were refused, for the operators and in the history of who wanted them."""
    with house.database.transaction() as session:
        wanted = Device.mac.in_(list(dict.fromkeys(macs))[: MOST + 1])
        for device_id, mac in session.execute(select(Device.id, Device.mac).where(wanted).order_by(Device.id)).all():
            _count(house, session, actor, device_id)
            session.add(
                Change(
                    tenant_id=actor.tenant_id, at=house.clock(), actor=actor.name, what="device refused", subject=mac,
                    device_id=None, before=None, after=None,
                )
            )  # fmt: skip


def _count(house: House, session: Session, actor: Actor, device_id: int) -> None:
    now = house.clock()
    row = {"device_id": device_id, "tenant_id": actor.tenant_id, "actor": actor.name[:100], "count": 1}
    statement = insert_into(session, Claim).values({**row, "first_at": now, "last_at": now})
    again = {"count": Claim.__table__.c.count + 1, "last_at": now}
    session.execute(statement.on_conflict_do_update(index_elements=["device_id", "tenant_id", "actor"], set_=again))


def claims(house: House, actor: Actor) -> Sequence[Listed]:
    """List what was refused, newest first; only an operator may know who has a phone."""
    actor.require(Right.OPERATE)
    with house.database.reading() as session:
        names = {row.id: row.name for row in session.scalars(select(Tenant))}
        query = select(Claim, Device.mac, Device.tenant_id).join(Device, Device.id == Claim.device_id)
        rows = session.execute(query.order_by(Claim.last_at.desc(), Claim.id.desc()).limit(200)).all()
        return [Listed(claim, mac, names.get(claim.tenant_id, ""), names.get(owner, "")) for claim, mac, owner in rows]


def prune(house: House) -> None:
    """Forget what was refused long ago."""
    with house.database.transaction() as session:
        session.execute(delete(Claim).where(Claim.last_at < house.clock() - KEEP))
