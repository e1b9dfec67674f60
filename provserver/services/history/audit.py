"""The history: what was changed, by whom, from what to what; of a company, a phone, a key, a setting or a line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_
from sqlalchemy.orm import Session

from provserver.db.models import Change, Device
from provserver.db.queries import device_by_mac, holding, owned
from provserver.domain.mac import part_of_mac
from provserver.domain.roles import Actor, Right
from provserver.domain.slots import Slot
from provserver.errors import Invalid, NotFound
from provserver.services.editing.overrides import NAME_LIMIT
from provserver.services.house import House
from provserver.services.rendering.profiles import Profiles

SETTINGS, KEYS, DEVICE, LINE = "settings", "keys", "device", "line"
"""The words of ``Change.what`` whose ``before`` and ``after`` say what can be taken back."""
LINE_CHANGES = (LINE, "line added", "line removed")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the history: empty means all.

    ``key`` is a slot of the phone, such as ``3`` or ``s1.5``. With a phone, ``setting`` finds what was set for it
    anywhere: on itself, its line, model, departments and company. ``since`` is included, ``until`` is not.
    """

    device: str = ""
    key: str = ""
    setting: str = ""
    line: str = ""
    what: str = ""
    by: str = ""
    search: str = ""
    since: datetime | None = None
    until: datetime | None = None


def history(
    house: House,
    actor: Actor,
    mac: str | None = None,
    limit: int = 100,
    before: int = 0,
    wanted: Wanted | None = None,
) -> Sequence[Change]:
    """List changes, newest first; of one phone, or of the whole company. ``before`` is the id to go on from.

    Raises Invalid where something wanted cannot be looked for, and NotFound where there is no such phone.
    """
    actor.require(Right.READ)
    with house.database.reading() as session:
        query = matching(session, house, actor, wanted or Wanted(device=mac or ""))
        if before:
            query = query.where(Change.id < before)
        return session.scalars(query.order_by(Change.id.desc()).limit(limit)).all()


def change(house: House, actor: Actor, number: int) -> Change:
    """Give one change of the company; raises NotFound."""
    actor.require(Right.READ)
    with house.database.reading() as session:
        return change_by_id(session, actor, number)


def change_by_id(session: Session, actor: Actor, number: int) -> Change:
    """Find one change of the actor's company."""
    row = session.scalar(owned(Change, actor).where(Change.id == number))
    if row is None:
        raise NotFound(f"there is no change {number} in this company")
    return row


def matching(session: Session, house: House, actor: Actor, wanted: Wanted) -> Select[Change]:
    """Select what is wanted of a company's history."""
    query = owned(Change, actor)
    if wanted.device:
        device = device_by_mac(session, actor, wanted.device)
        query = query.where(_of_phone(session, house, device, wanted))
    elif wanted.key:
        raise Invalid.field("key", "a key belongs to a phone; name the device too")
    elif wanted.setting:
        query = query.where(Change.what == SETTINGS, _about(session, wanted.setting))
    if wanted.line:
        settings = (Change.what == SETTINGS) & (Change.subject == f"{LINE} {wanted.line}")
        query = query.where(settings | (Change.what.in_(LINE_CHANGES) & (Change.subject == wanted.line)))
    for column, text in ((Change.what, wanted.what), (Change.actor, wanted.by)):
        if text:
            query = query.where(column == text)
    for word in wanted.search.split():
        named = holding(word, Change.what, Change.actor, Change.subject)
        query = query.where(named | holding(part_of_mac(word) or word, Change.subject))
    if wanted.since:
        query = query.where(Change.at >= wanted.since)
    return query.where(Change.at < wanted.until) if wanted.until else query


def _of_phone(session: Session, house: House, device: Device, wanted: Wanted) -> ColumnElement[bool]:
    mine = Change.device_id == device.id
    if wanted.key:
        try:
            slot = str(Slot.parse(wanted.key))
        except ValueError as error:
            raise Invalid.field("key", str(error)) from error
        moved = (Change.what == DEVICE) & _holds(session, KEYS, slot)
        return mine & (((Change.what == KEYS) & _holds(session, slot)) | moved)
    if wanted.setting:
        places = Profiles(session, device.tenant_id, house.config.base_url).places_of(device)
        return (Change.what == SETTINGS) & Change.subject.in_(places) & _about(session, wanted.setting)
    return mine


def _about(session: Session, setting: str) -> ColumnElement[bool]:
    """Select where a setting or one of the makers' parameters was set."""
    if '"' in setting or len(setting) > NAME_LIMIT:
        raise Invalid.field("setting", "this is not the form of a name")
    return _holds(session, setting) | _holds(session, "overrides", setting)


def _holds(session: Session, *path: str) -> ColumnElement[bool]:
    """Select where ``before`` or ``after`` has something at a path, be it null."""
    if session.get_bind().dialect.name == "postgresql":
        found = [func.json_extract_path(column, *path) for column in (Change.before, Change.after)]
    else:
        place = "$" + "".join(f'."{name}"' for name in path)
        found = [func.json_type(column, place) for column in (Change.before, Change.after)]
    return or_(*(place.is_not(None) for place in found))
