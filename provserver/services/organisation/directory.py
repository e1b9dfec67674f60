"""The directory that keys point at: lines, departments, groups, short codes; a rename reaches every phone."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session, selectinload

from provserver.crypto import new_password
from provserver.db.models import (
    Department,
    Device,
    DeviceLine,
    Group,
    GroupMember,
    Line,
    ShortCode,
    StoredValue,
)
from provserver.db.queries import (
    claiming,
    department_by_name,
    department_for,
    holding,
    line_by_extension,
    of_company,
    owned,
    owned_ids,
    require_within,
)
from provserver.db.session import keyring_of
from provserver.domain import numbers
from provserver.domain.roles import Actor, Right
from provserver.domain.secret import MASK
from provserver.errors import Conflict, FieldError, Invalid
from provserver.services import changes
from provserver.services.changes import Edit
from provserver.services.editing.fitting import take_line_off
from provserver.services.editing.overrides import cannot_carry, vendors_for
from provserver.services.house import House
from provserver.services.organisation import line_passwords, pointers

NAME_LIMIT = 64
_USER_NAME = re.compile(r"[A-Za-z0-9+*#][A-Za-z0-9_.+*#-]{0,63}")


@dataclass(frozen=True, slots=True)
class NewLine:
    """What is needed to add a line; a password that is left out is generated, the rest is inherited."""

    extension: str
    name: str
    display_name: str = ""
    department: str = ""
    username: str = ""
    password: str = ""
    domain: str = ""
    transport: str = ""
    outbound_proxy: str = ""
    stun: str = ""


_READERS: Mapping[str, Callable[[str], str]] = {
    "extension": numbers.extension,
    "name": lambda text: _required(numbers.plain_text(text, NAME_LIMIT)),
    "display_name": lambda text: numbers.plain_text(text, NAME_LIMIT),
    "username": lambda text: _user_name(text),
    "password": lambda text: _password(text),
    "domain": lambda text: numbers.host_and_port(text) if text.strip() else "",
    "transport": lambda text: _transport(text),
    "outbound_proxy": lambda text: numbers.host_and_port(text) if text.strip() else "",
    "stun": lambda text: numbers.host_and_port(text) if text.strip() else "",
}


def add_line(house: House, actor: Actor, new: NewLine) -> tuple[Line, str]:
    """Add a line; return it with its SIP password, which is shown this once."""
    actor.require(Right.EDIT)
    values = _read({name: getattr(new, name) for name in _READERS})
    with house.database.transaction() as session:
        extension = values["extension"]
        if session.scalar(of_company(Line, actor).where(Line.extension == extension)):
            raise Conflict(f"extension: there is a line {extension} already")
        pointers.require_unused(session, actor, extension, "extension")
        password = values.pop("password") or new_password(20)
        line = Line(tenant_id=actor.tenant_id, **values)
        line.username = values["username"] or extension
        line.sealed_password = keyring_of(session).seal(password.encode(), "line password")
        line.department_id = department_for(session, actor, new.department)
        with claiming(session, f"extension: there is a line {extension} already"):
            session.add(line)
        require_within(session, actor, line)
        edit = Edit("line added", extension, None, {**values, "password": MASK})
        changes.commit(house, session, actor, edit, wide=pointers.pointing(actor, [extension]))
        return line, password


def change_line(house: House, actor: Actor, extension: str, raw: Mapping[str, object]) -> Line:
    """Change a line; every phone that carries or monitors it is rendered again and told."""
    actor.require(Right.EDIT)
    department = raw.get("department")
    values = _read({name: value for name, value in raw.items() if name != "department"})
    with house.database.transaction() as session:
        line = line_by_extension(session, actor, extension)
        before, after = _apply(session, line, values, house.clock())
        if "department" in raw:
            name = department if isinstance(department, str) else ""
            before["department"], after["department"] = line.department.name if line.department else "", name
            line.department_id = department_by_name(session, actor, name, field="department").id if name else None
        if before != after:
            require_within(session, actor, line)
            wide = select(Device.id).where(
                Device.id.in_(pointers.pointing(actor, [extension])) | Device.id.in_(_carriers(actor, line))
            )
            changes.commit(house, session, actor, Edit("line", extension, before, after), wide=wide)
        return line


def _apply(
    session: Session, line: Line, values: Mapping[str, str], now: datetime
) -> tuple[dict[str, object], dict[str, object]]:
    if values.get("extension", line.extension) != line.extension:
        raise Invalid.field("extension", "an extension keeps its number; add a new line instead")
    before: dict[str, object] = {}
    after: dict[str, object] = {}
    for name, value in values.items():
        if name == "password":
            line_passwords.replace(session, line, value or new_password(line_passwords.LENGTH), now)
            before[name], after[name] = MASK, f"{MASK} (new)"
        elif getattr(line, name) != value:
            before[name], after[name] = getattr(line, name), value
            setattr(line, name, value)
    return before, after


def remove_line(house: House, actor: Actor, extension: str, *, release: bool = False) -> None:
    """Remove a line; raises Conflict while phones carry or monitor it, unless ``release`` frees them."""
    actor.require(Right.EDIT)
    with house.database.transaction() as session:
        line = line_by_extension(session, actor, extension)
        query = select(Device).where(
            Device.id.in_(pointers.pointing(actor, [extension])) | Device.id.in_(_carriers(actor, line))
        )
        devices = session.scalars(query.options(selectinload(Device.lines).selectinload(DeviceLine.line))).all()
        _require_free(session, actor, extension, devices, release)
        for device in devices:
            take_line_off(house, session, actor, device, line)
        here = (
            StoredValue.tenant_id == actor.tenant_id,
            StoredValue.scope == "line",
            StoredValue.place == str(line.id),
        )
        session.execute(delete(StoredValue).where(*here))
        before = {"name": line.name, "display_name": line.display_name}
        session.delete(line)
        session.flush()
        wide = select(Device.id).where(Device.id.in_([device.id for device in devices]))
        changes.commit(house, session, actor, Edit("line removed", extension, before, None), wide=wide)


def _require_free(session: Session, actor: Actor, extension: str, devices: Sequence[Device], release: bool) -> None:
    """Raise Conflict while phones use a line; those of other departments are neither named nor freed."""
    mine = set(session.scalars(owned_ids(Device, actor).where(Device.id.in_([device.id for device in devices]))))
    if len(mine) < len(devices):
        raise Conflict(f"phones of other departments carry or monitor {extension}; ask the company's administrator")
    if devices and not release:
        macs = ", ".join(device.mac for device in devices[:5])
        raise Conflict(f"{len(devices)} phones carry or monitor {extension} ({macs}); release them first")


def _carriers(actor: Actor, line: Line) -> Select[int]:
    """Select the phones that have a line as one of their accounts."""
    mine = of_company(Device, actor).with_only_columns(Device.id)
    return mine.join(DeviceLine, DeviceLine.device_id == Device.id).where(DeviceLine.line_id == line.id)


def find_lines(house: House, actor: Actor, search: str = "", limit: int = 100, after: int = 0) -> Sequence[Line]:
    """List lines by id; ``search`` looks in number and names."""
    actor.require(Right.READ)
    with house.database.reading() as session:
        query = owned(Line, actor).options(selectinload(Line.department)).where(Line.id > after)
        for word in search.split():
            query = query.where(holding(word, Line.extension, Line.name, Line.display_name))
        return session.scalars(query.order_by(Line.id).limit(limit)).all()


def get_line(house: House, actor: Actor, extension: str) -> Line:
    """Give one line."""
    actor.require(Right.READ)
    with house.database.reading() as session:
        line = line_by_extension(session, actor, extension)
        session.refresh(line, ["department"])
        return line


def departments(house: House, actor: Actor) -> Sequence[Department]:
    """List the departments by name."""
    actor.require(Right.READ)
    with house.database.reading() as session:
        return session.scalars(owned(Department, actor).order_by(Department.name)).all()


def add_department(house: House, actor: Actor, name: str, parent: str = "", operator: str = "") -> Department:
    """Add a department, inside another one where ``parent`` names it."""
    actor.require(Right.EDIT)
    values = {"name": _department_name(name)}
    with house.database.transaction() as session:
        if session.scalar(of_company(Department, actor).where(Department.name == values["name"])):
            raise Conflict(f"name: there is a department {values['name']} already")
        department = Department(tenant_id=actor.tenant_id, name=values["name"])
        department.operator_number = _operator_number(operator)
        if parent:
            department.parent_id = department_by_name(session, actor, parent, field="parent").id
        elif actor.reach is not None:
            raise Invalid.field("parent", "name one of your own departments")
        else:
            actor.require(Right.COMPANY)
        with claiming(session, f"name: there is a department {values['name']} already"):
            session.add(department)
        changes.commit(house, session, actor, Edit("department added", values["name"], None, {"parent": parent}))
        return department


def _department_name(name: str) -> str:
    try:
        return numbers.addressable(name, NAME_LIMIT)
    except ValueError as error:
        raise Invalid.field("name", str(error)) from error


def groups(house: House, actor: Actor) -> Sequence[Group]:
    """List hunt and pickup groups with their members."""
    actor.require(Right.READ)
    with house.database.reading() as session:
        query = owned(Group, actor).options(selectinload(Group.members).selectinload(GroupMember.line))
        return session.scalars(query.order_by(Group.kind, Group.name)).all()


def short_codes(house: House, actor: Actor) -> Sequence[ShortCode]:
    """List the short codes."""
    actor.require(Right.READ)
    with house.database.reading() as session:
        return session.scalars(owned(ShortCode, actor).order_by(ShortCode.code)).all()


def _read(raw: Mapping[str, object]) -> dict[str, str]:
    values: dict[str, str] = {}
    errors: list[FieldError] = []
    for name, value in raw.items():
        try:
            if name not in _READERS:
                raise ValueError("unknown field")
            if not isinstance(value, str):
                raise ValueError("a text")
            values[name] = _READERS[name](value)
        except ValueError as error:
            errors.append(FieldError(name, str(error)))
    if errors:
        raise Invalid(errors)
    return values


def _required(text: str) -> str:
    if not text:
        raise ValueError("missing")
    return text


def _user_name(text: str) -> str:
    bare = text.strip()
    if bare and not _USER_NAME.fullmatch(bare):
        raise ValueError("a user name without host: letters, digits and _ . + * # - (at most 64)")
    return bare


def _password(text: str) -> str:
    if text and (len(text) > 64 or not all("!" <= character <= "~" for character in text)):
        raise ValueError("at most 64 printable ASCII characters without blanks")
    if problem := cannot_carry(vendors_for(""), text):
        raise ValueError(problem)
    return text


def _operator_number(text: str) -> str:
    try:
        return numbers.dialable(text) if text.strip() else ""
    except ValueError as error:
        raise Invalid.field("operator_number", str(error)) from error


def _transport(text: str) -> str:
    if text not in {"", "udp", "tcp", "tls"}:
        raise ValueError("udp, tcp or tls")
    return text
