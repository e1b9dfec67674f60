"""Read a Gigaset device's file the way the device does, without any of the writer's code."""

import re
from collections.abc import Mapping

from lxml import etree

from provserver.domain.hardware import PhoneModel
from tests.vendors.reader_snom import read_settings
from tests.vendors.readers import KeySeen, Reading

SAME_KINDS = {"pickup": "speed-dial", "voicemail": "speed-dial"}

TYPES = {"-1": "none", "0": "line", "3": "speed-dial", "4": "blf", "6": "forward", "7": "dtmf", "8": "url"}
CODE = "10"
"""A key that dials a code; to the phone a speed dial with a lamp."""

TARGETS = {"7": "EnableCode", "8": "URL", CODE: "EnableCode"}
KEY = re.compile(r"PhoneUI\.Keys\.FunctionKeys\.(\d+)\.(\w+)")


def read_gigaset(files: Mapping[str, bytes], model: PhoneModel) -> Reading:
    """Read the one file; its root tells whether it is Snom's or the maker's own."""
    (body,) = (body for name, body in files.items() if re.fullmatch(r"[0-9a-f]{12}\.xml", name))
    root = etree.fromstring(body)
    if root.tag == "settings":
        return read_settings(body, model)
    assert root.tag == "provisioning"
    assert root.attrib.get("productID") == (None if model.name.startswith("Maxwell") else "e2")
    parameters: dict[str, str] = {}
    for element in root.iterfind("nvm/param"):
        name = str(element.attrib["name"])
        assert name not in parameters, f"{name} is written twice"
        parameters[name] = str(element.attrib["value"])
    return Reading(keys=_keys(parameters), popup=False, ring="off", parameters=parameters)


def _keys(parameters: Mapping[str, str]) -> dict[str, KeySeen]:
    raw: dict[str, dict[str, str]] = {}
    for name, value in parameters.items():
        if match := KEY.fullmatch(name):
            raw.setdefault(str(int(match[1]) + 1), {})[match[2]] = value
    return {slot: _key(fields) for slot, fields in raw.items()}


def _key(fields: Mapping[str, str]) -> KeySeen:
    kind = fields["Type"]
    if kind == "4":
        assert fields["CallPickupCode"] == "**"
    return {
        "kind": TYPES.get(kind, "speed-dial"),
        "target": fields[TARGETS.get(kind, "PhoneNumber")],
        "label": fields["DisplayName"],
        "line": int(fields["Connection"]) + 1 if kind == "0" else None,
    }
