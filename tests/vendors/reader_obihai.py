"""Read an OBi device's file the way the device does, without any of the writer's code."""

import re
from collections.abc import Mapping

from lxml import etree

from provserver.domain.hardware import PhoneModel
from tests.vendors.readers import KeySeen, Reading

SAME_KINDS = {"pickup": "speed-dial", "voicemail": "speed-dial"}
"""What dials a number is a speed dial to the phone, whatever the number does."""

FUNCTIONS = {
    "None": "none",
    "Call Appearance": "line",
    "Speed Dial": "speed-dial",
    "Busy Lamp Field": "blf",
    "Call Park Monitor": "park",
    "Action URL": "url",
    "Do Not Disturb": "dnd",
}
COLUMNS = {"VVX150": 1, "VVX250": 2, "VVX350": 3, "VVX450": 6}
KEY = re.compile(r"VoiceService\.1\.Phone\.(Left)?LineKey\.(\d+)\.(Function|Service|Number|Name)")


def read_obihai(files: Mapping[str, bytes], model: PhoneModel) -> Reading:
    """Take the one file apart; an object or a parameter written twice is an error."""
    ((name, body),) = files.items()
    assert re.fullmatch(r"[0-9a-f]{12}\.xml", name)
    parameters = _parameters(body)
    raw: dict[str, dict[str, str]] = {}
    for path, value in parameters.items():
        if match := KEY.fullmatch(path):
            number = int(match[2]) + (0 if match[1] else COLUMNS.get(model.name, 0))
            raw.setdefault(str(number), {})[match[3]] = value
    return Reading({slot: _key(fields) for slot, fields in raw.items()}, False, "off", parameters)


def _parameters(body: bytes) -> dict[str, str]:
    root = etree.fromstring(body)
    assert root.tag == "ParameterList"
    found: dict[str, str] = {}
    objects = [one.findtext("Name") or "" for one in root.findall("Object")]
    assert len(objects) == len(set(objects))
    for one in root.iterfind("Object"):
        path = one.findtext("Name") or ""
        assert path.endswith(".")
        for pair in one.iterfind("ParameterValueStruct"):
            value = pair.find("Value")
            assert value is not None
            assert not value.attrib, "a default that is asked for hides the value"
            found[f"{path}{pair.findtext('Name')}"] = value.text or ""
    return found


def _key(fields: Mapping[str, str]) -> KeySeen:
    kind = FUNCTIONS[fields["Function"]]
    if kind == "none":
        assert not fields["Service"] + fields["Number"] + fields["Name"]
        return {"kind": kind, "target": "", "label": "", "line": None}
    line = int(fields["Service"].removeprefix("SP")) if fields["Service"] else None
    assert (line is None) == (kind == "url")
    return {"kind": kind, "target": fields["Number"], "label": fields["Name"], "line": line}
