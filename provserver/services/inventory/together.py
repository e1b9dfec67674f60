"""The same done to several phones or lines: each by itself, so that one refusal keeps no other from it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from provserver.domain.roles import Actor, Right
from provserver.errors import Forbidden, Invalid, ProvisioningError
from provserver.services.editing import keys
from provserver.services.house import House
from provserver.services.inventory import devices
from provserver.services.organisation import directory
from provserver.services.steering import actions

MOST = 1000


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where it was done, and where it was refused with the reason."""

    done: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]


def act(house: House, actor: Actor, macs: Sequence[str], action: str) -> Outcome:
    """Have phones resync or reboot."""
    return _each(actor, macs, lambda mac: actions.act(house, actor, mac, action))


def move_phones(house: House, actor: Actor, macs: Sequence[str], department: str) -> Outcome:
    """Move phones to a department; empty means that of their line again."""
    return _each(actor, macs, lambda mac: devices.change_device(house, actor, mac, {"department": department or None}))


def remove_phones(house: House, actor: Actor, macs: Sequence[str]) -> Outcome:
    """Remove phones."""
    return _each(actor, macs, lambda mac: devices.remove_device(house, actor, mac))


def set_key(house: House, actor: Actor, macs: Sequence[str], slot: str, key: dict[str, object]) -> Outcome:
    """Set the same key on phones."""
    return _each(actor, macs, lambda mac: keys.set_keys(house, actor, mac, {slot: key}))


def move_lines(house: House, actor: Actor, extensions: Sequence[str], department: str) -> Outcome:
    """Move lines to a department; empty means the company itself."""
    return _each(actor, extensions, lambda one: directory.change_line(house, actor, one, {"department": department}))


def remove_lines(house: House, actor: Actor, extensions: Sequence[str], *, release: bool) -> Outcome:
    """Remove lines; those that phones carry or monitor only with ``release``."""
    return _each(actor, extensions, lambda one: directory.remove_line(house, actor, one, release=release))


def _each(actor: Actor, names: Sequence[str], do: Callable[[str], object]) -> Outcome:
    """Do something for each name; raises Forbidden at once, for that is the same everywhere."""
    actor.require(Right.EDIT)
    if not 1 <= len(names) <= MOST:
        raise Invalid.field("chosen", f"choose between 1 and {MOST}")
    done: list[str] = []
    refused: list[tuple[str, str]] = []
    for name in dict.fromkeys(names):
        try:
            do(name)
            done.append(name)
        except Forbidden:
            raise
        except Invalid as error:
            refused.append((name, "; ".join(item.message for item in error.fields)))
        except ProvisioningError as error:
            refused.append((name, str(error)))
    return Outcome(tuple(done), tuple(refused))
