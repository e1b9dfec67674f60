"""Departments: renamed, moved into one another, given an operator, and removed with what becomes of their contents."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from provserver.db.models import Department, Device, DeviceLine, Line, ShortCode, StoredValue
from provserver.db.queries import claiming, department_by_name, owned
from provserver.domain import numbers
from provserver.domain.roles import Actor, Right
from provserver.domain.settings import Scope
from provserver.errors import Conflict, FieldError, Invalid
from provserver.services import changes
from provserver.services.changes import Edit
from provserver.services.editing.settings import find_place
from provserver.services.house import House
from provserver.services.organisation.directory import NAME_LIMIT

_FIELDS = ("name", "parent", "operator_number")


@dataclass(frozen=True, slots=True)
class Contents:
    """How much lies in a department itself, without what lies in those inside it."""

    lines: int = 0
    phones: int = 0
    short_codes: int = 0
    departments: int = 0

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing lies in it."""
        return not (self.lines or self.phones or self.short_codes or self.departments)


def get(house: House, actor: Actor, name: str) -> tuple[Department, str, Contents]:
    """Give a department with the name of the one that it lies in, and what lies in it."""
    actor.require(Right.READ)
    with house.database.reading() as session:
        department = department_by_name(session, actor, name)
        return department, _parent(session, actor, department), _contents(session, actor).get(department.id, Contents())


def contents(house: House, actor: Actor) -> dict[int, Contents]:
    """Give what lies in each department, by its id; empty ones are left out."""
    actor.require(Right.READ)
    with house.database.reading() as session:
        return _contents(session, actor)


def change(house: House, actor: Actor, name: str, raw: Mapping[str, object]) -> Department:
    """Change ``name``, ``parent`` (empty: the company itself) and ``operator_number`` of a department.

    The phones below it are rendered again where a move makes them inherit something else.
    """
    actor.require(Right.EDIT)
    values = read(raw)
    with house.database.transaction() as session:
        department = department_by_name(session, actor, name)
        devices = find_place(session, actor, Scope.DEPARTMENT.word, name).devices
        before, after = _apply(session, actor, department, values)
        if before != after:
            edit = Edit("department", department.name, before, after)
            changes.commit(house, session, actor, edit, wide=devices if "parent" in after else None)
        return department


def _apply(
    session: Session, actor: Actor, department: Department, values: Mapping[str, str]
) -> tuple[dict[str, object], dict[str, object]]:
    parent = _parent(session, actor, department)
    current = {"name": department.name, "parent": parent, "operator_number": department.operator_number}
    after: dict[str, object] = {name: value for name, value in values.items() if value != current[name]}
    if "name" in after or "parent" in after:
        _require_right(actor, department, parent)
    if "parent" in after:
        _move(session, actor, department, values["parent"])
    with claiming(session, f"name: there is a department {values.get('name')} already"):
        department.name = values.get("name", department.name)
        department.operator_number = values.get("operator_number", department.operator_number)
    return {name: current[name] for name in after}, after


def _move(session: Session, actor: Actor, department: Department, parent: str) -> None:
    if not parent:
        actor.require(Right.COMPANY)
        department.parent_id = None
        return
    wanted = department_by_name(session, actor, parent, field="parent")
    if wanted.id in inside(session, actor.tenant_id, department.id):
        raise Invalid.field("parent", "a department cannot lie in itself, nor in one that lies in it")
    department.parent_id = wanted.id


def inside(session: Session, tenant_id: int, department_id: int) -> set[int]:
    """List a department and all that lie in it, by their ids."""
    query = select(Department.id, Department.parent_id).where(Department.tenant_id == tenant_id)
    rows = session.execute(query).all()
    found = {department_id}
    while more := {number for number, parent in rows if parent in found} - found:
        found |= more
    return found


