"""VTech ErisTerminal: one flat file of modules and settings; whatever it changes, the phone restarts for it."""

from collections.abc import Mapping
from functools import lru_cache

from provserver.domain.phone import Phone
from provserver.domain.secret import Secret
from provserver.domain.slots import KeyKind
from provserver.vendors.base import File, Params, gathered
from provserver.vendors.formats import flat_text
from provserver.vendors.formats.flat_text import cannot_carry
from provserver.vendors.vtech.lines import put_lines
from provserver.vendors.vtech.services import put_directory, put_services

__all__ = ["cannot_carry", "files"]

FEATURES: Mapping[KeyKind, str] = {
    KeyKind.LINE: "line",
    KeyKind.SPEED_DIAL: "quick dial",
    KeyKind.PICKUP: "quick dial",
    KeyKind.VOICEMAIL: "quick dial",
    KeyKind.BLF: "busy lamp field",
    KeyKind.PARK: "busy lamp field",
}
"""The words that a peer writes (aelintra/sail, php/srkHelperClass); a parking place is monitored."""

UNASSIGNED = "unassigned"
EVERY_DAY = "0,1,2,3,4,5,6"


def files(phone: Phone) -> list[File]:
    """Render the one file of the phone, whose name stands in full in the address that the phone is given."""
    params = parameters(phone)
    items = params.pairs()
    about = f"VTech {phone.model.title} {phone.mac} {phone.description}".strip()
    body = flat_text.write(items, f"# Model Number = {phone.model.title}", about)
    return [File(_name(phone), flat_text.CONTENT_TYPE, body, params.as_dict())]


def parameters(phone: Phone) -> Params:
    """Give every parameter of the phone, the free ones laid over the rest."""
    own = (put_server, put_firmware, put_passwords, put_network, put_clock)
    return gathered((*own, put_services, put_directory, put_lines, put_keys), phone).merge(phone)


def put_server(params: Params, phone: Phone) -> None:
    """Write where the phone asks, when, and that a check-sync is obeyed (manualshive.com, VSP715, page 87)."""
    hour = int(phone.text("poll_hour"))
    params.put("provisioning.server_address", Secret(f"{phone.provisioning_url}{_name(phone)}"), "server")
    params.put("provisioning.bootup_check_enable", 1, "server")
    params.put("provisioning.remote_check_sync_enable", 1, "server")
    params.put("provisioning.crypto_enable", 0, "server")
    params.put("provisioning.schedule_mode", "weekday" if phone.setting("poll") else "interval", "poll")
    params.put("provisioning.resync_time", 0, "poll")
    params.put("provisioning.weekdays", EVERY_DAY, "poll")
    params.put("provisioning.weekdays_start_hr", hour, "poll_hour")
    params.put("provisioning.weekdays_end_hr", (hour + 1) % 24, "poll_hour")


def put_firmware(params: Params, phone: Phone) -> None:
    """Write where the chosen image lies (the names of the maker's own file, as a phone exported it)."""
    if phone.firmware_name:
        params.put("provisioning.firmware_url", Secret(phone.firmware_url), "firmware")
        params.put("provisioning.resync_mode", "config_and_firmware", "firmware")


def put_passwords(params: Params, phone: Phone) -> None:
    """Write the passwords of the phone's own pages; an unset one is left as it is."""
    for person in ("admin", "user"):
        if password := phone.secret(f"{person}_password"):
            params.put(f"profile.{person}.access_password", password, f"{person}_password")


def put_network(params: Params, phone: Phone) -> None:
    """Write the VLAN, LLDP and call waiting."""
    vlan = int(phone.text("vlan"))
    params.put("network.vlan.wan.enable", bool(vlan), "vlan")
    params.put("network.vlan.wan.id", vlan, "vlan")
    params.put("network.lldp_med.enable", bool(phone.setting("lldp")), "lldp")
    waiting = "enable" if phone.setting("call_waiting") else "disable"
    params.put("user_pref.call_waiting.mode", waiting, "call_waiting")


def put_clock(params: Params, phone: Phone) -> None:
    """Write the time server, and the zone by its own name; the phone keeps the summer of a zone by itself."""
    params.put("time_date.24hr_clock", phone.text("clock") == "24", "clock")
    params.put("time_date.ntp_dhcp_option", 0, "ntp_server")
    params.put("time_date.ntp_server", 1, "ntp_server")
    params.put("time_date.ntp_server_addr", phone.time_server, "ntp_server")
    params.put("time_date.timezone_dhcp_option", 0, "time_zone")
    params.put("time_date.selected_timezone", phone.text("time_zone"), "time_zone")
    params.put("time_date.daylight_saving_auto_adjust", 1, "time_zone")
    params.put("time_date.daylight_saving_user_defined", 0, "time_zone")


def put_keys(params: Params, phone: Phone) -> None:
    """Write all slots, an empty one as unassigned; the phone keeps no label."""
    for slot in phone.slots:
        key, prefix, source = phone.key(slot), f"pfk.{slot.number}", f"key {slot}"
        feature = FEATURES.get(key.kind, UNASSIGNED)
        if feature == UNASSIGNED:
            params.put_all(_empty(prefix), source)
            continue
        number = phone.dialled(key)
        params.put(f"{prefix}.feature", feature, source)
        params.put(f"{prefix}.account", key.line, source)
        params.put(f"{prefix}.quick_dial", number if feature == "quick dial" else "", source)
        params.put(f"{prefix}.blf", number if feature == "busy lamp field" else "", source)


@lru_cache(maxsize=64)
def _empty(prefix: str) -> Mapping[str, str | int]:
    return {f"{prefix}.feature": UNASSIGNED, f"{prefix}.account": 1, f"{prefix}.quick_dial": "", f"{prefix}.blf": ""}


def _name(phone: Phone) -> str:
    return f"{phone.model.name.lower()}_{phone.mac}.cfg"
