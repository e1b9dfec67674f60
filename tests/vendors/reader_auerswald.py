"""Read an Auerswald phone's file the way the phone does, without any of the writer's code."""

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from provserver.domain.hardware import PhoneModel
from tests.vendors.readers import KeySeen, Reading

SAME_KINDS = {"speed-dial": "blf", "pickup": "blf", "voicemail": "blf", "park": "blf"}
"""One template is known, which dials a number and watches it."""


def read_auerswald(files: Mapping[str, bytes], model: PhoneModel) -> Reading:
    """Read the one file by paths; a path twice, or a key of a number twice, is an error."""
    (own,) = files.values()
    root = etree.fromstring(own)
    assert root.tag == "configuration"
    assert [str(section.tag) for section in root.iterchildren(etree.Element)] == _sections(model)
    parameters: dict[str, str] = {}
    for path, value in _values(root, ""):
        assert path not in parameters, path
        parameters[path] = value
    keys: dict[str, KeySeen] = {}
    for module in root.iterfind("keys/*"):
        for key in module.iterfind("key"):
            slot = _slot(str(module.tag), key.attrib["keyNumber"])
            assert slot not in keys, slot
            keys[slot] = _key(key)
    return Reading(keys, False, "off", parameters)


def _sections(model: PhoneModel) -> list[str]:
    return ["provisioning", "telephony", "identities"] + ["keys"] * bool(model.slots)


def _values(node: etree._Element, path: str) -> Iterator[tuple[str, str]]:
    for name, value in node.attrib.items():
        yield f"{path}/@{name}", str(value)
    children = list(node.iterchildren(etree.Element))
    if not children and path:
        yield path, node.text or ""
    counts: dict[str, int] = {}
    for child in children:
        name = str(child.tag)
        counts[name] = counts.get(name, 0) + 1
        number = f"[{counts[name]}]" if name in {"identity", "key", "parameter", "allowlistEntry"} else ""
        yield from _values(child, f"{path}/{name}{number}".lstrip("/"))


def _slot(module: str, number: str) -> str:
    match = re.fullmatch(r"extensionModule(\d)", module)
    return f"s{match[1]}.{number}" if match else number


def _key(key: etree._Element) -> KeySeen:
    template = key.findtext("templateName")
    label = str(key.attrib["label"])
    if not template:
        assert not label
        assert key.find("parameters") is None
        return {"kind": "none", "target": "", "label": "", "line": None}
    assert template == "@string/speed_dial_title"
    assert not label.startswith("@string/"), "the phone would look for a text of its own"
    (parameter,) = key.findall("parameters/parameter")
    assert parameter.attrib["name"] == "uri"
    return {"kind": "blf", "target": str(parameter.attrib["value"]), "label": label, "line": None}
