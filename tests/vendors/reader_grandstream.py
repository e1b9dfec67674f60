"""Read a Grandstream phone's file the way the phone does, without any of the writer's code or tables."""

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from provserver.domain.hardware import PhoneModel
from tests.vendors.readers import KeySeen, Reading

SAME_KINDS = {"pickup": "speed-dial"}
"""There is no mode for group pickup: such a key dials the code."""

WORDS = {
    "None": "none",
    "Line": "line",
    "SpeedDial": "speed-dial",
    "BLF": "blf",
    "DialDTMF": "dtmf",
    "VoiceMail": "voicemail",
    "CallPark": "park",
    "Intercom": "intercom",
    "Forward": "forward",
    "DND": "dnd",
}
NUMBERS = {-1: "none", 0: "speed-dial", 1: "blf", 5: "dtmf", 6: "voicemail", 9: "park", 10: "intercom"}
FIXED = {"GXP1760": 6, "GXP1760W": 6, "GXP1780": 8, "GXP1782": 8}
NOTHING: KeySeen = {"kind": "none", "target": "", "label": "", "line": None}
P_KEY = re.compile(r"P\d{1,5}")
ITEM = re.compile(r"[A-Za-z][A-Za-z0-9]*(\.[A-Za-z0-9]+)+")


def read_grandstream(files: Mapping[str, bytes], model: PhoneModel) -> Reading:
    """Read the one file; another phone's address, or the two dialects in one file, is an error."""
    ((file, body),) = files.items()
    root = etree.fromstring(body)
    assert root.tag == "gs_provision"
    assert file == f"cfg{root.findtext('mac')}.xml"
    (config,) = root.findall("config")
    is_alias = config.get("version") == "2"
    parameters = dict(_items(config) if is_alias else _p_values(config))
    assert len(parameters) == sum(1 for _ in config.iterchildren(etree.Element)), "a name stands twice"
    keys = _alias_keys(parameters) if is_alias else _numbered_keys(parameters, model)
    return Reading(
        keys=keys,
        popup=parameters.get("sip.blf.pickupScreen.enable") == "Yes",
        ring="splash" if parameters.get("sip.blf.pickupSound.enable") == "Yes" else "off",
        parameters=parameters,
    )


def _items(config: etree._Element) -> Iterator[tuple[str, str]]:
    for item in config.iterchildren(etree.Element):
        assert item.tag == "item"
        assert ITEM.fullmatch(item.attrib["name"])
        yield item.attrib["name"], item.text or ""


def _p_values(config: etree._Element) -> Iterator[tuple[str, str]]:
    for item in config.iterchildren(etree.Element):
        name = str(item.tag)
        assert P_KEY.fullmatch(name)
        assert not item.attrib
        yield name, item.text or ""


def _alias_keys(parameters: Mapping[str, str]) -> dict[str, KeySeen]:
    found: dict[str, KeySeen] = {}
    display = 0
    while f"pks.vpk.{display + 1}.keyMode" in parameters:
        display += 1
        found[str(display)] = _said(parameters, f"pks.vpk.{display}", -1)
    later = [name for name in parameters if re.fullmatch(r"pks\.vpk\.\d+\.keyMode", name)]
    assert len(later) == display, "a gap deletes every later key"
    for block, first in (("mpk", ""), ("ext", "s")):
        numbers = [int(m[1]) for name in parameters if (m := re.fullmatch(rf"pks\.{block}\.(\d+)\.keyMode", name))]
        for number in numbers:
            module, key = divmod(number - 1, 40)
            slot = f"s{module + 1}.{key + 1}" if first else str(display + number)
            found[slot] = _said(parameters, f"pks.{block}.{number}", 0)
    return found


def _said(parameters: Mapping[str, str], prefix: str, counted_from: int) -> KeySeen:
    account = parameters[f"{prefix}.account"]
    assert account.startswith("Account") != (counted_from == -1)
    return _seen(
        WORDS[parameters[f"{prefix}.keyMode"]],
        parameters[f"{prefix}.value"],
        parameters[f"{prefix}.description"],
        int(account.removeprefix("Account")) - counted_from,
    )


def _seen(kind: str, target: str, label: str, line: int) -> KeySeen:
    if kind == "none" or (kind == "speed-dial" and not target):
        assert not target
        assert not label
        return NOTHING
    if kind == "line":
        assert not target
    return {"kind": kind, "target": target, "label": label, "line": line}


def _numbered_keys(parameters: Mapping[str, str], model: PhoneModel) -> dict[str, KeySeen]:
    found: dict[str, KeySeen] = {}
    before = 0
    for block in model.blocks:
        for number in range(1, block.keys + 1):
            mode, account, label, value = (f"P{at}" for at in _four(model.name, block.name, number))
            kind = _kind(model.name, block.name, number, int(parameters[mode]))
            line = int(parameters[account]) + 1
            found[str(before + number)] = _seen(kind, parameters[value], parameters[label], line)
        before += block.keys
    return found


def _kind(model: str, block: str, number: int, mode: int) -> str:
    """Fixed keys of a GXP17xx and all line keys of the older ones count modes from 10, and have 0 for a line."""
    tens = block == "line" and number <= FIXED.get(model, 64)
    if not tens:
        assert mode != -1 or model in FIXED, "this phone has no mode for none"
        return NUMBERS[mode]
    if mode in {0, -1}:
        assert mode == 0 or model in FIXED
        return "line" if mode == 0 else "none"
    return NUMBERS[mode - 10]


def _four(model: str, block: str, number: int) -> tuple[int, int, int, int]:
    """Give the P-values of a key: mode, account, description, value (sheet, section 4)."""
    if block == "line" and number <= 6:
        at = 2 * (number - 1)
        return 1363 + at, 1364 + at, 1465 + at, 1466 + at
    if block == "line":
        return _run(23800 + 4 * (number - 7))
    if block == "ext":
        return _run(23000 + 5 * (number - 1))
    if number <= 7:
        return (322 + number, *_run(301 + 3 * (number - 1))[:3])
    if number <= 18:
        return _run(353 + 4 * (number - 8))
    if block == "app":
        return 5982 + number, 6182 + number, 6382 + number, 6582 + number
    return _run(1440 + 4 * (number - 19))


def _run(first: int) -> tuple[int, int, int, int]:
    return first, first + 1, first + 2, first + 3
