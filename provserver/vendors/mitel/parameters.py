"""What a Mitel phone is told beside its accounts and keys: the server's own part, and the common settings."""

from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote, urlsplit

from provserver.domain.hardware import Feature
from provserver.domain.numbers import host_port
from provserver.domain.phone import Phone
from provserver.domain.secret import Secret
from provserver.domain.settings import Scope
from provserver.domain.telephony import dial_plan, directory
from provserver.vendors.base import Params
from provserver.vendors.daylight import LAST, Turn, rule
from provserver.vendors.mitel.release import THIRD, release

_TRANSPORTS = {"udp": 1, "tcp": 2, "tls": 4}
_PORTS = {"http": 80, "https": 443}

_LANGUAGES = {
    "it": ("lang_it.txt", "Italian"),
    "de": ("lang_de.txt", "German"),
    "fr": ("lang_fr.txt", "French"),
    "es": ("lang_es.txt", "Spanish"),
}
"""Language files and the words for typing (Wazo). The phone fetches the file beside its configuration; it comes with
the maker's firmware, and without it the phone stays English. No Romanian file is known."""

_PAYLOADS = {"g722": 9, "pcma": 8, "pcmu": 0, "g729": 18}
_NARROW = {"pcma", "pcmu", "g729"}

_LARGEST_PASSWORD = 4294967295

_AUTOMATIC = 3
"""``dst config``: change by the rule that stands here (FusionPBX's comment; Wazo)."""


def put_server(params: Params, phone: Phone) -> None:
    """Write what the server owns: where the phone asks, and that the maker's redirection service is not asked."""
    address = urlsplit(phone.provisioning_url)
    params.put("download protocol", address.scheme.upper(), "server")
    params.put(f"{address.scheme} server", address.hostname or "", "server")
    params.put(f"{address.scheme} port", address.port or _PORTS[address.scheme], "server")
    params.put(f"{address.scheme} path", Secret(address.path.strip("/")), "server")
    params.put("contact rcs", False, "server")
    params.put("auto resync mode", bool(phone.setting("poll")), "poll")
    params.put("auto resync time", f"{int(phone.text('poll_hour')):02}:00", "poll_hour")
    params.put("auto resync max delay", 59, "server")
    params.put("auto resync days", 0, "server")


def put_authority(params: Params, phone: Phone) -> None:
    """Have the phone fetch this server's authority, by its whole address (a maker's own test gives it one)."""
    if phone.authority is not None:
        params.put("https user certificates", phone.authority.url, "trust_authority")


def put_firmware(params: Params, phone: Phone) -> None:
    """Write the folder where the phone finds the chosen image under its own name, ``6867i.st`` (sheet, section 8).

    The phone adds that name itself, so what stands before it in the image's name is a folder to the phone.
    """
    if phone.firmware_name:
        folder = f"{phone.firmware_folder}/{quote(phone.firmware_prefix.removesuffix('-'))}".rstrip("/")
        params.put("firmware server", Secret(folder), "firmware")


def put_passwords(params: Params, phone: Phone) -> None:
    """Write the passwords that the phone can take; without one for the administrator, close its pages.

    Passwords are numbers up to 4294967295; with any other the phone goes back to 22222, which everybody knows
    (guide 4.2.0, page 5-8; user guide of the 6865i, page 49).
    """
    admin, user = phone.secret("admin_password"), phone.secret("user_password")
    if _takes(admin):
        params.put("admin password", admin, "admin_password")
    if _takes(user):
        params.put("user password", user, "user_password")
    params.put("web interface enabled", _takes(admin), "admin_password")


def _takes(password: Secret) -> bool:
    text = password.reveal()
    return text.isascii() and text.isdigit() and int(text) <= _LARGEST_PASSWORD


def put_network(params: Params, phone: Phone) -> None:
    """Write the VLAN and LLDP.

    A VLAN that nobody set is not written, because a phone whose VLAN was typed in by hand would lose its network; a 0
    that somebody set takes the VLAN away.
    """
    vlan = phone.settings["vlan"]
    if vlan.value or vlan.origin is not Scope.DEFAULT:
        params.put("tagging enabled", bool(vlan.value), "vlan")
    if vlan.value:
        params.put("vlan id", str(vlan.value), "vlan")
    params.put("lldp", bool(phone.setting("lldp")), "lldp")


def put_clock(params: Params, phone: Phone) -> None:
    """Write the time server, the zone with its summer time, the face of the clock, and the language."""
    server = phone.time_server
    params.put("time server disabled", not server, "ntp_server")
    params.put("time server1", server, "ntp_server")
    params.put_all(_zone(phone.text("time_zone")), "time_zone")
    params.put("time format", phone.text("clock") == "24", "clock")
    file, typing = _LANGUAGES.get(phone.text("language"), ("", ""))
    params.put("language", 1 if file else 0, "language")
    if file:
        params.put("language 1", file, "language")
        params.put("input language", typing, "language")


