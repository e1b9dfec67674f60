"""Read a Technicolor phone's files the way the phone does, without any of the writer's code."""

import re
from collections.abc import Mapping

from provserver.domain.hardware import PhoneModel
from tests.vendors.readers import KeySeen, Reading

SAME_KINDS = {"pickup": "speed-dial", "voicemail": "speed-dial", "park": "blf"}
"""A key dials or dials and watches."""

KEY = re.compile(r"FeatureKeyExt(\d\d)")
VALUE = re.compile(r"([LS])/<sip:([^<>]*)>")
KINDS = {"L": "speed-dial", "S": "blf"}
SECTIONS = {"ipp", "net", "sip", "sys", "autoprovision", "qos", "ntp", "stun", "customer"}


def read_technicolor(files: Mapping[str, bytes], model: PhoneModel) -> Reading:
    """Follow the first file to the phone's own; a name twice in a section, or a line that is none, is an error."""
    first = next(body for name, body in files.items() if name == f"{model.name.lower()}s.inf")
    assert _sections(first)["config"]["config"].endswith("/"), "the phone puts its own name behind the address"
    own = next(
        body for name, body in files.items() if re.fullmatch(rf"{model.name.lower()}s_[0-9a-f]{{12}}\.txt", name)
    )
    sections = _sections(own)
    assert set(sections) <= SECTIONS
    assert re.fullmatch(r"\d{12}", sections["sys"].pop("config_sn"))
    parameters = {f"{section}.{name}": value for section, items in sections.items() for name, value in items.items()}
    keys = {
        _slot(int(match[1]), model): _key(value)
        for name, value in sections["sys"].items()
        if (match := KEY.fullmatch(name))
    }
    return Reading(keys, False, "off", parameters)


def _sections(body: bytes) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    current: dict[str, str] = {}
    for line in body.decode("iso-8859-1").split("\n"):
        if not line:
            continue
        if heading := re.fullmatch(r"\[(\w+)\]", line):
            assert heading[1] not in found
            current = found.setdefault(heading[1], {})
            continue
        name, equals, value = line.partition("=")
        assert equals and re.fullmatch(r"[\w-]+", name), line
        assert name not in current, f"{name} is written twice"
        current[name] = value
    return found


def _slot(number: int, model: PhoneModel) -> str:
    own = len(model.slots)
    if number <= own:
        return str(number)
    module, place = divmod(number - own - 1, 28)
    return f"s{module + 1}.{place + 1}"


def _key(value: str) -> KeySeen:
    match = VALUE.fullmatch(value)
    assert match, value
    if not match[2]:
        assert match[1] == "L"
        return {"kind": "none", "target": "", "label": "", "line": None}
    return {"kind": KINDS[match[1]], "target": match[2], "label": "", "line": None}
