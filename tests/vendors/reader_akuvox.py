"""Read an Akuvox phone's file the way the phone does, without any of the writer's code."""

import re
from collections.abc import Mapping

from provserver.domain.hardware import PhoneModel
from tests.vendors.readers import KeySeen, Reading, flat_lines

SAME_KINDS = {"voicemail": "speed-dial"}
"""Messages are called by their number."""

KINDS = {
    "0": "none", "1": "dnd", "6": "forward", "8": "pickup", "9": "intercom", "10": "speed-dial", "14": "line",
    "16": "blf", "22": "dtmf", "26": "messages", "28": "park", "32": "url",
}  # fmt: skip
KEY = re.compile(r"Config\.Programable\.LINEKEY(\d+)\.(Type|Label|Param[123])")


def read_akuvox(files: Mapping[str, bytes], model: PhoneModel) -> Reading:
    """Take the one file apart line by line."""
    assert len(files) == 1
    parameters = flat_lines(next(iter(files.values())))
    assert all(name.startswith("Config.") for name in parameters)
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
