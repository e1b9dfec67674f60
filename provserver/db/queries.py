"""The selects that more than one service asks, each with the company in its WHERE."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, or_, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from provserver.db.models import Department, Device, DeviceLine, Line
from provserver.db.reach import within
from provserver.domain.mac import parse_mac, part_of_mac
from provserver.domain.roles import Actor
from provserver.errors import Conflict, Invalid, NotFound

T = TypeVar("T")
_IMAGES = 0x696D6773
"""An arbitrary number that PostgreSQL's advisory lock knows the store of images by."""


def owned(model: type[T], actor: Actor) -> Select[T]:
    """Select from a table only what belongs to the actor's company, and lies in their reach (invariant 8)."""
    query = of_company(model, actor)
    return query if actor.reach is None else query.where(within(model, actor.reach))


def of_company(model: type[T], actor: Actor) -> Select[T]:
    """Select all that belongs to the company, for what no reach limits: whom keys point at, whom an edit concerns."""
    return select(model).where(model.tenant_id == actor.tenant_id)  # type: ignore[attr-defined]


def owned_ids(model: type[Any], actor: Actor) -> Select[int]:
    """Select the ids of what ``owned`` selects, for a WHERE of something that hangs at it."""
    return owned(model, actor).with_only_columns(model.id)


def require_within(session: Session, actor: Actor, row: Any, field: str = "department") -> None:
    """Write what was changed; raise Invalid where a row now lies outside of the actor's departments."""
    session.flush()
    here = owned_ids(type(row), actor).where(type(row).id == row.id)
    if actor.reach is not None and session.scalar(here) is None:
        raise Invalid.field(field, "name one of your own departments")


def searching(search: str, *columns: Any, mac: Any) -> list[ColumnElement[bool]]:
    """Give a condition for each word looked for: a column holds it, or the address ``mac`` does in any spelling."""
    found = []
    for word in search.split():
        digits = part_of_mac(word)
        found.append(or_(holding(word, *columns), mac.contains(digits)) if digits else holding(word, *columns))
    return found


def holding(word: str, *columns: Any) -> ColumnElement[bool]:
    """Select where one of the columns holds a word: in any case, and with each of its characters meant literally."""
    return or_(*(column.icontains(word, autoescape=True) for column in columns))


@contextmanager
def claiming(session: Session, taken: str) -> Iterator[None]:
    """Write what was added inside; raises Conflict where somebody else claimed the same at the same moment."""
    try:
        yield
        session.flush()
    except IntegrityError as error:
        raise Conflict(taken) from error


def storing_images(session: Session) -> None:
    """Be the only one, until the commit, who puts firmware into the store or takes it away.

    SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _IMAGES})


def device_by_mac(session: Session, actor: Actor, mac: str, *, lock: bool = False) -> Device:
    """Find a phone of the actor's company by any spelling of its address; ``lock`` holds it until the commit."""
    try:
        wanted = parse_mac(mac)
    except ValueError as error:
        raise Invalid.field("mac", str(error)) from error
    query = (
        owned(Device, actor).where(Device.mac == wanted).options(selectinload(Device.lines).joinedload(DeviceLine.line))
    )
    device = session.scalar(query.with_for_update(of=Device, key_share=True) if lock else query)
    if device is None:
        raise NotFound(f"there is no phone {wanted} in this company")
    return device


def line_by_extension(session: Session, actor: Actor, extension: str) -> Line:
    """Find a line of the actor's company by its short number."""
    line = session.scalar(owned(Line, actor).where(Line.extension == extension))
    if line is None:
        raise NotFound(f"there is no extension {extension} in this company")
    return line


def department_for(session: Session, actor: Actor, name: str) -> int | None:
    """Find where something new belongs: the department named, else the only one that the actor looks after."""
    if name:
        return department_by_name(session, actor, name, field="department").id
    mine = actor.reach.departments if actor.reach else frozenset()
    return next(iter(mine)) if len(mine) == 1 else None


def department_by_name(session: Session, actor: Actor, name: str, *, field: str = "") -> Department:
    """Find a department of the actor's company by its name; an unknown one is the fault of ``field`` if given."""
    department = session.scalar(owned(Department, actor).where(Department.name == name))
    if department is None and field:
        raise Invalid.field(field, f"there is no department {name} in this company")
    if department is None:
        raise NotFound(f"there is no department {name} in this company")
    return department
