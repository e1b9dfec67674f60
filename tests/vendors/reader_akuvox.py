"""Read an Akuvox phone's file the way the phone does, without any of the writer's code."""

import re
from collections.abc import Mapping

from provserver.domain.hardware import PhoneModel
from tests.vendors.readers import KeySeen, Reading

SAME_KINDS = {"voicemail": "speed-dial"}
"""Messages are called by their number."""

KINDS = {
    "0": "none", "1": "dnd", "6": "forward", "8": "pickup", "9": "intercom", "10": "speed-dial", "14": "line",
    "16": "blf", "22": "dtmf", "26": "messages", "28": "park", "32": "url",
}  # fmt: skip
LINE = re.compile(r"(Config\.[A-Za-z0-9_.]+) = (.*)", re.DOTALL)
KEY = re.compile(r"Config\.Programable\.LINEKEY(\d+)\.(Type|Label|Param[123])")


def read_akuvox(files: Mapping[str, bytes], model: PhoneModel) -> Reading:
    """Take the one file apart line by line."""
    assert len(files) == 1
    first, *rest = next(iter(files.values())).decode().split("\n")
    assert first == "#!version:1.0.0.1"
    parameters: dict[str, str] = {}
    for line in rest:
        if not line or line.startswith("#"):
            continue
        match = LINE.fullmatch(line)
        assert match, f"the phone cannot read {line!r}"
        assert match[1] not in parameters, f"{match[1]} is written twice"
        parameters[match[1]] = match[2]
    raw: dict[str, dict[str, str]] = {}
    for name, value in parameters.items():
        if found := KEY.fullmatch(name):
            raw.setdefault(found[1], {})[found[2]] = value
    assert len(raw) == len(model.slots)
    return Reading(
        keys={slot: _key(fields) for slot, fields in raw.items()},
        popup=parameters["Config.Features.CALL_PICKUP.VisualAlert"] == "1",
        ring="off",
        parameters=parameters,
    )


def _key(fields: Mapping[str, str]) -> KeySeen:
    kind = KINDS[fields["Type"]]
    assert (fields["Param3"] == "**") == (kind == "blf")
    if kind == "none":
        assert not any(fields[field] for field in ("Label", "Param1", "Param2", "Param3"))
        return {"kind": kind, "target": "", "label": "", "line": None}
    return {"kind": kind, "target": fields["Param1"], "label": fields["Label"], "line": int(fields["Param2"])}
