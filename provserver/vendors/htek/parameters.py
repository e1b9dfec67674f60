"""What an Htek phone is told beside its accounts and keys: the server's own part, and the common settings."""

from functools import lru_cache

from provserver.domain.hardware import Feature
from provserver.domain.phone import Phone
from provserver.domain.secret import Secret
from provserver.domain.telephony import do_not_disturb, web_callers
from provserver.vendors import htek_firmware
from provserver.vendors.base import Params
from provserver.vendors.daylight import rule
from provserver.vendors.htek.names import has_tags, setting
from provserver.vendors.htek_firmware.table import LANGUAGES, OFFSETS

PROTOCOLS = {"http": 1, "https": 3}
NIGHTLY = 1440  # minutes: no hour of the day can be told
ALWAYS = 0

CITIES = {"UTC": 33, "Etc/UTC": 33, "Europe/London": 39, "Europe/Berlin": 50, "Europe/Rome": 52}
CITIES |= {"America/Mexico_City": 13}
"""Places of the maker's list of zones that a source names (TC, sangoma.macros)."""

AUTOMATIC = 2


def put_server(params: Params, phone: Phone) -> None:
    """Write what the server owns: where the phone asks, how often, and that it obeys a NOTIFY.

    DHCP and PnP may not override the address, or whoever answers first in the network would take the phone (TC).
    """
    tags = has_tags(phone.model)
    protocol = PROTOCOLS[phone.provisioning_url.partition(":")[0]]
    params.put(setting("config_server", tags), Secret(phone.provisioning_url), "server")
    params.put(setting("upgrade_mode", tags), protocol, "server")
    params.put(setting("override_server", tags), False, "server")
    params.put(setting("pnp", tags), False, "server")
    params.put(setting("check_mode", tags), ALWAYS, "server")
    params.put(setting("obeys_notify", tags), True, "server")
    params.put(setting("auto_upgrade", tags), bool(phone.setting("poll")), "poll")
    params.put(setting("check_minutes", tags), NIGHTLY, "poll")


def put_firmware(params: Params, phone: Phone) -> None:
    """Write the folder of the chosen image, and what stands there before the phone's own name for it (UC601 guide, 10).

    Without an image the prefix is left as it is, so that a phone that nobody chooses for stays as it was.
    """
    if phone.firmware_name:
        tags = has_tags(phone.model)
        params.put(setting("firmware_server", tags), Secret(phone.firmware_folder), "firmware")
        params.put(setting("file_prefix", tags), phone.firmware_prefix, "firmware")


def put_passwords(params: Params, phone: Phone) -> None:
    """Write the passwords of the phone's own pages."""
    tags = has_tags(phone.model)
    for person in ("admin", "user"):
        if password := phone.secret(f"{person}_password"):
            params.put(setting(f"{person}_name", tags), person, "server")
            params.put(setting(f"{person}_password", tags), password, f"{person}_password")


def put_web_actions(params: Params, phone: Phone) -> None:
    """Have a phone that reads tags take this server's web actions (FusionPBX, uc926u); no source has the numbers."""
    callers = web_callers(phone)
    if callers and has_tags(phone.model):
        params.put("RemoteControl_ActionUriEnable", True, "push_ways")
        params.put("RemoteControl_ActionUriIpList", ",".join(callers), "push_http_from")


def put_network(params: Params, phone: Phone) -> None:
    """Write the VLAN and LLDP; a change of these restarts the phone."""
    tags, vlan = has_tags(phone.model), int(phone.text("vlan"))
    params.put(setting("vlan_active", tags), bool(vlan), "vlan")
    params.put(setting("vlan", tags), vlan, "vlan")
    params.put(setting("lldp", tags), bool(phone.setting("lldp")), "lldp")


def put_clock(params: Params, phone: Phone) -> None:
    """Write the time server, the zone, the face of the clock, and the language."""
    tags, place = has_tags(phone.model), _place(phone.text("time_zone"))
    params.put(setting("ntp_server", tags), phone.time_server, "ntp_server")
    if place is not None:
        params.put(setting("time_zone", tags), place, "time_zone")
        params.put(setting("daylight_saving", tags), AUTOMATIC, "time_zone")
    params.put(setting("clock", tags), phone.text("clock") == "12", "clock")
    language = LANGUAGES[phone.text("language")]
    params.put(setting("language", tags), language, "language")
    params.put(setting("web_language", tags), language, "language")


@lru_cache(maxsize=512)
def _place(zone: str) -> int | None:
    """Find a zone in the maker's list; None for an offset that no source has, and the phone keeps its own."""
    return CITIES.get(zone) or OFFSETS.get(rule(zone).offset)


def put_calls(params: Params, phone: Phone) -> None:
    """Write how calls ring, wait and are picked up, and the company's phonebook."""
    tags = has_tags(phone.model)
    direct, group, book = (phone.text(n) for n in ("pickup_code", "group_pickup_code", "phonebook_url"))
    params.put(setting("ring_tone", tags), phone.text("ring_tone"), "ring_tone")
    params.put(setting("call_waiting", tags), bool(phone.setting("call_waiting")), "call_waiting")
    params.put(setting("direct_pickup", tags), bool(direct), "pickup_code")
    params.put(setting("direct_pickup_code", tags), direct, "pickup_code")
    params.put(setting("group_pickup", tags), bool(group), "group_pickup_code")
    params.put(setting("group_pickup_code", tags), group, "group_pickup_code")
    params.put(setting("phonebook_url", tags), book, "phonebook_url")
    params.put(setting("phonebook_name", tags), "Company" if book else "", "phonebook_url")


def put_services(params: Params, phone: Phone) -> None:
    """Write forwarding and do not disturb, of which only the tag of the U series is sourced (FusionPBX, uc926u)."""
    tags, quiet = has_tags(phone.model), do_not_disturb(phone)
    if quiet is not None:
        params.put("DND_Enable", quiet, "dnd")
    htek_firmware.put_forwards(params, phone, lambda word: setting(word, tags))


def put_directory(params: Params, phone: Phone) -> None:
    """Write the LDAP directory, or that there is none."""
    tags = has_tags(phone.model)
    htek_firmware.put_directory(params, phone, lambda word: setting(word, tags))


def put_monitoring(params: Params, phone: Phone) -> None:
    """Write the popup and the ring of monitored extensions, both always: what is left out keeps its old value."""
    if Feature.POPUP in phone.model.supports:
        tags = has_tags(phone.model)
        params.put(setting("popup", tags), phone.popup, "monitor_popup")
        params.put(setting("splash", tags), phone.monitor_ring != "off", "monitor_ring")


SERVER = (put_server, put_firmware, put_passwords, put_web_actions, put_network)
"""What stands first in every file: the server's own part, and what the phone needs to come back."""
