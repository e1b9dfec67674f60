"""What a setting is: where it is set, how it is read, and how its value is inherited."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from ipaddress import ip_address
from zoneinfo import available_timezones

from provserver.domain.firmware import image_name
from provserver.domain.hardware import Feature
from provserver.domain.numbers import dialable, host_and_port, plain_text, web_address
from provserver.domain.secret import Secret

MOST_ADDRESSES = 16

Value = str | int | bool | tuple[str, ...] | Secret | None


class Scope(IntEnum):
    """Where a value is set; the nearest to the phone wins."""

    DEFAULT = 0
    TENANT = 1
    DEPARTMENT = 2
    MODEL = 3
    LINE = 4
    DEVICE = 5

    @property
    def word(self) -> str:
        """Give the name that people and programs see."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Effective:
    """A value with the place that it comes from."""

    value: Value
    origin: Scope
    place: str = ""


class Kind(StrEnum):
    """How a setting is read and shown."""

    FLAG = "flag"
    CHOICE = "choice"
    NUMBER = "number"
    TEXT = "text"
    DIALLED = "dialled"
    HOST = "host"
    URL = "url"
    ZONE = "zone"
    ORDER = "order"
    IMAGES = "images"
    ADDRESSES = "addresses"
    SECRET = "secret"  # noqa: S105  a word, not a secret


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: ``choices`` for choices and orders, ``low`` and ``high`` for numbers, ``unit`` for people.

    Only phones with its ``feature`` know it, and it can be set only at its ``scopes``.
    """

    name: str
    kind: Kind
    default: Value
    section: str
    title: str
    choices: tuple[str, ...] = ()
    low: int = 0
    high: int = 0
    unit: str = ""
    help: str = ""
    scopes: frozenset[Scope] = frozenset(Scope)
    feature: Feature | None = None

    def read(self, raw: object) -> Value:
        """Return the value in its own type; raises ValueError with what to do about it."""
        return _READERS[self.kind](self, raw)


def _flag(_: Setting, raw: object) -> Value:
    if isinstance(raw, bool):
        return raw
    raise ValueError("true or false")


def _choice(setting: Setting, raw: object) -> Value:
    if isinstance(raw, str) and raw in setting.choices:
        return raw
    raise ValueError("one of " + ", ".join(setting.choices))


def _number(setting: Setting, raw: object) -> Value:
    if isinstance(raw, int) and not isinstance(raw, bool) and setting.low <= raw <= setting.high:
        return raw
    unit = f" {setting.unit}" if setting.unit else ""
    raise ValueError(f"a whole number from {setting.low} to {setting.high}{unit}")


def _text(raw: object) -> str:
    if isinstance(raw, str):
        return raw
    raise ValueError("a text")


def _zone(_: Setting, raw: object) -> Value:
    if isinstance(raw, str) and raw in available_timezones():
        return raw
    raise ValueError("a time zone by its IANA name, such as Europe/Rome")


def _order(setting: Setting, raw: object) -> Value:
    items = tuple(item for item in raw if isinstance(item, str)) if isinstance(raw, (list, tuple)) else ()
    if items and len(set(items)) == len(raw) and set(items) <= set(setting.choices):  # type: ignore[arg-type]
        return items
    raise ValueError("a list, first wanted first, of " + ", ".join(setting.choices))


def _images(_: Setting, raw: object) -> Value:
    names = raw.split() if isinstance(raw, str) else raw
    if isinstance(names, (list, tuple)) and all(isinstance(name, str) for name in names):
        return tuple(dict.fromkeys(image_name(name) for name in names))
    raise ValueError("the name of a firmware image, or a list of them")


def _addresses(_: Setting, raw: object) -> Value:
    items = raw.replace(",", " ").split() if isinstance(raw, str) else raw
    try:
        if isinstance(items, (list, tuple)) and len(items) <= MOST_ADDRESSES and all(isinstance(i, str) for i in items):
            return tuple(dict.fromkeys(map(_without_zone, items)))
    except ValueError:
        pass
    raise ValueError(f"at most {MOST_ADDRESSES} IP addresses, such as 192.0.2.10")


def _without_zone(text: str) -> str:
    """Read an IP address; one with a zone means nothing to another machine."""
    if "%" in text:
        raise ValueError("an address without a zone")
    return str(ip_address(text))


def _secret(_: Setting, raw: object) -> Value:
    text = raw.reveal() if isinstance(raw, Secret) else _text(raw)
    if not re.fullmatch(r"[!-~]{4,64}", text):
        raise ValueError("4 to 64 printable ASCII characters without blanks")
    return Secret(text)


_READERS = {
    Kind.FLAG: _flag,
    Kind.CHOICE: _choice,
    Kind.NUMBER: _number,
    Kind.TEXT: lambda setting, raw: plain_text(_text(raw), setting.high or 64),
    Kind.DIALLED: lambda _, raw: dialable(text) if (text := _text(raw)).strip() else "",
    Kind.HOST: lambda _, raw: host_and_port(text) if (text := _text(raw)).strip() else "",
    Kind.URL: lambda _, raw: web_address(text) if (text := _text(raw)).strip() else "",
    Kind.ZONE: _zone,
    Kind.ORDER: _order,
    Kind.IMAGES: _images,
    Kind.ADDRESSES: _addresses,
    Kind.SECRET: _secret,
}

Layer = tuple[Scope, str, Mapping[str, Value]]


def inherit(layers: Iterable[Layer]) -> dict[str, Effective]:
    """Merge layers, each ``(scope, place, values)``; the later ones are nearer and win."""
    merged: dict[str, Effective] = {}
    for scope, place, values in layers:
        for name, value in values.items():
            merged[name] = Effective(value, scope, place)
    return merged


def effective_ring(settings: Mapping[str, Effective]) -> str:
    """Give the monitored ring as it sounds: off whenever the popup is off, whatever is stored.

    The guide's rule: ring splash is valid only while the call popup is on.
    """
    ring = settings["monitor_ring"].value
    return str(ring) if settings["monitor_popup"].value else "off"
