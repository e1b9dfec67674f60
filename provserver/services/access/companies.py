"""Companies, for the operator who looks after several: added, renamed, removed with all that they hold."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from provserver.db.models import Device, Line, Tenant
from provserver.db.queries import claiming
from provserver.domain.numbers import plain_text
from provserver.domain.roles import Actor, Right
from provserver.errors import Conflict, Invalid, NotFound
from provserver.services import changes
from provserver.services.access.accounts import Person
from provserver.services.changes import Edit
from provserver.services.house import House

Counted = tuple[Tenant, int, int]
"""A company with how many lines and phones it has."""


def of(house: House, person: Person) -> Sequence[Tenant]:
    """List the companies that somebody may act for, the oldest first."""
    with house.database.reading() as session:
        query = select(Tenant).order_by(Tenant.id)
        mine = query if person.tenant_id is None else query.where(Tenant.id == person.tenant_id)
        return session.scalars(mine).all()


def every(house: House) -> Sequence[Tenant]:
    """List all companies, the oldest first, for the operator's hand at the server itself."""
    with house.database.reading() as session:
        return session.scalars(select(Tenant).order_by(Tenant.id)).all()


def find(house: House, actor: Actor) -> list[Counted]:
    """List all companies by name, with how much is in each."""
    actor.require(Right.OPERATE)
    with house.database.reading() as session:
        lines = dict(session.execute(select(Line.tenant_id, func.count()).group_by(Line.tenant_id)).all())
        phones = dict(session.execute(select(Device.tenant_id, func.count()).group_by(Device.tenant_id)).all())
        rows = session.scalars(select(Tenant).order_by(Tenant.name)).all()
        return [(row, lines.get(row.id, 0), phones.get(row.id, 0)) for row in rows]


def add(house: House, actor: Actor, name: str) -> Tenant:
    """Add an empty company."""
    actor.require(Right.OPERATE)
    with house.database.transaction() as session:
        tenant = Tenant(name=_free_name(session, name))
        with claiming(session, f"name: there is a company {tenant.name} already"):
            session.add(tenant)
        changes.commit(house, session, actor, Edit("company added", tenant.name, None, None))
        return tenant


def rename(house: House, actor: Actor, number: int, name: str) -> Tenant:
    """Give a company another name."""
    actor.require(Right.OPERATE)
    with house.database.transaction() as session:
        tenant = _one(session, number)
        before = tenant.name
        if name.strip() != before:
            tenant.name = _free_name(session, name)
            with claiming(session, f"name: there is a company {tenant.name} already"):
                session.flush()
            changes.commit(house, session, actor, Edit("company", tenant.name, {"name": before}, {"name": tenant.name}))
        return tenant


def remove(house: House, actor: Actor, number: int, confirmed: str) -> None:
    """Remove a company with its lines, phones, people and history; ``confirmed`` is its name, typed once more.

    Its removal stands in the history of the company that the actor acts for, which is another one.
    """
    actor.require(Right.OPERATE)
    with house.database.transaction() as session:
        tenant = _one(session, number)
        if tenant.id == actor.tenant_id:
            raise Conflict("switch to another company first: the removal stands in its history")
        if confirmed != tenant.name:
            raise Invalid.field("confirm", "type the company's name to remove all that it holds")
        session.delete(tenant)
        session.flush()
        changes.commit(house, session, actor, Edit("company removed", tenant.name, None, None))


def _one(session: Session, number: int) -> Tenant:
    tenant = session.get(Tenant, number, with_for_update=True)
    if tenant is None:
        raise NotFound(f"there is no company {number}")
    return tenant


def _free_name(session: Session, name: str) -> str:
    try:
        checked = plain_text(name, 100)
    except ValueError as error:
        raise Invalid.field("name", str(error)) from error
    if not checked:
        raise Invalid.field("name", "missing")
    if session.scalar(select(Tenant.id).where(Tenant.name == checked)):
        raise Conflict(f"name: there is a company {checked} already")
    return checked
