"""Read a VTech phone's file the way the phone does, without any of the writer's code."""

import re
from collections.abc import Mapping

from provserver.domain.hardware import PhoneModel
from tests.vendors.readers import KeySeen, Reading

SAME_KINDS = {"pickup": "speed-dial", "voicemail": "speed-dial", "park": "blf"}
"""What dials a number is a quick dial, and what is monitored a lamp, whatever the number does."""

FEATURES = {"unassigned": "none", "line": "line", "quick dial": "speed-dial", "busy lamp field": "blf"}
KEY = re.compile(r"pfk\.(\d+)\.(\w+)")
LINE = re.compile(r"([A-Za-z][A-Za-z0-9_]*(?:\.\w+)+) = (.*)", re.DOTALL)


def read_vtech(files: Mapping[str, bytes], model: PhoneModel) -> Reading:
    """Take the one file apart; a line that is neither comment nor setting, or a name twice, is an error."""
    ((name, body),) = files.items()
    assert re.fullmatch(rf"{model.name.lower()}_[0-9a-f]{{12}}\.cfg", name)
    parameters: dict[str, str] = {}
    for line in body.decode("utf-8").split("\n"):
        if line and not line.startswith("#"):
            match = LINE.fullmatch(line)
            assert match, f"the phone cannot read {line!r}"
            assert match[1] not in parameters, f"{match[1]} is written twice"
            parameters[match[1]] = match[2]
    raw: dict[str, dict[str, str]] = {}
    for setting, value in parameters.items():
        if match := KEY.fullmatch(setting):
            raw.setdefault(match[1], {})[match[2]] = value
    return Reading({slot: _key(fields) for slot, fields in raw.items()}, False, "off", parameters)


def _key(fields: Mapping[str, str]) -> KeySeen:
    kind = FEATURES[fields["feature"]]
    if kind == "none":
        assert not fields["quick_dial"] + fields["blf"]
        return {"kind": kind, "target": "", "label": "", "line": None}
    target = {"line": "", "speed-dial": fields["quick_dial"], "blf": fields["blf"]}[kind]
    return {"kind": kind, "target": target, "label": "", "line": int(fields["account"])}
