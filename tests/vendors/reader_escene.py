"""Read an Escene phone's two files the way the phone does, without any of the writer's code."""

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from provserver.domain.hardware import PhoneModel
from tests.vendors.readers import KeySeen, Reading

SAME_KINDS = {"pickup": "speed-dial", "voicemail": "speed-dial"}
TYPES = {"1": "blf", "4": "dtmf", "5": "speed-dial", "7": "park", "8": "intercom"}
GROUP = re.compile(r"hotlines|Extension([2-6]?)s")


def read_escene(files: Mapping[str, bytes], model: PhoneModel) -> Reading:
    """Read settings and keys; an element of one number twice is an error."""
    own = next(body for name, body in files.items() if re.fullmatch(r"[0-9a-f]{12}\.xml", name))
    extern = next(body for name, body in files.items() if name.endswith("_extern.xml"))
    parameters = dict(_values(own))
    of_keys = dict(_values(extern))
    assert not parameters.keys() & of_keys.keys()
    keys: dict[str, KeySeen] = {}
    for group in etree.fromstring(extern).iterchildren(etree.Element):
        match = GROUP.fullmatch(str(group.tag))
        assert match, group.tag
        module = 0 if group.tag == "hotlines" else int(match[1] or 1)
        for key in group:
            number = int(key.attrib["id"]) + 1
            assert key.attrib["ID"] == key.attrib["id"]
            keys[f"s{module}.{number}" if module else str(number)] = _key(key)
    return Reading(keys, False, "off", {**parameters, **of_keys})


def _values(body: bytes) -> Iterator[tuple[str, str]]:
    root = etree.fromstring(body)
    assert root.tag == "all"
    seen: set[str] = set()
    for group in root.iterchildren(etree.Element):
        assert not group.attrib
        for element in group:
            number = element.attrib.get("id")
            name = f"{element.tag}[{number}]" if number is not None else str(element.tag)
            assert name not in seen, name
            seen.add(name)
            for attribute, value in element.attrib.items():
                if attribute != "id":
                    yield f"{name}.{attribute}", str(value)


def _key(key: etree._Element) -> KeySeen:
    kind, target = TYPES[str(key.attrib["Type"])], str(key.attrib["HotlineNum"])
    if not target:
        assert kind == "blf"
        assert not key.attrib["Name"]
        return {"kind": "none", "target": "", "label": "", "line": None}
    line = int(key.attrib["SipAccounts"]) + 1
    return {"kind": kind, "target": target, "label": str(key.attrib["Name"]), "line": line}
