"""Read an Avaya phone's files the way the phone does, without any of the writer's code."""

import re
from collections.abc import Mapping

from provserver.domain.hardware import PhoneModel
from tests.vendors.readers import Reading

LINE = re.compile(r'SET ([A-Z0-9_]+) "([^"]*)"')
MODES = {"": (False, "off"), "4": (False, "off"), "6": (True, "off"), "7": (True, "splash")}


def read_avaya(files: Mapping[str, bytes], model: PhoneModel) -> Reading:
    """Follow the first file to the phone's own; a line that is neither comment nor setting is an error."""
    (own,) = (name for name in files if re.fullmatch(r"[0-9a-f]{12}\.cfg", name))
    assert set(files) == {"j100supgrade.txt", own}
    steps = [line for line in files["j100supgrade.txt"].decode().splitlines() if not line.startswith("##")]
    assert steps == ["GET $MACADDR.cfg"]
    parameters: dict[str, str] = {}
    for line in files[own].decode("utf-8").split("\n"):
        if line and not line.startswith("##"):
            match = LINE.fullmatch(line)
            assert match, f"the phone cannot read {line!r}"
            assert match[1] not in parameters, f"{match[1]} is written twice"
            parameters[match[1]] = match[2]
    popup, ring = MODES[parameters.get("BLF_INCOMING_CALL_INDICATION_MODE", "")]
    assert not model.slots
    return Reading({}, popup, ring, parameters)
