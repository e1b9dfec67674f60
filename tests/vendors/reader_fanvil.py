"""Read a Fanvil phone's file the way the phone does, without any of the writer's code."""

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from provserver.domain.hardware import PhoneModel
from tests.vendors.readers import KeySeen, Reading

SAME_KINDS = {"pickup": "speed-dial"}
"""A pickup key dials its code."""

NOTHING: KeySeen = {"kind": "none", "target": "", "label": "", "line": None}
MEANINGS = {"f": "speed-dial", "c": "park", "i": "intercom", "a": "forward", "m": "voicemail", "ba": "blf"}
EVENTS = {"F_DND": "dnd", "F_CFWD": "forward", "F_MWI": "voicemail"}
RINGS = {"": "splash", "Type 9": "tone"}
MEMORY = re.compile(r"(?P<number>.+)@(?P<line>\d+)/(?P<meaning>ba|[fciam])(?P<pickup>.*)")
NEW_KEY = re.compile(r"dsskey/(dssSide|internal)\[(\d+)\]/Fkey\[(\d+)\]/(Type|Value|Title)")
SOFT_KEY = re.compile(r"dsskey/dssSoft\[(\d+)\]/(Type|Value|Title)")
OLD_KEY = re.compile(r"PHONE_CONFIG_MODULE/Function_Key/Function_Key_Entry\[Fkey(\d+)\]/(Type|Value|Title)")


def read_fanvil(files: Mapping[str, bytes], model: PhoneModel) -> Reading:
    """Take the one file apart: values by path, keys by the place that the model gives them."""
    body = next(body for name, body in files.items() if re.fullmatch("[0-9a-f]{12}\\.cfg", name))
    root = etree.fromstring(body)
    assert root.tag in {"sysConf", "VOIP_CONFIG_FILE"}
    parameters: dict[str, str] = {}
    for path, value in _values(root, ""):
        assert path not in parameters, f"{path} is written twice"
        parameters[path] = value
    version = parameters.pop("Version" if root.tag == "sysConf" else "version")
    assert re.fullmatch(r"2\.[1-9]\d{9}", version)
    raw: dict[str, dict[str, str]] = {}
    for path, value in parameters.items():
        if found := _slot(path, model):
            raw.setdefault(found[0], {})[found[1]] = value
    audible = parameters.get("phone/PickupAudioAlert") == "1"
    return Reading(
        keys={slot: _key(fields) for slot, fields in raw.items()},
        popup=parameters.get("phone/PickupVisualAlert") == "1",
        ring=RINGS[parameters["phone/PickupRingType"]] if audible else "off",
        parameters=parameters,
    )


def _values(element: "etree._Element", path: str) -> Iterator[tuple[str, str]]:
    for child in element.iterchildren(tag=etree.Element):
        if child.tag == "ID" and len(element) > 1:
            continue
        number = child.get("index") or (child.findtext("ID") if len(child) > 1 else None)
        name = f"{path}{child.tag!s}[{number}]" if number else f"{path}{child.tag!s}"
        if len(child):
            yield from _values(child, f"{name}/")
        else:
            yield name, child.text or ""


def _slot(path: str, model: PhoneModel) -> tuple[str, str] | None:
    """Find the key that a path belongs to, counting on over pages and blocks as a person would."""
    if match := OLD_KEY.fullmatch(path):
        return match[1], match[2]
    if match := SOFT_KEY.fullmatch(path):
        return match[1], match[2]
    match = NEW_KEY.fullmatch(path)
    if match is None:
        return None
    wanted = {"dssSide": "side", "internal": "function"}[match[1]]
    before = 0
    for block in model.blocks:
        if block.name == wanted:
            page = int(match[2]) - (1 if model.name in {"i51W", "i52W", "i53W"} else 0)
            assert 1 <= page <= block.pages
            assert 1 <= int(match[3]) <= block.keys // block.pages
            return str(before + (page - 1) * (block.keys // block.pages) + int(match[3])), match[4]
        before += block.keys
    raise AssertionError(f"{model.name} has no {wanted} keys")


def _key(fields: Mapping[str, str]) -> KeySeen:
    kind, value, label = fields["Type"], fields["Value"], fields["Title"]
    match kind:
        case "0":
            assert not value
            assert not label
            return NOTHING
        case "2":
            return {"kind": "line", "target": "", "label": label, "line": int(value.removeprefix("SIP"))}
        case "3":
            return {"kind": EVENTS[value], "target": "", "label": label, "line": None}
        case "4":
            return {"kind": "dtmf", "target": value, "label": label, "line": None}
        case "7":
            return {"kind": "url", "target": value.removeprefix("get:"), "label": label, "line": None}
    assert kind == "1"
    match = MEMORY.fullmatch(value)
    assert match, f"no phone reads {value!r}"
    if match["pickup"]:
        assert match["meaning"] == "ba"
        assert match["pickup"] == "**" + match["number"]
    return {
        "kind": MEANINGS[match["meaning"]],
        "target": match["number"],
        "label": label,
        "line": int(match["line"]),
    }
