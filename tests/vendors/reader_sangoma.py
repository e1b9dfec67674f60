"""Read a Sangoma S phone's file the way the phone does, without any of the writer's code or its table."""

import re
from collections.abc import Mapping

from lxml import etree

from provserver.domain.hardware import PhoneModel
from tests.vendors.readers import KeySeen, Reading

TYPES = {
    "0": "none",
    "1": "line",
    "2": "speed-dial",
    "3": "blf",
    "5": "voicemail",
    "7": "pickup",
    "8": "park",
    "9": "intercom",
    "10": "dtmf",
    "18": "forward",
    "21": "dnd",
    "35": "url",
}
FIELDS = ("type", "value", "label", "account", "pickup")


def read_sangoma(files: Mapping[str, bytes], model: PhoneModel) -> Reading:
    """Take the one file apart; a number written twice is an error."""
    (name, body) = next(iter(files.items()))
    assert re.fullmatch(r"cfg[0-9a-f]{12}\.xml", name)
    parameters = _parameters(body)
    modules = [module for module in range(1, 7) if f"P{59000 + 1000 * module}" in parameters]
    slots = {str(number): _own(number) for number in range(1, len(model.slots) + 1)}
    for module in modules:
        slots |= {f"s{module}.{key}": _in_module(module, key) for key in range(1, 41)}
    assert parameters["P4703"] == parameters["P23259"]
    assert parameters["P4704"] == parameters["P23260"]
    return Reading(
        keys={slot: _key(names, parameters) for slot, names in slots.items()},
        popup=parameters["P4703"] == "1",
        ring="own" if parameters["P4704"] == "1" else "off",
        parameters=parameters,
    )


def _parameters(body: bytes) -> dict[str, str]:
    root = etree.fromstring(body)
    assert (root.tag, root.get("version")) == ("hl_provision", "1")
    (config,) = root.findall("config")
    assert config.get("version") == "1"
    found: dict[str, str] = {}
    for element in config.iterchildren(etree.Element):
        assert re.fullmatch("P[0-9]+", element.tag)
        assert element.tag not in found, f"{element.tag} is written twice"
        found[element.tag] = element.text or ""
    return found


def _own(number: int) -> dict[str, str]:
    if number < 5:
        return {field: f"P{41199 + 100 * place + number}" for place, field in enumerate(FIELDS)}
    if number < 37:
        return {field: f"P{20200 + 5 * (number - 5) + place}" for place, field in enumerate(FIELDS)}
    first = 23000 + 6 * (number - 37)
    return {"type": f"P{first}", **{field: f"P{first + 1 + place}" for place, field in enumerate(FIELDS) if place}}


def _in_module(module: int, number: int) -> dict[str, str]:
    first = 60000 + 1000 * (module - 1) + 5 * (number - 1)
    return {field: f"P{first + place}" for place, field in enumerate(FIELDS)}


def _key(names: Mapping[str, str], parameters: Mapping[str, str]) -> KeySeen:
    values = {field: parameters[name] for field, name in names.items()}
    kind = TYPES[values["type"]]
    if kind == "none":
        assert not values["value"] + values["label"] + values["pickup"]
        return {"kind": kind, "target": "", "label": "", "line": None}
    assert bool(values["pickup"]) == (kind == "blf")
    return {"kind": kind, "target": values["value"], "label": values["label"], "line": int(values["account"]) + 1}
