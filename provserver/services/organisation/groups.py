"""Hunt groups with a pilot number, and pickup groups with a code: added, changed, their members put in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session, selectinload

from provserver.db.models import Group, GroupMember, Line
from provserver.db.queries import claiming, owned
from provserver.domain import numbers
from provserver.domain.roles import Actor, Right
from provserver.errors import FieldError, Invalid, NotFound
from provserver.services import changes
from provserver.services.changes import Edit
from provserver.services.house import House
from provserver.services.organisation import pointers
from provserver.services.organisation.directory import NAME_LIMIT

HUNT, PICKUP = "hunt", "pickup"
KINDS = (HUNT, PICKUP)
MOST_MEMBERS = 500


@dataclass(frozen=True, slots=True)
class NewGroup:
    """What is needed to add a group; ``members`` are extensions in the order of ringing."""

    kind: str
    name: str
    number: str = ""
    members: tuple[str, ...] = ()


def get(house: House, actor: Actor, kind: str, name: str) -> Group:
    """Give one group with its members."""
    actor.require(Right.READ)
    with house.database.reading() as session:
        return _find(session, actor, kind, name)


def add(house: House, actor: Actor, new: NewGroup) -> Group:
    """Add a group; raises Invalid for wrong fields, Conflict where name or pilot number is taken."""
    actor.require(Right.COMPANY)
    if new.kind not in KINDS:
        raise Invalid.field("kind", "hunt or pickup")
    values = _read(new.kind, {"name": new.name, "number": new.number})
    with house.database.transaction() as session:
        group = Group(tenant_id=actor.tenant_id, kind=new.kind, **values)
        _require_free(session, actor, group, values["number"])
        group.members = _members(session, actor, new.members)
        with claiming(session, _taken(group)):
            session.add(group)
        after = {**values, "members": list(new.members)}
        wide = pointers.pointing(actor, [group.number])
        changes.commit(house, session, actor, Edit(f"{new.kind} group added", group.name, None, after), wide=wide)
        return _find(session, actor, group.kind, group.name)


def change(house: House, actor: Actor, kind: str, name: str, raw: Mapping[str, object]) -> Group:
    """Change ``name``, ``number`` and ``members`` of a group.

    Keys that dialled its number dial the new one, and labels that follow its name are written again.
    """
    actor.require(Right.COMPANY)
    members = _extensions(raw["members"]) if "members" in raw else None
    values = _read(kind, {field: value for field, value in raw.items() if field != "members"})
    with house.database.transaction() as session:
        group = _find(session, actor, kind, name)
        before, after = _apply(session, actor, group, values, members)
        if before != after:
            old = str(before.get("number", "")) if kind == HUNT else ""
            followed = pointers.follow(house, session, actor, old, group.number)
            edit = Edit(f"{kind} group", group.name, before, after)
            changes.commit(house, session, actor, edit, wide=pointers.pointing(actor, [group.number], followed))
        return group


def _apply(
    session: Session, actor: Actor, group: Group, values: Mapping[str, str], members: Sequence[str] | None
) -> tuple[dict[str, object], dict[str, object]]:
    before: dict[str, object] = {}
    after: dict[str, object] = {}
    if "number" in values:
        _require_free(session, actor, group, values["number"])
    with claiming(session, _taken(group, values.get("name", ""))):
        for field, value in values.items():
            if getattr(group, field) != value:
                before[field], after[field] = getattr(group, field), value
                setattr(group, field, value)
    current = [member.line.extension for member in group.members]
    if members is not None and list(members) != current:
        before["members"], after["members"] = current, list(members)
        rows = _members(session, actor, members)
        group.members.clear()
        session.flush()
        group.members.extend(rows)
        session.flush()
    return before, after


def remove(house: House, actor: Actor, kind: str, name: str, *, release: bool = False) -> None:
    """Remove a group; raises Conflict while keys dial a hunt group's number, unless ``release`` empties those keys.

    A pickup code stays a code of the exchange, which other groups may share: keys keep it.
    """
    actor.require(Right.COMPANY)
    with house.database.transaction() as session:
        group = _find(session, actor, kind, name)
        members = [member.line.extension for member in group.members]
        before = {"number": group.number, "members": members}
        pilots = [group.number] if kind == HUNT else []
        freed = pointers.settle(house, session, actor, "number", pilots, release=release)
        session.delete(group)
        session.flush()
        wide = pointers.pointing(actor, [group.number], freed)
        changes.commit(house, session, actor, Edit(f"{kind} group removed", name, before, None), wide=wide)


def _find(session: Session, actor: Actor, kind: str, name: str) -> Group:
    query = owned(Group, actor).where(Group.kind == kind, Group.name == name)
    group = session.scalar(query.options(selectinload(Group.members).selectinload(GroupMember.line)))
    if group is None:
        raise NotFound(f"there is no {kind} group {name} in this company")
    return group


def _require_free(session: Session, actor: Actor, group: Group, number: str) -> None:
    if group.kind == HUNT:
        pointers.require_unused(session, actor, number, "number", beside=group)


def _taken(group: Group, name: str = "") -> str:
    return f"name: there is a {group.kind} group {name or group.name} already"


def _extensions(raw: object) -> Sequence[str]:
    if not isinstance(raw, (list, tuple)) or not all(isinstance(item, str) for item in raw):
        raise Invalid.field("members", "a list of extensions")
    return [str(item) for item in raw]


def _members(session: Session, actor: Actor, extensions: Sequence[str]) -> list[GroupMember]:
    if len(extensions) > MOST_MEMBERS:
        raise Invalid.field("members", f"at most {MOST_MEMBERS} members")
    if len(set(extensions)) != len(extensions):
        raise Invalid.field("members", "a line can be in a group only once")
    rows = session.scalars(owned(Line, actor).where(Line.extension.in_(extensions)))
    found = {line.extension: line for line in rows}
    if missing := [extension for extension in extensions if extension not in found]:
        raise Invalid([FieldError("members", f"there is no extension {extension}") for extension in missing])
    places = enumerate(extensions, start=1)
    return [GroupMember(line=found[extension], line_id=found[extension].id, position=at) for at, extension in places]


def _read(kind: str, raw: Mapping[str, object]) -> dict[str, str]:
    values: dict[str, str] = {}
    errors: list[FieldError] = []
    for field, value in raw.items():
        try:
            if field not in {"name", "number"} or not isinstance(value, str):
                raise ValueError("a text" if field in {"name", "number"} else "unknown field")
            values[field] = _name(value) if field == "name" else _number(kind, value)
        except ValueError as error:
            errors.append(FieldError(field, str(error)))
    if errors:
        raise Invalid(errors)
    return values


def _name(text: str) -> str:
    name = numbers.addressable(text, NAME_LIMIT)
    if "/" in name:
        raise ValueError("a name without /")
    return name


def _number(kind: str, text: str) -> str:
    number = numbers.dialable(text) if text.strip() else ""
    if kind == PICKUP and not number:
        raise ValueError("missing: the pickup code")
    if len(number) > 32:
        raise ValueError("at most 32 characters")
    return number
