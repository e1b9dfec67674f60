"""What of a company lies in somebody's reach, as a WHERE: for department administrators and for users of a phone."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, false, or_, select

from provserver.db.models import (
    ApiToken,
    Change,
    Department,
    Device,
    DeviceLine,
    Group,
    GroupMember,
    Line,
    Rollout,
    RolloutPhone,
    ShortCode,
    StoredValue,
    User,
)
from provserver.domain.roles import Reach, Role

LINE_EDITS = ("line", "line added", "line removed", "line given on")
"""What the history calls edits of a line; their subject is the extension."""


def within(model: type[Any], reach: Reach) -> ColumnElement[bool]:
    """Say which rows of a table lie within a reach; nothing of a table that no rule knows.

    A table that hangs at a phone by its ``device_id`` needs no rule: its rows lie where the phone lies.
    """
    if model in _RULES:
        return _RULES[model](reach)
    if hasattr(model, "device_id"):
        found: ColumnElement[bool] = model.device_id.in_(_device_ids(reach))
        return found
    return false()


def _line(reach: Reach) -> ColumnElement[bool]:
    return Line.department_id.in_(sorted(reach.departments)) | (Line.id == reach.line)


def _line_ids(reach: Reach) -> Select[int]:
    return select(Line.id).where(_line(reach))


def _device(reach: Reach) -> ColumnElement[bool]:
    """A phone lies in its own department, else in its first line's (as in profiles); a user has those of their line."""
    inside = sorted(reach.departments)
    first = select(DeviceLine.device_id).join(Line, Line.id == DeviceLine.line_id)
    first = first.where(DeviceLine.position == 1, Line.department_id.in_(inside))
    carrying = select(DeviceLine.device_id).where(DeviceLine.line_id == reach.line)
    return (
        Device.department_id.in_(inside)
        | (Device.department_id.is_(None) & Device.id.in_(first))
        | Device.id.in_(carrying)
    )


def _device_ids(reach: Reach) -> Select[int]:
    return select(Device.id).where(_device(reach))


def _department(reach: Reach) -> ColumnElement[bool]:
    return Department.id.in_(sorted(reach.departments))


def _group(reach: Reach) -> ColumnElement[bool]:
    """A group is of concern to whoever has one of its members."""
    return Group.id.in_(select(GroupMember.group_id).where(GroupMember.line_id.in_(_line_ids(reach))))


def _short_code(reach: Reach) -> ColumnElement[bool]:
    """Codes of the company are everybody's; a department's are its own (guide, A34)."""
    return ShortCode.department_id.is_(None) | ShortCode.department_id.in_(sorted(reach.departments))


def _change(reach: Reach) -> ColumnElement[bool]:
    extensions = select(Line.extension).where(_line(reach))
    return Change.device_id.in_(_device_ids(reach)) | (Change.what.in_(LINE_EDITS) & Change.subject.in_(extensions))


def _stored_value(reach: Reach) -> ColumnElement[bool]:
    """What is set for the whole company is everybody's to read; elsewhere what is set where one is."""
    places = {"line": _line_ids(reach), "device": _device_ids(reach)}
    near = [(StoredValue.scope == scope) & StoredValue.place.in_(_as_text(ids)) for scope, ids in places.items()]
    inside = StoredValue.place.in_([str(number) for number in sorted(reach.departments)])
    wide = StoredValue.scope.in_(["tenant", "model"])
    return or_(wide, (StoredValue.scope == "department") & inside, *near)


def _as_text(ids: Select[int]) -> Select[str]:
    return select(cast(ids.subquery().c.id, String))


def _rollout(reach: Reach) -> ColumnElement[bool]:
    return Rollout.id.in_(select(RolloutPhone.rollout_id).where(RolloutPhone.device_id.in_(_device_ids(reach))))


def _user(reach: Reach) -> ColumnElement[bool]:
    """People of the lines here, but for those who look after more than a phone."""
    return User.line_id.in_(_line_ids(reach)) & (User.role == Role.USER)


_RULES: Mapping[type[Any], Callable[[Reach], ColumnElement[bool]]] = {
    Line: _line,
    Device: _device,
    Department: _department,
    Group: _group,
    ShortCode: _short_code,
    Change: _change,
    StoredValue: _stored_value,
    User: _user,
    ApiToken: lambda _reach: false(),
    Rollout: _rollout,
}
