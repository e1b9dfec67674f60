"""The settings that every maker understands in its own words, and how they are inherited."""

from collections.abc import Iterable, Mapping

from provserver.domain.push_settings import PUSH_SETTINGS
from provserver.domain.setting import Effective, Kind, Scope, Setting, Value

__all__ = ["SECTIONS", "SETTINGS", "Effective", "Kind", "Layer", "Scope", "Setting", "Value", "defaults", "inherit"]

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

SETTINGS: Mapping[str, Setting] = {setting.name: setting for setting in (*_ALL, *PUSH_SETTINGS)}
SECTIONS = ("calls", "phone", "security", "sip", "provisioning", "network", "push", "engines")

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
