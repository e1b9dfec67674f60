"""The settings that every maker understands in its own words, and how they are inherited."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from zoneinfo import available_timezones

from provserver.domain.firmware import image_name
from provserver.domain.numbers import dialable, host_and_port, plain_text, web_address
from provserver.domain.secret import Secret

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
    SECRET = "secret"  # noqa: S105  a word, not a secret


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: ``choices`` for choices and orders, ``low`` and ``high`` for numbers, ``unit`` for people."""

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
    Kind.SECRET: _secret,
}

LANGUAGES = ("en", "it", "ro", "de", "fr", "es")
CODECS = ("opus", "g722", "pcma", "pcmu", "g729")

_ALL = (
    Setting(
        "monitor_popup",
        Kind.FLAG,
        False,
        "calls",
        "Show a call popup for monitored extensions",
        help="The phone shows who is calling a monitored extension, and offers to pick the call up.",
    ),
    Setting(
        "monitor_ring",
        Kind.CHOICE,
        "off",
        "calls",
        "Ring splash on a monitored extension",
        choices=("off", "splash", "tone"),
        help="Off, a single ring, or a dedicated tone. Takes effect only while the call popup is on.",
    ),
    Setting("call_waiting", Kind.FLAG, True, "calls", "Call waiting"),
    Setting("voicemail_number", Kind.DIALLED, "", "calls", "Voicemail number"),
    Setting(
        "pickup_code",
        Kind.DIALLED,
        "**",
        "calls",
        "Code to pick up a monitored extension",
        help="Dialled before the extension.",
    ),
    Setting("group_pickup_code", Kind.DIALLED, "*98", "calls", "Code to pick up a call of the group"),
    Setting("language", Kind.CHOICE, "en", "phone", "Language", choices=LANGUAGES),
    Setting("time_zone", Kind.ZONE, "Europe/Rome", "phone", "Time zone"),
    Setting("clock", Kind.CHOICE, "24", "phone", "Clock", choices=("12", "24"), unit="hours"),
    Setting("ntp_server", Kind.HOST, "pool.ntp.org", "phone", "Time server"),
    Setting("ring_tone", Kind.NUMBER, 1, "phone", "Ring tone", low=1, high=5),
    Setting(
        "phonebook",
        Kind.CHOICE,
        "off",
        "phone",
        "Phonebook of this server",
        choices=("off", "company", "department"),
        help="People and short codes of the company, or of the phone's department. A phonebook address wins over it.",
    ),
    Setting("phonebook_url", Kind.URL, "", "phone", "Phonebook address"),
    Setting(
        "admin_password",
        Kind.SECRET,
        None,
        "security",
        "Administrator password of the phone",
        help="Generated for each phone unless one is set here.",
    ),
    Setting(
        "user_password",
        Kind.SECRET,
        None,
        "security",
        "User password of the phone",
        help="Generated for each phone unless one is set here.",
    ),
    Setting("sip_domain", Kind.HOST, "", "sip", "SIP domain or registrar"),
    Setting("transport", Kind.CHOICE, "udp", "sip", "Transport", choices=("udp", "tcp", "tls")),
    Setting("outbound_proxy", Kind.HOST, "", "sip", "Outbound proxy"),
    Setting(
        "register_expires",
        Kind.NUMBER,
        3600,
        "sip",
        "Registration renewed every",
        low=60,
        high=86400,
        unit="seconds",
    ),
    Setting("srtp", Kind.CHOICE, "off", "sip", "Encrypted speech", choices=("off", "optional", "required")),
    Setting("codecs", Kind.ORDER, ("g722", "pcma", "pcmu"), "sip", "Codecs", choices=CODECS),
    Setting("dtmf", Kind.CHOICE, "rfc2833", "sip", "Tones while in a call", choices=("rfc2833", "info", "inband")),
    Setting("poll", Kind.FLAG, True, "provisioning", "Ask for changes every night"),
    Setting("poll_hour", Kind.NUMBER, 3, "provisioning", "Hour of the nightly check", low=0, high=23),
    Setting(
        "trust_authority",
        Kind.FLAG,
        False,
        "provisioning",
        "Phones trust this server's certificate authority",
        help="The phone is given the authority of this server, so that it accepts its certificate.",
    ),
    Setting(
        "firmware",
        Kind.IMAGES,
        (),
        "provisioning",
        "Firmware image",
        help="Each phone takes the image that belongs to its model. A change restarts the phone.",
    ),
    Setting(
        "vlan",
        Kind.NUMBER,
        0,
        "network",
        "VLAN of the phone",
        low=0,
        high=4094,
        help="0 leaves the phone untagged. A change restarts the phone.",
    ),
    Setting(
        "lldp",
        Kind.FLAG,
        True,
        "network",
        "Learn the VLAN from the switch (LLDP)",
        help="A change restarts the phone.",
    ),
)

SETTINGS: Mapping[str, Setting] = {setting.name: setting for setting in _ALL}
SECTIONS = ("calls", "phone", "security", "sip", "provisioning", "network")

Layer = tuple[Scope, str, Mapping[str, Value]]


def inherit(layers: Iterable[Layer]) -> dict[str, Effective]:
    """Merge layers, each ``(scope, place, values)``; the later ones are nearer and win."""
    merged: dict[str, Effective] = {}
    for scope, place, values in layers:
        for name, value in values.items():
            merged[name] = Effective(value, scope, place)
    return merged


def defaults() -> dict[str, Effective]:
    """Give every setting as it is before anybody sets anything."""
    return {name: Effective(setting.default, Scope.DEFAULT) for name, setting in SETTINGS.items()}


def effective_ring(settings: Mapping[str, Effective]) -> str:
    """Give the monitored ring as it sounds: off whenever the popup is off, whatever is stored.

    The guide's rule: ring splash is valid only while the call popup is on.
    """
    ring = settings["monitor_ring"].value
    return str(ring) if settings["monitor_popup"].value else "off"
