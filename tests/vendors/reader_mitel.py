"""Read a Mitel phone's files the way the phone does, without any of the writer's code."""

import re
from collections.abc import Iterator, Mapping

from provserver.domain.hardware import PhoneModel
from tests.vendors.readers import KeySeen, Reading

SAME_KINDS = {"pickup": "speed-dial", "voicemail": "speed-dial"}
"""What dials a number is a speed dial to the phone, whatever the number does."""

KINDS = {
    "none": "none",
    "empty": "none",
    "line": "line",
    "speeddial": "speed-dial",
    "blf": "blf",
    "park": "park",
    "xml": "url",
    "dnd": "dnd",
}
KEY = re.compile(r"(prgkey|topsoftkey|softkey|expmod(\d+) key)(\d+) (type|value|label|line)")
LINE = re.compile(r"([!^]?)([^:]+):(?: (.*))?")


def read_mitel(files: Mapping[str, bytes], model: PhoneModel) -> Reading:
    """Read both common files and then the phone's own: the last value of a name counts."""
    own = next(name for name in files if re.fullmatch(r"[0-9a-f]{12}\.cfg", name))
    assert files["startup.cfg"] == files["aastra.cfg"]
    assert files["aastra.cfg"].strip(), "an empty common file ends the chain"
    parameters = {**_parameters(files["startup.cfg"]), **_parameters(files[own])}
    raw: dict[str, dict[str, str]] = {}
    first = dict(_first_numbers(model))
    for name, value in parameters.items():
        if match := KEY.fullmatch(name):
            number = int(match[3]) + (0 if match[2] else first[match[1]])
            raw.setdefault(f"s{match[2]}.{number}" if match[2] else str(number), {})[match[4]] = value
    return Reading(
        keys={slot: _key(fields) for slot, fields in raw.items()},
        popup=False,
        ring="splash" if parameters["play a ring splash"] in {"1", "2"} else "off",
        parameters=parameters,
    )


def _first_numbers(model: PhoneModel) -> Iterator[tuple[str, int]]:
    """Tell how many keys stand before those of a name."""
    before = 0
    for block in model.blocks:
        yield {"programmable": "prgkey", "top": "topsoftkey", "soft": "softkey"}[block.name], before
        before += block.keys


def _parameters(body: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in body.decode("utf-8").split("\n"):
        if not line or line.startswith("#"):
            continue
        match = LINE.fullmatch(line)
        assert match, f"the phone cannot read {line!r}"
        assert match[2] not in found, f"{match[2]} is written twice"
        found[match[2]] = _value(match[3] or "")
    return found


def _value(text: str) -> str:
    """Take quotes away; outside them a comment begins at a number sign."""
    if text.startswith('"'):
        assert text.endswith('"')
        assert len(text) > 1
        text = text[1:-1]
    else:
        text = text.partition("#")[0].strip()
    assert '"' not in text, "where the value ends is anybody's guess"
    return text


def _key(fields: Mapping[str, str]) -> KeySeen:
    kind = KINDS[fields["type"]]
    if kind == "none":
        assert set(fields) == {"type"}
        return {"kind": "none", "target": "", "label": "", "line": None}
    target = fields.get("value", "")
    if kind == "park":
        system, _, target = target.partition(";")
        assert system == "asterisk"
    return {"kind": kind, "target": target, "label": fields["label"], "line": int(fields["line"])}