@lru_cache(maxsize=512)
def _zone(zone: str) -> Mapping[str, str | int]:
    """Say a zone as the phone does: minutes to add to reach Greenwich, so that Rome is -60 (guide 3.3.1, page 5-17)."""
    daylight = rule(zone)
    values: dict[str, str | int] = {"time zone name": "Custom", "time zone minutes": -daylight.offset}
    if daylight.start is None or daylight.end is None:
        return {**values, "dst config": 0}
    values |= {"dst config": _AUTOMATIC, "dst minutes": daylight.saving, "dst [start|end] relative date": 1}
    return {**values, **_turn("start", daylight.start), **_turn("end", daylight.end)}


def _turn(name: str, turn: Turn) -> dict[str, int]:
    """Say when clocks turn: week -1 is the last such day, 1 to 4 are full weeks, which begin on Sunday; day 1 is
    Sunday (guide 3.3.1, page 5-17). For a Sunday the n-th full week is the n-th Sunday; a rule by another day of an
    n-th week, which only few zones have, may be a week off."""
    return {
        f"dst {name} month": turn.month,
        f"dst {name} week": -1 if turn.week == LAST else turn.week,
        f"dst {name} day": (turn.weekday + 1) % 7 + 1,
        f"dst {name} hour": turn.hour,
    }


def put_calls(params: Params, phone: Phone) -> None:
    """Write how calls wait and are picked up, who tells of messages, and the company's phonebook."""
    code, book = phone.text("pickup_code"), phone.text("phonebook_url")
    params.put("call waiting", bool(phone.setting("call_waiting")), "call_waiting")
    params.put("directed call pickup", bool(code), "pickup_code")
    params.put("directed call pickup prefix", code, "pickup_code")
    params.put("sip explicit mwi subscription", True, "server")
    params.put("directory script", book, "phonebook_url")


def put_dialling(params: Params, phone: Phone) -> None:
    """Write the dial plan that somebody set; without one the phone has the factory's."""
    if plan := dial_plan(phone):
        params.put("sip dial plan", plan, "dial_plan")


def put_directory(params: Params, phone: Phone) -> None:
    """Write the LDAP directory, its user and password in front of the server (installation guide 6800i, page A-113).

    What the files do not say has the factory's value, so that none is not written at all. The user's ``@`` would end
    what stands before the server; with one in it, or in the password, the phone has no directory.
    """
    found = directory(phone, ("off",))
    if found is None or not found.host or set("@:/") & set(found.user + found.password.reveal()):
        return
    who = f"{found.user}:{found.password.reveal()}@" if found.user else ""
    params.put("ldap server", Secret(f"{who}{host_port(found.host, found.port)}"), "ldap_server")
    params.put("ldap base dn", found.base, "ldap_base")
    params.put("ldap search filter", found.name_filter, "ldap_name_filter")


def put_monitoring(params: Params, phone: Phone) -> None:
    """Write the ring of monitored extensions, always: 1 is one splash while the phone is idle.

    No tone can be chosen, so that the tone is the splash (release notes 4.0.0 SP1, page 16).
    """
    rings = Feature.SPLASH in phone.model.supports and phone.monitor_ring != "off"
    params.put("play a ring splash", rings, "monitor_ring")


def put_speech(params: Params, phone: Phone) -> None:
    """Write the transport, which all lines share, the codecs and the tones."""
    transport = phone.lines[0].transport if phone.lines else phone.text("transport")
    params.put("sip transport protocol", _TRANSPORTS[transport], "transport")
    params.put("sip out-of-band dtmf", phone.text("dtmf") != "inband", "dtmf")
    if codecs := _codecs(phone.codecs, release(phone) >= THIRD):
        params.put("sip use basic codecs", False, "codecs")
        params.put("sip customized codec", codecs, "codecs")


@lru_cache(maxsize=64)
def _codecs(wanted: tuple[str, ...], wide: bool) -> str:
    """List the wanted codecs that the phone knows; empty where it knows none, and then keeps its own."""
    known = [_PAYLOADS[word] for word in wanted if word in _PAYLOADS and (wide or word in _NARROW)]
    return ",".join(f"payload={payload};ptime=20;silsupp=off" for payload in known)


SERVER = (put_server, put_authority, put_firmware, put_passwords, put_network)
"""What stands first in every file: the server's own part, and what the phone needs to come back."""

SETTINGS = (put_clock, put_calls, put_dialling, put_directory, put_monitoring, put_speech)
