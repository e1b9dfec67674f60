"""Changes taken back: one, or all of a phone or of the company since a moment; through the same rules as any edit."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Select
from sqlalchemy.orm import Session

from provserver.db.joined import Joined
from provserver.db.models import Change
from provserver.db.queries import of_company
from provserver.domain.roles import Actor, Right
from provserver.domain.taking_back import OTHERS, Line, Plan, Step, is_masked, later_than, plan, touched
from provserver.errors import Conflict, FieldError, Invalid, NotFound, ProvisioningError
from provserver.services.changes import UNDOING
from provserver.services.editing import keys, settings
from provserver.services.history import audit
from provserver.services.history.audit import Wanted
from provserver.services.house import House
from provserver.services.inventory import devices
from provserver.services.organisation import departments, directory, groups, short_codes

MOST = 2000
"""Changes that are taken back at once: they are done in one transaction, or not at all."""


@dataclass(frozen=True, slots=True)
class Undone:
    """What was put back, as new lines of the history; the plan says what stays as it is."""

    lines: tuple[Change, ...]
    plan: Plan


def undo(house: House, actor: Actor, number: int, *, partly: bool = False, overwrite: bool = False) -> Undone:
    """Take one change back, as a new change that says so.

    Raises Conflict where something was changed again since (``overwrite`` puts it back all the same), where the change
    was taken back already, or where it cannot be; Invalid where a part of it cannot be (``partly`` leaves that part),
    or where what it was breaks a rule by now. Nothing is then done at all.
    """
    actor.require(Right.EDIT)
    with house.database.transaction() as session:
        row = audit.change_by_id(session, actor, number)
        line, later = _line(row), _after(session, actor, row)
        if not overwrite:
            _refuse_overtaken(line, later)
        done = _apply(house, session, actor, plan([line], later), partly)
        if not overwrite:
            _refuse_meanwhile(done.lines, done.plan.steps)
        return done


def roll_back(house: House, actor: Actor, wanted: Wanted, number: int = 0, *, partly: bool = False) -> Undone:
    """Put a phone, or without one the company, back to what it was at ``wanted.since``, or before change ``number``.

    Raises as ``undo`` does; what was changed several times goes back to what it was first.
    """
    actor.require(Right.EDIT)
    with house.database.transaction() as session:
        query = audit.matching(session, house, actor, wanted)
        if number:
            query = query.where(Change.id >= audit.change_by_id(session, actor, number).id)
        elif wanted.since is None:
            raise Invalid.field("to", "missing: the moment to go back to, or a change")
        lines = _lines(session, query.order_by(Change.id).limit(MOST + 1))
        if len(lines) > MOST:
            raise Invalid.field("to", f"more than {MOST} changes came after it; choose a later moment, or one phone")
        done = _apply(house, session, actor, plan(lines), partly)
        _refuse_meanwhile(done.lines, done.plan.steps)
        return done


def _line(row: Change) -> Line:
    about_phone = row.what in {audit.KEYS, audit.DEVICE} or row.subject.startswith("device ")
    present = row.device_id is not None or not about_phone
    return Line(row.id, row.what, row.subject, row.before, row.after, row.actor, present, row.undoes or ())


def _lines(session: Session, query: Select[Change]) -> list[Line]:
    return [_line(row) for row in session.scalars(query)]


def _after(session: Session, actor: Actor, row: Change) -> list[Line]:
    """List what came after a change, of the kinds that touch the same things."""
    query = of_company(Change, actor).where(Change.id > row.id)
    kinds = {audit.KEYS, audit.DEVICE} if row.device_id is not None else {row.what}
    if row.device_id is not None:
        query = query.where(Change.device_id == row.device_id)
    else:
        query = query.where(Change.subject == row.subject)
    kinds |= {row.what, "line removed"}
    return _lines(session, query.where(Change.what.in_(kinds)).order_by(Change.id))


def _refuse_overtaken(line: Line, later: Sequence[Line]) -> None:
    taken_back = {number for one in later for number in one.undoes}
    for one in later:
        if line.number in one.undoes and one.number not in taken_back:
            raise Conflict(f"change {line.number} was taken back already, by change {one.number}")
    overtaken = later_than(line, later)
    if overtaken:
        named = ", ".join(f"{path[-1]} (change {one.number}, {one.actor})" for path, one in overtaken.items())
        raise Conflict(f"changed again since: {named}; take that back first, or go over it")


def _apply(house: House, session: Session, actor: Actor, wanted: Plan, partly: bool) -> Undone:
    if not wanted.steps:
        reason = wanted.left[0].reason if wanted.left else "nothing of it is left to take back"
        raise Conflict(f"this cannot be taken back: {reason}")
    several = len({step.thing for step in wanted.steps}) > 1
    if wanted.left and not partly:
        raise Invalid(FieldError(_field(one.subject if several else "", one.name), one.reason) for one in wanted.left)
    joined = replace(house, database=Joined(house.database, session))
    for step in wanted.steps:
        session.info[UNDOING] = step.numbers
        try:
            _RESTORERS[step.thing[0]](joined, actor, step)
        except ProvisioningError as error:
            raise _explained(error, step, several) from error
        finally:
            session.info.pop(UNDOING)
    rows = _written(session, actor)
    if not rows:
        raise Conflict("this cannot be taken back: nothing of it is left to take back")
    return Undone(tuple(rows), wanted)


def _explained(error: ProvisioningError, step: Step, several: bool) -> ProvisioningError:
    """Say of which thing an error speaks, where there are several."""
    if isinstance(error, Invalid):
        prefix = step.thing[1] if several else ""
        return Invalid(FieldError(_field(prefix, item.field), item.message) for item in error.fields)
    if isinstance(error, NotFound):
        return Conflict(f"this cannot be taken back: {error}")
    return error


def _field(thing: str, name: str) -> str:
    return " ".join(part for part in (thing, name) if part) or "change"


def _written(session: Session, actor: Actor) -> list[Change]:
    """Give the lines that this transaction has written: they are not sealed yet."""
    query = of_company(Change, actor).where(Change.sequence.is_(None))
    return [row for row in session.scalars(query.order_by(Change.id)) if row.undoes]


def _refuse_meanwhile(rows: Iterable[Change], steps: Iterable[Step]) -> None:
    """Raise Conflict where something was not as the history had it: somebody saved at the same moment."""
    current = {(step.thing, path): value for step in steps for path, value in step.current.items()}
    for row in rows:
        for thing, path, before, _ in touched(_line(row)):
            known = current.get((thing, path), before)
            if known != before and not (is_masked(known) and is_masked(before)):
                raise Conflict(f"{path[-1]} of {thing[1]} was changed at the same moment; nothing was done, look again")


def _put_keys(house: House, actor: Actor, step: Step) -> None:
    keys.set_keys(house, actor, step.thing[1], step.patch())


def _put_settings(house: House, actor: Actor, step: Step) -> None:
    scope, _, name = step.thing[1].partition(" ")
    settings.set_values(house, actor, scope, name, step.patch())


def _put_device(house: House, actor: Actor, step: Step) -> None:
    devices.change_device(house, actor, step.thing[1], step.patch())


def _put_line(house: House, actor: Actor, step: Step) -> None:
    directory.change_line(house, actor, step.thing[1], step.patch())


def _put_department(house: House, actor: Actor, step: Step) -> None:
    departments.change(house, actor, step.thing[1], step.patch())


def _put_group(house: House, actor: Actor, step: Step) -> None:
    groups.change(house, actor, step.thing[0].partition(" ")[0], step.thing[1], step.patch())


def _put_short_code(house: House, actor: Actor, step: Step) -> None:
    found = re.match(r"[0-9*#]+", step.thing[1])
    short_codes.change(house, actor, found[0] if found else step.thing[1], step.patch())


_RESTORERS: Mapping[str, Callable[[House, Actor, Step], None]] = {
    "keys": _put_keys,
    "settings": _put_settings,
    "device": _put_device,
    "line": _put_line,
    "department": _put_department,
    "hunt group": _put_group,
    "pickup group": _put_group,
    "short code": _put_short_code,
}


def can_undo(row: Change) -> bool:
    """Tell whether a change is of a kind that can be taken back, for a button."""
    return row.what not in OTHERS and any(True for _ in touched(_line(row)))
