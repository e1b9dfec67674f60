"""Read a Flyingvoice phone's files the way the phone does, without any of the writer's code."""

import re
from collections.abc import Mapping

from provserver.domain.hardware import PhoneModel
from tests.vendors.readers import YEALINK_TYPES, KeySeen, Reading, flat_lines

KEY = re.compile(r"linekey\.(\d+)\.(type|line|value|label|extension)")


def read_flyingvoice(files: Mapping[str, bytes], model: PhoneModel) -> Reading:
    """Follow the boot file to the phone's own, and take that apart line by line."""
    included = re.findall(r'include:config "([^"]+)"', files["y000000000000.boot"].decode())
    assert len(included) == 1
    parameters = flat_lines(files[included[0]])
    raw: dict[str, dict[str, str]] = {}
    for name, value in parameters.items():
        if found := KEY.fullmatch(name):
            raw.setdefault(found[1], {})[found[2]] = value
    assert len(raw) == len(model.slots)
    return Reading(
        keys={slot: _key(fields) for slot, fields in raw.items()},
        popup=parameters["features.pickup.blf_visual_enable"] == "1",
        ring="own" if parameters["features.pickup.blf_audio_enable"] == "1" else "off",
        parameters=parameters,
    )


def _key(fields: Mapping[str, str]) -> KeySeen:
    kind = YEALINK_TYPES[fields["type"]]
    assert (fields["extension"] == "**") == (kind == "blf")
    if kind == "none":
        assert not any(fields[field] for field in ("line", "value", "label"))
        return {"kind": kind, "target": "", "label": "", "line": None}
    return {"kind": kind, "target": fields["value"], "label": fields["label"], "line": int(fields["line"])}
