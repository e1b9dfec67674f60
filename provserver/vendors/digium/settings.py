"""What a Digium phone is told beside its accounts and keys: the server's own part, and the common settings."""

from provserver.domain.hardware import Feature
from provserver.domain.phone import Phone
from provserver.domain.secret import Secret
from provserver.vendors.base import Params
from provserver.vendors.digium.keys import GROUP

LOCALES = {"en": "en_US", "it": "it_IT", "de": "de_DE", "fr": "fr_FR", "es": "es_ES", "ro": "en_US"}
"""As Wazo writes them; no source lists Romanian, so a Romanian company reads English."""

SUBSCRIPTIONS = 40
"""How many contacts the phone watches unless it is told more."""

EXPANSION = "EXP100"


def put_server(params: Params, phone: Phone) -> None:
    """Write what the server owns: where the phone asks, and that a check-sync is obeyed."""
    params.put("config_server_url", Secret(phone.provisioning_url), "server")
    params.put("in_switchvox_environment", 0, "server")
    params.put("enable_check_sync", 1, "server")
    if phone.model.facts.get("rechecks", False):
        poll, hour = bool(phone.setting("poll")), int(phone.text("poll_hour"))
        params.put("config_recheck", poll, "poll")
        params.put("config_recheck.start_time", f"{hour:02d}00", "poll_hour")
        params.put("config_recheck.hours", 1, "poll_hour")


def put_firmware(params: Params, phone: Phone) -> None:
    """Write the chosen image; the phone loads it where the version is not its own (maker, XML configuration 4.24.2).

    The maker writes a version with underscores there: 2_9_27 (sheet, sections 2 and 8).
    """
    if phone.firmware_name:
        params.put("firmware.model", phone.model.title, "firmware")
        params.put("firmware.version", phone.firmware_version.replace(".", "_"), "firmware")
        params.put("firmware.url", Secret(phone.firmware_url), "firmware")


def put_password(params: Params, phone: Phone) -> None:
    """Write the password of the phone's own menus; an unset one is left as it is."""
    if password := phone.secret("admin_password"):
        params.put("login_password", password, "admin_password")


def put_network(params: Params, phone: Phone) -> None:
    """Write the VLAN, and that it is learned where it is; what turns learning off stands in no source."""
    params.put("network_vlan_id", phone.text("vlan"), "vlan")
    if phone.setting("lldp"):
        params.put("network_vlan_discovery_mode", "LLDP", "lldp")
    params.put("transport_udp_enabled", 1, "server")
    params.put("transport_tcp_enabled", 1, "server")
    if phone.model.facts.get("tls", False):
        params.put("transport_tls_allowed", 1, "server")


def put_clock(params: Params, phone: Phone) -> None:
    """Write the time server, the zone by its own name, and the language."""
    params.put("time_source", "ntp", "server")
    params.put("ntp_server", phone.time_server, "ntp_server")
    params.put("time_zone", phone.text("time_zone"), "time_zone")
    params.put("locale", LOCALES[phone.text("language")], "language")


def put_monitoring(params: Params, phone: Phone, watched: int) -> None:
    """Write the popup, and how many extensions the phone watches; the ring stands with each key."""
    if Feature.POPUP in phone.model.supports:
        params.put("display_pickup_notification", phone.popup, "monitor_popup")
    params.put("blf_contact_group", GROUP, "server")
    params.put("contacts_max_subscriptions", max(SUBSCRIPTIONS, watched), "server")
    if phone.model.facts.get("blf_on_lines", False):
        params.put("enable_blf_on_unused_line_keys", 1, "server")
    if phone.model.sidecar:
        params.put("expansion_enable", bool(phone.modules), "server")
        params.put("expansion_enable.type", EXPANSION, "server")