def remove(house: House, actor: Actor, name: str, *, release: bool = False) -> None:
    """Remove a department with its settings; raises Conflict while something lies in it.

    With ``release`` its lines, phones, short codes and departments move to where it lies itself.
    """
    actor.require(Right.EDIT)
    with house.database.transaction() as session:
        department = department_by_name(session, actor, name)
        parent = _parent(session, actor, department)
        _require_right(actor, department, parent)
        found = _contents(session, actor).get(department.id, Contents())
        if not found.is_empty and not release:
            raise Conflict(f"{_said(found)} lie in {department.name}; move them first")
        devices = find_place(session, actor, Scope.DEPARTMENT.word, name).devices
        ids = list(session.scalars(devices))
        _hand_up(session, actor, department)
        before = {"parent": parent, "operator_number": department.operator_number}
        session.delete(department)
        session.flush()
        edit = Edit("department removed", name, before, None)
        changes.commit(house, session, actor, edit, wide=select(Device.id).where(Device.id.in_(ids)))


def _hand_up(session: Session, actor: Actor, department: Department) -> None:
    """Move what lies in a department to where it lies itself, and forget its settings."""
    place = (
        StoredValue.tenant_id == actor.tenant_id,
        StoredValue.scope == Scope.DEPARTMENT.word,
        StoredValue.place == str(department.id),
    )
    session.execute(delete(StoredValue).where(*place))
    for table in (Line, Device, ShortCode):
        here = (table.tenant_id == actor.tenant_id, table.department_id == department.id)
        session.execute(update(table).where(*here).values(department_id=department.parent_id))
    below = (Department.tenant_id == actor.tenant_id, Department.parent_id == department.id)
    session.execute(update(Department).where(*below).values(parent_id=department.parent_id))


def _require_right(actor: Actor, department: Department, parent: str) -> None:
    """An outermost department is the company's own business, and so is one that lies where the actor does not reach."""
    actor.require(Right.EDIT if department.parent_id is not None and parent else Right.COMPANY)


def _parent(session: Session, actor: Actor, department: Department) -> str:
    """Name the department that one lies in, as far as the actor reaches."""
    row = session.scalar(owned(Department, actor).where(Department.id == department.parent_id))
    return row.name if row else ""


def _contents(session: Session, actor: Actor) -> dict[int, Contents]:
    counted = (
        _count(session, actor, Line, Line.department_id),
        _count_phones(session, actor),
        _count(session, actor, ShortCode, ShortCode.department_id),
        _count(session, actor, Department, Department.parent_id),
    )
    ids = {number for counts in counted for number in counts}
    return {number: Contents(*(counts.get(number, 0) for counts in counted)) for number in ids}


def _count(
    session: Session, actor: Actor, table: type[Any], column: InstrumentedAttribute[int | None]
) -> dict[int, int]:
    query = owned(table, actor).where(column.is_not(None)).with_only_columns(column, func.count()).group_by(column)
    return {int(number or 0): int(count) for number, count in session.execute(query)}


def _count_phones(session: Session, actor: Actor) -> dict[int, int]:
    """Count phones where they lie: in their own department, else in their first line's (as in profiles)."""
    place = func.coalesce(Device.department_id, Line.department_id)
    first = (DeviceLine.device_id == Device.id) & (DeviceLine.position == 1)
    query = owned(Device, actor).outerjoin(DeviceLine, first).outerjoin(Line, Line.id == DeviceLine.line_id)
    counted = query.where(place.is_not(None)).with_only_columns(place, func.count()).group_by(place)
    return {int(number): int(count) for number, count in session.execute(counted)}


def _said(found: Contents) -> str:
    parts = (
        (found.lines, "lines"),
        (found.phones, "phones"),
        (found.short_codes, "short codes"),
        (found.departments, "departments"),
    )
    return ", ".join(f"{count} {what}" for count, what in parts if count)


def read(raw: Mapping[str, object]) -> dict[str, str]:
    """Read what somebody wants of a department; raises Invalid naming every wrong field."""
    values: dict[str, str] = {}
    errors: list[FieldError] = []
    for field, value in raw.items():
        try:
            if field not in _FIELDS:
                raise ValueError("unknown field")
            if value is not None and not isinstance(value, str):
                raise ValueError("a text")
            values[field] = _value(field, value or "")
        except ValueError as error:
            errors.append(FieldError(field, str(error)))
    if errors:
        raise Invalid(errors)
    return values


def _value(field: str, text: str) -> str:
    if field == "parent":
        return text.strip()
    if field == "operator_number":
        return numbers.dialable(text) if text.strip() else ""
    return numbers.addressable(text, NAME_LIMIT)
