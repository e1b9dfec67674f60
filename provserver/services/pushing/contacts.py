"""Which of an engine's registrations is which phone: several phones of one extension, several behind one NAT."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from provserver.engines.base import Call, Contact
from provserver.engines.uris import host_of, user_of
from provserver.vendors.base import Identity
from provserver.vendors.registry import identify, vendor_of_mac

_MAC = re.compile(r"(?<![0-9a-f])(?:[0-9a-f]{12}|(?:[0-9a-f]{2}[:.-]){5}[0-9a-f]{2})(?![0-9a-f])")
_UUID_OF_MAC = re.compile(r"uuid:[0-9a-f]{8}-0000-[14]000-8000-([0-9a-f]{12})", re.IGNORECASE)
"""How desk phones make the instance of RFC 5626 from their address: the node of a UUID that is zeros otherwise."""


@dataclass(frozen=True, slots=True)
class Sought:
    """A phone as it can be known among registrations; ``users`` are the names its lines register by.

    ``domain`` is that of its first line, "" where it is not known: a namesake of another domain is somebody else.
    """

    device_id: int
    mac: str
    vendor: str
    models: frozenset[str]
    addresses: frozenset[str]
    users: tuple[str, ...]
    domain: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The registration of a phone, or how many might be it; ``alone`` where its extension has no other."""

    contact: Contact | None
    alike: int = 0
    alone: bool = False


def find(phone: Sought, rivals: Iterable[Sought], contacts: Mapping[str, Sequence[Contact]]) -> Found:
    """Find the phone's registration, of its first line that has one; never one that may be a rival's.

    ``contacts`` are an engine's, by the name that they registered with.

    A phone is known by its MAC in the instance or User-Agent; else by address and model, where no other phone of
    the extension fits as well.
    """
    others = [rival for rival in rivals if rival.mac != phone.mac]
    for user in phone.users:
        registered = [one for one in contacts.get(user, ()) if not phone.domain or one.domain in ("", phone.domain)]
        sharing = [rival for rival in others if user in rival.users]
        found = _choose(phone, sharing, registered)
        if found.contact is not None or found.alike:
            return found
    return Found(None)


def call_of(
    phone: Sought, rivals: Iterable[Sought], contacts: Mapping[str, Sequence[Contact]], calls: Iterable[Call]
) -> Call | None:
    """Find a call that the phone may be in: of a name of its lines, unless it is plainly another phone's."""
    contact = find(phone, rivals, contacts).contact
    names = {*phone.users, *(one.reference for user in phone.users for one in contacts.get(user, ()))}
    return next((call for call in calls if _may_be_in(contact, names, call)), None)


def _may_be_in(contact: Contact | None, names: set[str], call: Call) -> bool:
    if contact is None or not call.contact:
        return call.user in names
    same = host_of(call.contact) == host_of(contact.uri)
    return same and (call.user in names or user_of(call.contact) == user_of(contact.uri))


def _choose(phone: Sought, rivals: Sequence[Sought], registered: Sequence[Contact]) -> Found:
    alone = len(registered) == 1
    named = [contact for contact in registered if _names(contact, phone.mac)]
    if named:
        return Found(max(named, key=lambda contact: contact.seconds or 0), alone=alone)
    mine = _fitting(phone, rivals, registered)
    if len(mine) == 1 and not any(mine[0] in _fitting(rival, [phone], registered) for rival in rivals):
        return Found(mine[0], alone=alone)
    return Found(None, alike=len(mine))


def _fitting(phone: Sought, rivals: Sequence[Sought], registered: Sequence[Contact]) -> list[Contact]:
    """Give the registrations that may be this phone's: of its model, and where possible from its address."""
    free = [contact for contact in registered if not any(_names(contact, rival.mac) for rival in rivals)]
    fitting = [contact for contact in free if not _macs(contact) - {phone.mac} and _is_model(phone, contact)]
    near = [contact for contact in fitting if phone.addresses & _hosts(contact)]
    return near or fitting


def _names(contact: Contact, mac: str) -> bool:
    """Tell whether a registration names this address."""
    return mac in re.sub("[:.-]", "", contact.user_agent.lower()) or mac in _macs(contact)


def _macs(contact: Contact) -> set[str]:
    """Give the addresses that a registration names; in a User-Agent only those of makers that we know."""
    instances = _UUID_OF_MAC.findall(f"{contact.instance} {contact.uri}")
    written = (re.sub("[:.-]", "", match) for match in _MAC.findall(contact.user_agent.lower()))
    return {match.lower() for match in instances} | {mac for mac in written if vendor_of_mac(mac) is not None}


def _is_model(phone: Sought, contact: Contact) -> bool:
    """Tell whether a registration's User-Agent leaves room for this phone; one that says nothing leaves room."""
    identity = _identified(contact.user_agent)
    if identity is None:
        return True
    if identity.vendor != phone.vendor:
        return False
    return identity.model is None or identity.model in phone.models


def _hosts(contact: Contact) -> set[str]:
    return {contact.address, host_of(contact.uri)[0]}


@lru_cache(maxsize=4096)
def _identified(user_agent: str) -> Identity | None:
    return identify(user_agent)
