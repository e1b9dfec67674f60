"""Read a Snom phone's files the way the phone does, without any of the writer's code."""

import re
from collections.abc import Mapping

from lxml import etree

from provserver.domain.hardware import PhoneModel
from tests.vendors.readers import KeySeen, Reading

SAME_KINDS = {"pickup": "speed-dial", "voicemail": "speed-dial"}
"""A key that dials is a speed dial to the phone, whatever the number does."""

TYPES = {
    "line": "line",
    "speed": "speed-dial",
    "blf": "blf",
    "orbit": "park",
    "icom": "intercom",
    "dtmf": "dtmf",
    "url": "url",
    "redirect": "forward",
    "keyevent F_DND": "dnd",
    "none": "none",
}
FIRST_MODULE_KEY = {"D385": 174}


def read_snom(files: Mapping[str, bytes], model: PhoneModel) -> Reading:
    """Follow the phone's own file to the one with the settings, which must be among the files."""
    common = next(body for name, body in files.items() if re.fullmatch(r"snom\w+\.htm", name))
    assert etree.fromstring(common).tag == "settings"
    own = next(body for name, body in files.items() if re.fullmatch(r"snom\w+-[0-9a-f]{12}\.htm", name))
    listed = etree.fromstring(own)
    assert listed.tag == "setting-files"
    (address,) = (str(element.attrib["url"]) for element in listed.iterfind("file"))
    return read_settings(files[address.rpartition("/")[2]], model)


def read_settings(body: bytes, model: PhoneModel) -> Reading:
    """Read a settings document: settings by name and index, keys by their index from 0."""
    root = etree.fromstring(body)
    assert root.tag == "settings"
    parameters: dict[str, str] = {}
    for element in root.iterfind("phone-settings/*"):
        index = element.attrib.get("idx")
        tag = str(element.tag)
        name = f"{tag}[{index!s}]" if index is not None else tag
        assert name not in parameters, f"{name} is written twice"
        parameters[name] = element.text or ""
    keys: dict[str, KeySeen] = {}
    for element in root.iterfind("functionKeys/fkey"):
        slot = _slot(int(str(element.attrib["idx"])), model)
        assert slot not in keys, f"key {slot} is written twice"
        keys[slot] = _key(element.text or "", str(element.attrib["context"]), str(element.attrib["label"]))
    return Reading(
        keys=keys,
        popup=parameters.get("callpickup_dialoginfo") == "on",
        ring="own" if parameters.get("pickup_indication") == "on" else "off",
        parameters=parameters,
    )


def _slot(index: int, model: PhoneModel) -> str:
    if index < len(model.slots):
        return str(index + 1)
    assert model.sidecar is not None
    module, key = divmod(index - FIRST_MODULE_KEY.get(model.name, len(model.slots)), model.sidecar.keys)
    return f"s{module + 1}.{key + 1}"


def _key(text: str, context: str, label: str) -> KeySeen:
    if text == "none":
        assert (context, label) == ("active", "")
        return {"kind": "none", "target": "", "label": "", "line": None}
    if text in TYPES:
        return {"kind": TYPES[text], "target": "", "label": label, "line": int(context)}
    word, _, target = text.partition(" ")
    if word == "blf":
        target, _, code = target.partition("|")
        assert code == "**"
    return {"kind": TYPES[word], "target": target, "label": label, "line": int(context)}
