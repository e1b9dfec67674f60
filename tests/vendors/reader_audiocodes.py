"""Read an AudioCodes phone's file the way the phone does, without any of the writer's code."""

import re
from collections.abc import Mapping

from provserver.domain.hardware import PhoneModel
from tests.vendors.readers import KeySeen, Reading

SAME_KINDS = {"pickup": "speed-dial", "voicemail": "speed-dial"}
"""Whatever the number does, the key dials it."""

KEY = re.compile(r"personal_settings/functional_key/(\d+)/(\w+)")
LINE = re.compile(r"([a-z_]\w*(?:/\w+)+)=(.*)", re.DOTALL | re.ASCII)


def read_audiocodes(files: Mapping[str, bytes], model: PhoneModel) -> Reading:
    """Take the one file apart; a line that is no setting, or a name twice, is an error."""
    ((name, body),) = files.items()
    assert re.fullmatch(r"[0-9a-f]{12}\.cfg", name)
    *lines, end = body.decode("utf-8").split("\n")
    assert end == ""
    parameters: dict[str, str] = {}
    raw: dict[int, dict[str, str]] = {}
    for line in lines:
        match = LINE.fullmatch(line)
        assert match, f"the phone cannot read {line!r}"
        assert match[1] not in parameters, f"{match[1]} is written twice"
        parameters[match[1]] = match[2]
        if field := KEY.fullmatch(match[1]):
            raw.setdefault(int(field[1]), {})[field[2]] = match[2]
    assert len(raw) == len(model.slots)
    return Reading({str(place + 1): _key(fields) for place, fields in raw.items()}, False, "off", parameters)


def _key(fields: Mapping[str, str]) -> KeySeen:
    assert fields["type"] == "SPEED_DIAL"
    assert fields["speed_dial_extension"] == ""
    kind = "speed-dial" if fields["speed_dial_number"] else "none"
    return {"kind": kind, "target": fields["speed_dial_number"], "label": fields["key_label"], "line": None}
