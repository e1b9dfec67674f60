"""A line given on to somebody else: the name changes, and what its user had set is wiped (guide, A11)."""

from dataclasses import asdict, dataclass, replace

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from provserver.db.joined import Joined
from provserver.db.models import User
from provserver.db.queries import line_by_extension
from provserver.domain.keys import EMPTY
from provserver.domain.roles import Actor, Right, Role
from provserver.domain.settings import Scope
from provserver.domain.slots import KeyKind
from provserver.domain.vocabulary import SETTINGS
from provserver.services import changes
from provserver.services.changes import Edit
from provserver.services.editing import configuration, keys, settings
from provserver.services.house import House
from provserver.services.inventory import devices
from provserver.services.organisation import directory

USERS_SECTIONS = frozenset({"calls", "phone"})
"""Sections of settings that are the user's; the others are the administrator's, and stay."""
_MOST = 500
"""Phones with one line; nobody has as many."""


@dataclass(frozen=True, slots=True)
class GivenOn:
    """What was wiped: phones by address, each with how many keys went."""

    phones: dict[str, int]


def give_on(house: House, actor: Actor, extension: str, name: str, *, in_calls: bool = True) -> GivenOn:
    """Give a line to a new user: all or nothing.

    ``in_calls`` makes the name also what colleagues see in internal calls; else they see what they saw. Keys that are
    not locked and not the line's own, call services and the user's settings go from every phone whose first line it
    is, and what was set for the line; lines, locked keys and makers' parameters stay. Who signed in as the line's user
    does so no more.
    """
    actor.require(Right.EDIT)
    with house.database.transaction() as session:
        joined = replace(house, database=Joined(house.database, session))
        line = directory.get_line(joined, actor, extension)
        before = {"name": line.name, "display_name": line.display_name}
        raw = {"name": name, "display_name": "" if in_calls else line.shown_name}
        directory.change_line(joined, actor, extension, raw)
        stored, _ = settings.stored_values(joined, actor, Scope.LINE.word, extension)
        mine = {name: None for name in stored if SETTINGS[name].section in USERS_SECTIONS}
        if mine:
            settings.set_values(joined, actor, Scope.LINE.word, extension, mine)
        found = devices.find_devices(joined, actor, limit=_MOST, line=extension)
        first = [device.mac for device in found if device.lines[0].line.extension == extension]
        wiped = {mac: _wipe(joined, actor, mac) for mac in first}
        gone = _sign_off(session, line_by_extension(session, actor, extension).id)
        after = {**raw, "phones": sorted(wiped), "people": gone}
        changes.commit(house, session, actor, Edit("line given on", extension, before, after))
        return GivenOn(wiped)


def _sign_off(session: Session, line_id: int) -> list[str]:
    """Remove the users who signed in for a line; administrators who have it as theirs keep their profile."""
    theirs = (User.line_id == line_id, User.role == Role.USER)
    names = list(session.scalars(select(User.name).where(*theirs).order_by(User.name)))
    session.execute(delete(User).where(*theirs))
    return names


def _wipe(house: House, actor: Actor, mac: str) -> int:
    """Empty the user's keys of a phone and let the user's settings inherit again; return how many keys went."""
    shown = keys.read_keys(house, actor, mac)
    gone = [
        slot
        for slot, item in shown.items()
        if item.key != EMPTY and item.key.kind is not KeyKind.LINE and not item.key.locked
    ]
    stored, _ = settings.stored_values(house, actor, Scope.DEVICE.word, mac)
    mine = {name: None for name in stored if SETTINGS[name].section in USERS_SECTIONS}
    configuration.set_both(house, actor, mac, {str(slot): asdict(EMPTY) for slot in gone}, mine)
    return len(gone)
