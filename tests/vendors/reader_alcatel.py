"""Read a Myriad phone's files the way the phone does, without any of the writer's code."""

import re
from collections.abc import Mapping

from lxml import etree

from provserver.domain.hardware import PhoneModel
from tests.vendors.readers import KeySeen, Reading

SAME_KINDS = {"pickup": "speed-dial", "voicemail": "speed-dial", "park": "blf", "line": "none"}
"""Two types are known; a line has none, and stands in front of the keys by itself."""

TYPES = {"": "none", "1": "speed-dial", "59": "blf"}
KEY = re.compile(r"ProgramKey(\d+)(Type|Account|Label|Value|Extension)")


def read_alcatel(files: Mapping[str, bytes], model: PhoneModel) -> Reading:
    """Lay the phone's own file over the model's; a setting written twice in one is an error."""
    parameters: dict[str, str] = {}
    for name in sorted(files, key=lambda name: bool(re.search("[0-9a-f]{12}", name))):
        parameters |= _settings(files[name])
    raw: dict[str, dict[str, str]] = {}
    for setting, value in parameters.items():
        if match := KEY.fullmatch(setting):
            assert int(match[1]) >= 2, "position 1 is the first line's"
            raw.setdefault(str(int(match[1]) - 1), {})[match[2]] = value
    return Reading({slot: _key(fields) for slot, fields in raw.items()}, False, "off", parameters)


def _settings(body: bytes) -> dict[str, str]:
    root = etree.fromstring(body)
    assert root.tag == "settings"
    found: dict[str, str] = {}
    for element in root.iterchildren(etree.Element):
        assert element.tag == "setting"
        assert element.attrib["id"] not in found
        found[element.attrib["id"]] = element.attrib["value"]
    return found


def _key(fields: Mapping[str, str]) -> KeySeen:
    kind = TYPES[fields["Type"]]
    if kind == "none":
        assert not "".join(fields.values())
        return {"kind": kind, "target": "", "label": "", "line": None}
    assert fields["Value"] == fields["Extension"]
    return {"kind": kind, "target": fields["Value"], "label": fields["Label"], "line": int(fields["Account"])}
