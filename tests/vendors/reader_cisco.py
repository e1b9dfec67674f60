"""Read a Cisco phone's files the way the phone does, without any of the writer's code."""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from lxml import etree

from provserver.domain.hardware import PhoneModel
from tests.vendors.readers import KeySeen, Reading

SAME_KINDS = {"pickup": "speed-dial", "voicemail": "speed-dial"}
"""What dials a number is a speed dial to the phone, whatever the number does."""

NOTHING: KeySeen = {"kind": "none", "target": "", "label": "", "line": None}
KINDS = {"sd": "speed-dial", "mwi+sd": "speed-dial", "sd+blf+cp": "blf", "prk": "park", "xml": "url", "dnd": "dnd"}
TONES = {"440@-10;1(.3/.7/1)": "splash", "440@-10;30(.3/9.7/1)": "tone"}
KEY = re.compile(r"(?:Extended_Function_(\d+)_|Unit_(\d+)_Key_(\d+)_?)")


def read_cisco(files: Mapping[str, bytes], model: PhoneModel) -> Reading:
    """Follow the first file's rule to the phone's own, and take its keys apart."""
    own = next(name for name in files if re.fullmatch("[0-9a-f]{12}\\.xml", name))
    for name in files:
        if name != own:
            rules = read_profile(files[name])
            assert rules["Profile_Rule"].endswith("/" + own)
            assert rules["Profile_Rule_B"] == rules["Profile_Rule"]
    parameters = read_profile(files[own])
    sounds = parameters.get("Call_Pickup_Audio_Notification") == "Yes"
    return Reading(
        keys=dict(_keys(parameters)),
        popup=parameters.get("Wake_up_phone_screen_when_BLF_pickup_is_ringing") == "Yes",
        ring=TONES[parameters["Call_Pickup_Tone"]] if sounds else "off",
        parameters=parameters,
    )


def read_profile(body: bytes) -> dict[str, str]:
    """Give the parameters of a flat profile, those of the router by their path; a name twice is an error."""
    root = etree.fromstring(body)
    assert root.tag == "flat-profile"
    found: dict[str, str] = {}
    for path, text in _leaves(root, ""):
        assert path not in found, f"{path} stands twice"
        found[path] = text
    return found


def _leaves(element: etree._Element, path: str) -> Iterator[tuple[str, str]]:
    for child in element.iterchildren(etree.Element):
        name = path + str(child.tag)
        if len(child):
            assert name.startswith("router-configuration"), f"a flat profile has no {name}"
            yield from _leaves(child, f"{name}/")
        else:
            yield name, child.text or ""


def _keys(parameters: Mapping[str, str]) -> Iterator[tuple[str, KeySeen]]:
    for name, value in parameters.items():
        if not (match := KEY.fullmatch(name)):
            continue
        phone_key, module, module_key = match.groups()
        if phone_key:
            extension = parameters[f"Extension_{phone_key}_"]
            label = parameters[f"Short_Name_{phone_key}_"]
            yield phone_key, _key(value, extension, label)
        else:
            extension = parameters.get(f"Unit_{module}_Extension_{module_key}_", "Disabled")
            label = parameters.get(f"Unit_{module}_Short_Name_{module_key}_", "")
            yield f"s{module}.{module_key}", _key(value, extension, label)


def _key(function: str, extension: str, short_name: str) -> KeySeen:
    """Read one key: a function counts only where the extension is disabled."""
    if extension != "Disabled":
        assert not function
        return {"kind": "line", "target": "", "label": short_name, "line": int(extension)}
    if not function:
        assert not short_name
        return NOTHING
    assert len(function) <= 511
    fields: dict[str, str] = {}
    for field in function.split(";"):
        name, equals, value = field.partition("=")
        assert equals, f"{field!r} is no field"
        assert name not in fields, f"{name} stands twice"
        fields[name] = value
    assert set(fields) <= {"fnc", "sub", "ext", "url", "vid", "nme"}
    kind = KINDS[fields["fnc"]]
    if "sub" in fields and "ext" in fields and kind == "blf":
        assert fields["sub"] == fields["ext"], "the lamp and the call are of two people"
    target = fields.get("url", "").replace("%3B", ";") or fields.get("ext") or fields.get("sub", "")
    return {
        "kind": kind,
        "target": target.removesuffix("@$PROXY"),
        "label": unicodedata.normalize("NFC", fields.get("nme", "")),
        "line": int(fields.get("vid", "1")) if kind not in {"url", "dnd"} else None,
    }
