"""What a Sangoma S phone is told beside its accounts and keys: the server's own part, and the common settings."""

from functools import lru_cache

from provserver.domain.hardware import Feature
from provserver.domain.phone import Phone
from provserver.domain.secret import Secret
from provserver.vendors import htek_firmware
from provserver.vendors.base import Params
from provserver.vendors.daylight import rule
from provserver.vendors.htek_firmware.table import LANGUAGES, OFFSETS, SETTINGS, ZONES

DAY = 1440
"""Minutes: how often the phone asks. It counts from its own start, so the hour of the night cannot be told."""

NO_SUMMER, AUTOMATIC = 0, 2


def put_server(params: Params, phone: Phone) -> None:
    """Write what the server owns: where the phone asks, when, whose values win, and that a NOTIFY is obeyed."""
    url = phone.provisioning_url
    _put(params, "config_server", Secret(url.rstrip("/")), "server")
    if phone.credentials is not None:
        _put(params, "username", phone.credentials.username, "server")
        _put(params, "password", phone.credentials.password, "server")
    _put(params, "upgrade_mode", 3 if url.startswith("https:") else 1, "server")
    _put(params, "file_prefix", phone.firmware_prefix, "firmware" if phone.firmware_name else "server")
    _put(params, "file_postfix", "", "server")
    for word in ("override_server", "check_mode", "web_wins", "notify_with_password"):
        _put(params, word, 0, "server")
    _put(params, "obeys_notify", 1, "server")
    _put(params, "auto_upgrade", bool(phone.setting("poll")), "poll")
    _put(params, "check_minutes", DAY, "poll")


def put_firmware(params: Params, phone: Phone) -> None:
    """Write the folder of the chosen image; the prefix of its name stands with the server's own part."""
    if phone.firmware_name:
        _put(params, "firmware_server", Secret(phone.firmware_folder), "firmware")


def put_passwords(params: Params, phone: Phone) -> None:
    """Write who may open the phone's own pages; an unset password is left as it is."""
    for person in ("admin", "user"):
        if password := phone.secret(f"{person}_password"):
            _put(params, f"{person}_name", person, "server")
            _put(params, f"{person}_password", password, f"{person}_password")


def put_network(params: Params, phone: Phone) -> None:
    """Write the VLAN, LLDP and the one STUN server of the phone."""
    vlan = int(phone.text("vlan"))
    _put(params, "vlan_active", bool(vlan), "vlan")
    _put(params, "vlan", vlan, "vlan")
    _put(params, "lldp", bool(phone.setting("lldp")), "lldp")
    line = next((line for line in phone.lines if line.stun), None)
    _put(params, "stun", line.stun if line else "", f"line {line.number}" if line else "server")


def put_clock(params: Params, phone: Phone) -> None:
    """Write the time server, the zone, the face of the clock and the language."""
    number, saving = zone(phone.text("time_zone"))
    language = LANGUAGES[phone.text("language")]
    _put(params, "ntp_server", phone.text("ntp_server"), "ntp_server")
    _put(params, "ntp_from_dhcp", 0, "ntp_server")
    if number is not None:
        _put(params, "zone_from_dhcp", 0, "time_zone")
        _put(params, "time_zone", number, "time_zone")
        _put(params, "daylight_saving", saving, "time_zone")
    _put(params, "clock", phone.text("clock") == "12", "clock")
    _put(params, "language", language, "language")
    _put(params, "web_language", language, "language")


def put_calls(params: Params, phone: Phone) -> None:
    """Write how calls ring, wait and are picked up, and the company's phonebook."""
    book = phone.text("phonebook_url")
    _put(params, "ring_tone", phone.text("ring_tone"), "ring_tone")
    _put(params, "call_waiting", bool(phone.setting("call_waiting")), "call_waiting")
    for word, setting in (("direct_pickup", "pickup_code"), ("group_pickup", "group_pickup_code")):
        code = phone.text(setting)
        _put(params, word, bool(code), setting)
        _put(params, f"{word}_code", code, setting)
    _put(params, "phonebook_url", book, "phonebook_url")
    _put(params, "phonebook_name", "Company" if book else "", "phonebook_url")


def put_services(params: Params, phone: Phone) -> None:
    """Write where calls are forwarded; no source has a number for do not disturb itself."""
    htek_firmware.put_forwards(params, phone, SETTINGS.__getitem__)


def put_directory(params: Params, phone: Phone) -> None:
    """Write the LDAP directory, or that there is none."""
    htek_firmware.put_directory(params, phone, SETTINGS.__getitem__)


def put_monitoring(params: Params, phone: Phone) -> None:
    """Write the popup and the ring of monitored extensions, both always.

    Newer firmware has a second pair of the same meaning by its name; both pairs always say the same (sheet, 5).
    """
    popup = phone.popup and Feature.POPUP in phone.model.supports
    rings = popup and phone.monitor_ring != "off"
    for word in ("popup", "popup_newer"):
        _put(params, word, popup, "monitor_popup")
    for word in ("splash", "splash_newer"):
        _put(params, word, rings, "monitor_ring")


@lru_cache(maxsize=1024)
def zone(name: str) -> tuple[int | None, int]:
    """Give the phone's number of a zone, and whether the phone's own table turns its clock.

    A zone whose clocks turn as those of one that the table names is that one; any other is the first of its winter
    offset, and its summer is left to the phone. None where the phone has no such offset.
    """
    here = rule(name)
    saving = AUTOMATIC if here.start else NO_SUMMER
    twin = ZONES.get(name) or next((number for known, number in ZONES.items() if rule(known) == here), None)
    return (twin if twin is not None else OFFSETS.get(here.offset)), saving


def _put(params: Params, word: str, value: str | int | bool | Secret, source: str) -> None:
    params.put(SETTINGS[word], value, source)


SERVER = (put_server, put_firmware, put_passwords, put_network)
"""What stands first in every file: the server's own part, and what the phone needs to come back."""
