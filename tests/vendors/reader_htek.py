"""Read an Htek phone's file the way the phone does, without any of the writer's code."""

import re
from collections.abc import Mapping

from lxml import etree

from provserver.domain.hardware import PhoneModel
from tests.vendors.readers import KeySeen, Reading

SAME_KINDS = {"pickup": "speed-dial"}
"""A pickup key dials its code."""

KINDS = {
    "0": "none", "1": "line", "2": "speed-dial", "3": "blf", "5": "voicemail", "8": "park", "9": "intercom",
    "10": "dtmf", "18": "forward", "21": "dnd", "35": "url",
}  # fmt: skip
FIELDS = ("Type", "Value", "Label", "Account", "Extension")
TAG = re.compile(r"LineKey(\d+)_(Type|Mode|Value|Label|Account|Extension)")
MODULE_TAG = re.compile(r"Exp(\d)_(\d)_(\d+)_(KeyType|Value|Label|Account|Extension)")


def read_htek(files: Mapping[str, bytes], model: PhoneModel) -> Reading:
    """Take the one file apart: values by name, keys by their ranges of numbers or by their tags."""
    body = next(body for name, body in files.items() if re.fullmatch("cfg[0-9a-f]{12}\\.xml", name))
    root = etree.fromstring(body)
    assert (root.tag, root.get("version")) == ("hl_provision", "1")
    config = root.find("config[@version='1']")
    assert config is not None
    parameters: dict[str, str] = {}
    for one in config.iterchildren(tag=etree.Element):
        name = str(one.tag)
        assert name not in parameters, f"{name} is written twice"
        parameters[name] = one.text or ""
    tags = model.name.endswith("U")
    assert all(bool(re.fullmatch(r"P\d+", name)) != tags for name in parameters)
    raw: dict[str, dict[str, str]] = {}
    for name, value in parameters.items():
        if found := (_tagged(name) if tags else _numbered(int(name[1:]))):
            raw.setdefault(found[0], {})[found[1]] = value
    popup, ring = ("P4703", "P4704")
    if tags:
        popup, ring = ("CallPickup_VisualAlertForBLFPickup", "CallPickup_AudioAlertForBLFPickup")
    return Reading(
        keys={slot: _key(fields) for slot, fields in raw.items()},
        popup=parameters.get(popup) == "1",
        ring="own" if parameters.get(ring) == "1" else "off",
        parameters=parameters,
    )


def _tagged(name: str) -> tuple[str, str] | None:
    if match := TAG.fullmatch(name):
        return match[1], match[2]
    if match := MODULE_TAG.fullmatch(name):
        return f"s{match[1]}.{(int(match[2]) - 1) * 20 + int(match[3])}", match[4].replace("KeyType", "Type")
    return None


def _numbered(number: int) -> tuple[str, str] | None:
    if 41200 <= number <= 41603 and number % 100 < 4:
        return str(number % 100 + 1), FIELDS[number // 100 - 412]
    if 20200 <= number <= 20359:
        return str(5 + (number - 20200) // 5), FIELDS[(number - 20200) % 5]
    if 60000 <= number <= 65999:
        module, rest = divmod(number - 60000, 1000)
        page, rest = divmod(rest, 100)
        return f"s{module + 1}.{page * 20 + rest // 5 + 1}", FIELDS[rest % 5]
    return None


def _key(fields: Mapping[str, str]) -> KeySeen:
    kind = KINDS[fields["Type"]]
    if kind == "none":
        assert not fields["Value"]
        assert not fields["Label"]
        assert not fields["Extension"]
        return {"kind": kind, "target": "", "label": "", "line": None}
    assert (fields["Extension"] == "**") == (kind == "blf")
    return {"kind": kind, "target": fields["Value"], "label": fields["Label"], "line": int(fields["Account"]) + 1}
