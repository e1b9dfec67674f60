"""Independent readers: they take a phone's file apart as the phone would, and know nothing of the writers."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module

from provserver.domain.hardware import PhoneModel

KeySeen = Mapping[str, str | int | None]


@dataclass(frozen=True)
class Reading:
    """What a phone makes of its files: ``keys`` by slot as ``{kind, target, label, line}``; a line that the format
    cannot say is None; ``ring`` is off, splash, tone, or ``own`` where the phone has only its own tone."""

    keys: Mapping[str, KeySeen]
    popup: bool
    ring: str
    parameters: Mapping[str, str]


@dataclass(frozen=True)
class Reader:
    """How to read one maker's files, and which kinds look the same on its phones (as set -> as read)."""

    read: Callable[[Mapping[str, bytes], PhoneModel], Reading]
    same: Mapping[str, str] = field(default_factory=dict)

    def kind(self, kind: str) -> str:
        """Give the kind as this maker's phones show it."""
        return self.same.get(kind, kind)


def reader(vendor: str) -> Reader:
    """Give a maker's reader; a maker without one fails here, so that no maker goes untested.

    Others live in ``tests/vendors/reader_<vendor>.py`` as ``read_<vendor>(files, model)``; ``files`` are bodies by
    file name. ``SAME_KINDS`` there names kinds that the maker's phones do not tell apart, as set -> as read.
    """
    if vendor == "yealink":
        return Reader(_read_yealink_files)
    module = import_module(f"tests.vendors.reader_{vendor}")
    return Reader(getattr(module, f"read_{vendor}"), getattr(module, "SAME_KINDS", {}))


YEALINK_TYPES = {
    "0": "none",
    "2": "forward",
    "5": "dnd",
    "10": "park",
    "11": "dtmf",
    "12": "voicemail",
    "13": "speed-dial",
    "14": "intercom",
    "15": "line",
    "16": "blf",
    "17": "url",
    "23": "pickup",
}
KEY = re.compile(r"(linekey|memorykey|expansion_module\.(\d+)\.key)\.(\d+)\.(type|line|value|label)")
LINE = re.compile(r"([A-Za-z][A-Za-z0-9_.]*) = (.*)", re.DOTALL)
WITH_A_LINE = {"blf", "park", "pickup", "voicemail"}
RINGS = {"Splash.wav": "splash", "Ring8.wav": "tone", "": "own"}


def _read_yealink_files(files: Mapping[str, bytes], model: PhoneModel) -> Reading:
    own = [body for name, body in files.items() if re.fullmatch(r"[0-9a-f]{12}\.cfg", name)]
    assert len(own) == 1
    return read_yealink(own[0], model)


def read_yealink(body: bytes, model: PhoneModel) -> Reading:
    """Read a ``<mac>.cfg``; a line that is none of blank, comment and parameter, or a name twice, is an error."""
    parameters = flat_lines(body)
    raw: dict[str, dict[str, str]] = {}
    for name, value in parameters.items():
        if match := KEY.fullmatch(name):
            raw.setdefault(_slot(match, model), {})[match[4]] = value
    audible = _says(parameters, model, "features.pickup.blf_audio_enable")
    return Reading(
        keys={slot: _key(fields, model) for slot, fields in raw.items()},
        popup=_says(parameters, model, "features.pickup.blf_visual_enable"),
        ring=RINGS[parameters.get("features.blf.ring_type", "")] if audible else "off",
        parameters=parameters,
    )


def _says(parameters: Mapping[str, str], model: PhoneModel, name: str) -> bool:
    """Read a flag of monitored keys; only a device without any key may have no word for it."""
    assert name in parameters or not model.slots, name
    return parameters.get(name) == "1"


def flat_lines(body: bytes) -> dict[str, str]:
    """Take a flat text apart line by line, as Yealink's phones and those that read as they do; passwords by person."""
    first, *rest = body.decode("utf-8").split("\n")
    assert first == "#!version:1.0.0.1", "the phone ignores a file without this line, and says nothing"
    parameters: dict[str, str] = {}
    for line in rest:
        if not line or line.startswith("#"):
            continue
        match = LINE.fullmatch(line)
        assert match, f"the phone cannot read {line!r}"
        name, value = match[1], match[2]
        if name.endswith("security.user_password"):
            name += "." + value.partition(":")[0]
        assert name not in parameters, f"{name} is written twice"
        parameters[name] = value
    return parameters


def _slot(match: re.Match[str], model: PhoneModel) -> str:
    number = int(match[3])
    if match[1] == "memorykey":
        number += {"T26P": 3, "T28P": 6, "T38G": 6, "VP530": 0}[model.name]
    return f"s{match[2]}.{number}" if match[2] else str(number)


def _key(fields: Mapping[str, str], model: PhoneModel) -> KeySeen:
    kind = YEALINK_TYPES[fields["type"]]
    if kind == "none":
        assert not fields["value"] and not fields["label"]
        return {"kind": kind, "target": "", "label": "", "line": None}
    line = int(fields["line"])
    if model.name in {"T32G", "T38G", "VP530"} and kind in WITH_A_LINE:
        line += 1
    return {"kind": kind, "target": fields["value"], "label": fields["label"], "line": line}
