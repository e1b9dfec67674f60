"""Read a Poly phone's files the way the phone does, without any of the writer's code."""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from lxml import etree

from provserver.domain.hardware import PhoneModel
from tests.vendors.readers import KeySeen, Reading

SAME_KINDS = {"pickup": "speed-dial", "voicemail": "speed-dial"}
"""What dials a number is a favourite to the phone, whatever the number does."""

NOTHING: KeySeen = {"kind": "none", "target": "", "label": "", "line": None}
RINGS = {"": "off", "1": "off", "10": "tone", "14": "splash"}
CATEGORY = r"lineKey\.(\d+)\.category"

Contacts = Mapping[int, tuple[str, str]]


def read_poly(files: Mapping[str, bytes], model: PhoneModel) -> Reading:
    """Follow the master document, keep the first value of every parameter, and put the keys in their places."""
    mac = next(name[:12] for name in files if re.fullmatch("[0-9a-f]{12}\\.cfg", name) and int(name[:12], 16))
    parameters = _parameters(files, mac)
    contacts = _contacts(files[f"{mac}-directory.xml"])
    if parameters.get("lineKey.reassignment.enabled") == "1":
        meanings = _flexible(parameters, contacts)
    else:
        meanings = dict(enumerate(_default_order(parameters, contacts), start=1))
    return Reading(
        keys={name: meanings.get(number, NOTHING) for number, name in _names(parameters, model)},
        popup=parameters.get("attendant.behaviors.display.spontaneousCallAppearances.normal") == "1",
        ring=RINGS[parameters.get("attendant.ringType", "").removeprefix("ringer")],
        parameters=parameters,
    )


def _parameters(files: Mapping[str, bytes], mac: str) -> dict[str, str]:
    master = etree.fromstring(files[f"{mac}.cfg"])
    assert master.tag == "APPLICATION"
    found: dict[str, str] = {}
    for listed in master.attrib["CONFIG_FILES"].split(","):
        name = listed.strip().replace("[PHONE_MAC_ADDRESS]", mac)
        if name in files:
            for element in etree.fromstring(files[name]).iter(etree.Element):
                for attribute, value in element.attrib.items():
                    found.setdefault(attribute, value)
    return found


def _contacts(body: bytes) -> dict[int, tuple[str, str]]:
    """Give label and contact by speed-dial index; the phone refuses an empty or repeated contact."""
    found: dict[int, tuple[str, str]] = {}
    seen: set[str] = set()
    root = etree.fromstring(body)
    assert root.tag == "directory"
    for item in root.iterfind("item_list/item"):
        contact = item.findtext("ct") or ""
        assert contact, "a contact is empty"
        assert contact not in seen, f"contact {contact} stands twice"
        seen.add(contact)
        index = int(item.findtext("sd") or 0)
        assert 1 <= index <= 9999
        assert index not in found, f"favourite {index} stands twice"
        label = item.findtext("lb") or f"{item.findtext('fn') or ''} {item.findtext('ln') or ''}".strip()
        assert len(label.encode()) <= 40
        found[index] = (label, contact)
    return found


def _resources(parameters: Mapping[str, str]) -> Iterator[KeySeen]:
    """Walk the monitored resources; the list ends at the first number that is missing."""
    number = 1
    while (address := parameters.get(f"attendant.resourceList.{number}.address")) is not None:
        kind = "park" if parameters.get(f"attendant.resourceList.{number}.type") == "automata" else "blf"
        label = parameters.get(f"attendant.resourceList.{number}.label", "")
        yield {
            "kind": kind,
            "target": address,
            "label": label,
            "line": int(parameters["attendant.reg"]),
        }
        number += 1


def _favourite(contacts: Contacts, index: int) -> KeySeen:
    """Read a favourite; an address whose user part is a contact by itself is that number with another name."""
    label, contact = contacts[index]
    if not contact.startswith("sip:"):
        return {"kind": "speed-dial", "target": contact, "label": label, "line": None}
    user, _, host = contact.removeprefix("sip:").partition("@")
    number = unquote(user)
    plain = any(other == number for _, other in contacts.values())
    return {"kind": "speed-dial", "target": number if plain else f"{number}@{host}", "label": label, "line": None}


def _line(parameters: Mapping[str, str], number: int) -> KeySeen:
    """Read a registration; one that is named as its address has no name of its own."""
    label = parameters.get(f"reg.{number}.label", "")
    named = label != parameters[f"reg.{number}.address"]
    return {"kind": "line", "target": "", "label": label if named else "", "line": number}


def _flexible(parameters: Mapping[str, str], contacts: Mapping[int, tuple[str, str]]) -> dict[int, KeySeen]:
    resources = _resources(parameters)
    numbers = sorted(int(match[1]) for name in parameters if (match := re.fullmatch(CATEGORY, name)))
    found: dict[int, KeySeen] = {}
    for number in numbers:
        index = int(parameters.get(f"lineKey.{number}.index", "0"))
        match parameters[f"lineKey.{number}.category"]:
            case "Line":
                found[number] = _line(parameters, index)
            case "BLF":
                assert index == 0, "the index of a monitored key must be 0"
                found[number] = next(resources)
            case "SpeedDial":
                found[number] = _favourite(contacts, index)
            case other:
                assert other == "Unassigned", other
    assert next(resources, None) is None, "a resource has no key"
    return found


def _default_order(parameters: Mapping[str, str], contacts: Contacts) -> Iterator[KeySeen]:
    """Place keys as the phone does by itself: registrations, then resources, then favourites."""
    number = 1
    while (address := parameters.get(f"reg.{number}.address")) is not None:
        if address:
            yield from [_line(parameters, number)] * int(parameters.get(f"reg.{number}.lineKeys", "1"))
        number += 1
    yield from _resources(parameters)
    yield from (_favourite(contacts, index) for index in sorted(contacts))


def _names(parameters: Mapping[str, str], model: PhoneModel) -> Iterator[tuple[int, str]]:
    """Name the phone's numbers: its own keys, then those of the modules that the file speaks of."""
    own = len(model.slots)
    yield from ((number, str(number)) for number in range(1, own + 1))
    last = max((int(match[1]) for name in parameters if (match := re.fullmatch(CATEGORY, name))), default=0)
    if model.sidecar:
        for number in range(own + 1, last + 1):
            module, key = divmod(number - own - 1, model.sidecar.keys)
            yield number, f"s{module + 1}.{key + 1}"
