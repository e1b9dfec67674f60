"""Read a Thomson phone's files the way the phone does, without any of the writer's code."""

import re
from collections.abc import Mapping

from provserver.domain.hardware import PhoneModel
from tests.vendors.readers import KeySeen, Reading

SAME_KINDS = {"pickup": "speed-dial", "voicemail": "speed-dial", "park": "blf"}
"""A key dials or monitors, whatever the number does."""

KEY = re.compile(r"sys\.FeatureKeyExt(\d\d)")
VALUE = re.compile(r"([LS])/<sip:([^<>]*)>")


def read_thomson(files: Mapping[str, bytes], model: PhoneModel) -> Reading:
    """Take both files apart: the first must say where the second is, and the second is the phone's."""
    start, own = f"{model.name.lower()}s.inf", f"{model.name.lower()}s_"
    assert set(files) == {start, *(name for name in files if re.fullmatch(own + r"[0-9a-f]{12}\.txt", name))}
    assert len(files) == 2
    assert set(_sections(files[start])) == {"config.config"}
    parameters = _sections(next(body for name, body in files.items() if name != start))
    assert re.fullmatch(r"\d{12}", parameters.pop("sys.config_sn")), "the phone passes over a file without a number"
    places = {int(match[1]): value for name, value in parameters.items() if (match := KEY.fullmatch(name))}
    assert set(places) == set(range(1, len(places) + 1)), "no place is left out between others"
    keys = {_slot(number, len(model.slots)): _key(value) for number, value in places.items()}
    return Reading(keys, False, "off", parameters)


def _slot(number: int, own: int) -> str:
    module, place = divmod(number - own - 1, 28)
    return str(number) if number <= own else f"s{module + 1}.{place + 1}"


def _sections(body: bytes) -> dict[str, str]:
    """Read the sections; a line that is neither head nor setting, a head or a name twice, is an error."""
    found: dict[str, str] = {}
    heads: set[str] = set()
    head = ""
    for line in body.decode("iso-8859-1").split("\n"):
        if match := re.fullmatch(r"\[([a-z]+)\]", line):
            head = match[1]
            assert head not in heads, f"[{head}] stands twice"
            heads.add(head)
        elif line:
            name, equals, value = line.partition("=")
            assert equals and head and re.fullmatch(r"[A-Za-z0-9_-]+", name), f"the phone cannot read {line!r}"
            assert f"{head}.{name}" not in found, f"{name} is written twice"
            found[f"{head}.{name}"] = value
    return found


def _key(value: str) -> KeySeen:
    match = VALUE.fullmatch(value)
    assert match, f"the phone cannot read the key {value!r}"
    if not match[2]:
        assert match[1] == "L", "the maker's own empty key is a speed dial of nobody"
        return {"kind": "none", "target": "", "label": "", "line": None}
    return {"kind": {"L": "speed-dial", "S": "blf"}[match[1]], "target": match[2], "label": "", "line": None}
