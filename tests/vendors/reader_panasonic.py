"""Read a Panasonic phone's files the way the phone does, without any of the writer's code."""

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from provserver.domain.hardware import PhoneModel
from tests.vendors.readers import KeySeen, Reading

SAME_KINDS = {"pickup": "speed-dial", "voicemail": "speed-dial"}
"""What dials a number is a one-touch key to the phone, whatever the number does."""

FIRST_LINES = ("# Panasonic SIP Phone Standard Format File #", "# PCC Standard Format File #")
LINE = re.compile(r'([A-Z][A-Z0-9_]{0,31})="([^"]*)"')
KEY = re.compile(r"(FLEX|DSS)_BUTTON_(FACILITY_ACT|FACILITY_ARG|QUICK_DIAL|LABEL)(\d+)")
ACTIONS = {"LINE": "line", "DN": "line", "BLF": "blf", "CONTACT": "blf", "ONETOUCH": "speed-dial"}


def read_panasonic(files: Mapping[str, bytes], model: PhoneModel) -> Reading:
    """Read the phone's own file; a KX-UTG reads XML, the others text."""
    own = next(body for name, body in files.items() if re.fullmatch(r"config[0-9a-f]{12}\.cfg", name))
    parameters = read_xml(own) if model.title.startswith("KX-UTG") else read_text(own)
    raw: dict[str, dict[str, str]] = {}
    for name, value in parameters.items():
        if match := KEY.fullmatch(name):
            raw.setdefault(match[3] if match[1] == "FLEX" else f"s1.{match[3]}", {})[match[2]] = value
    return Reading(
        keys={slot: _key(fields) for slot, fields in raw.items()},
        popup=parameters.get("DISP_BLF_CALL_INFO_ENABLE") == "Y",
        ring="off",
        parameters=parameters,
    )


def read_text(body: bytes) -> dict[str, str]:
    """Read a text file; a line that is too long, or that is no comment and no parameter, is an error."""
    lines = body.split(b"\r\n")
    assert lines[0].decode().startswith(FIRST_LINES), "the phone passes over the whole file"
    assert lines[-2:] == [b"", b""], "the file must end with an empty line"
    found: dict[str, str] = {}
    for raw in lines[1:-2]:
        assert len(raw) + 2 <= 537
        assert b"\r" not in raw
        assert b"\n" not in raw
        if raw.startswith(b"#"):
            continue
        match = LINE.fullmatch(raw.decode())
        assert match, f"the phone cannot read {raw!r}"
        assert match[1] not in found, f"{match[1]} is written twice: the UT takes the first, the UTG the last"
        found[match[1]] = match[2]
    return found


def read_xml(body: bytes) -> dict[str, str]:
    """Read the XML of a KX-UTG; a line's parameters get its number as the text files write it."""
    root = etree.fromstring(body)
    assert [element.tag for element in (root, *root)] == ["PANASIPPhoneConfig", "Device"]
    found: dict[str, str] = {}
    for name, element in _leaves(root[0], ""):
        assert element.get("perm") == "!RW"
        assert name not in found
        found[name] = element.text or ""
    return found


def _leaves(element: etree._Element, suffix: str) -> Iterator[tuple[str, etree._Element]]:
    suffix = f"_{element.get('idx')}" if element.tag == "Line" else suffix
    for child in element:
        if child.get("perm") is None:
            yield from _leaves(child, suffix)
        else:
            yield child.tag + suffix, child


def _key(fields: Mapping[str, str]) -> KeySeen:
    action = fields["FACILITY_ACT"]
    argument, dialled, label = fields["FACILITY_ARG"], fields["QUICK_DIAL"], fields["LABEL"]
    if not action:
        assert not argument + dialled + label
        return {"kind": "none", "target": "", "label": "", "line": None}
    kind = ACTIONS[action.removeprefix("X_PANASONIC_IPTEL_")]
    if kind == "line":
        assert not dialled
        return {"kind": kind, "target": "", "label": label, "line": int(argument)}
    if kind == "speed-dial":
        assert not argument, "the number of a one-touch key stands in QUICK_DIAL"
    return {"kind": kind, "target": argument or dialled, "label": label, "line": None}
