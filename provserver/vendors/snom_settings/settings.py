"""The server's own part, passwords, network, calls and monitored extensions."""

import re

from provserver.domain.hardware import Feature
from provserver.domain.phone import Phone
from provserver.domain.push_settings import comes_over_http
from provserver.domain.secret import Secret
from provserver.domain.settings import Scope
from provserver.domain.telephony import directory
from provserver.vendors.base import Params
from provserver.vendors.snom_settings.firmware import put_firmware

ON = {True: "on", False: "off"}
DAY = 86400
POLLING_SINCE = 10
SECURITIES = ("off", "ldaps")
"""How the phones speak to an LDAP directory: they have no StartTLS (Tancredi)."""


def put_server(params: Params, phone: Phone) -> None:
    """Write where the phone asks, and that neither an edit nor an order to refresh restarts it.

    ``auto_reboot_on_setting_change`` counts only at the top of the file (wazo-provd-plugins, snom-general). The
    registrar's orders are not challenged, because a PBX sends them without a password (sheet, pitfall 16).
    """
    params.put("auto_reboot_on_setting_change", "off", "server")
    params.put("setting_server", Secret(f"{phone.provisioning_url}{phone.mac}.xml"), "server")
    if phone.credentials is not None:
        params.put("http_client_user", phone.credentials.username, "server")
        params.put("http_client_pass", phone.credentials.password, "server")
    for name in ("challenge_checksync", "challenge_reboot", "challenge_response", "filter_registrar"):
        params.put(name, "off", "server")


def put_polling(params: Params, phone: Phone) -> None:
    """Ask every night within one hour, at a minute that the phone draws; firmware 8 knows only an interval."""
    on = bool(phone.setting("poll"))
    if _major(phone) < POLLING_SINCE:
        params.put("settings_refresh_timer", str(DAY) if on else "", "poll")
        return
    hour = int(phone.text("poll_hour"))
    params.put("prov_polling_enabled", ON[on], "poll")
    params.put("prov_polling_mode", "random", "poll")
    params.put("prov_polling_period", DAY, "poll")
    params.put("prov_polling_time", f"{hour:02d}:00", "poll_hour")
    params.put("prov_polling_time_rand_end", f"{hour:02d}:59", "poll_hour")


def put_passwords(params: Params, phone: Phone) -> None:
    """Write the passwords; D8xx phones have others for their pages, and alone one for the user (sheet, pitfall 10)."""
    admin, user = phone.secret("admin_password"), phone.secret("user_password")
    if admin:
        params.put("admin_mode_password", admin, "admin_password")
        params.put("admin_mode_password_confirm", admin, "admin_password")
    if not phone.model.facts.get("webserver"):
        if admin:
            params.put("http_user", "admin", "server")
            params.put("http_pass", admin, "admin_password")
        return
    for person, password in (("admin", admin), ("user", user)):
        if password:
            params.put(f"webserver_{person}_name", person, "server")
            params.put(f"webserver_{person}_password", password, f"{person}_password")


def put_web_actions(params: Params, phone: Phone) -> None:
    """Have a phone that is restarted by its web action take it: its pages else ask for what only they have put there.

    Source: service.snom.com, Can I control my snom phone remotely; the name: FusionPBX (300, 720).
    """
    if comes_over_http(phone.settings) and not phone.model.facts.get("webserver"):
        params.put("use_hidden_tags", "off", "push_ways")


def put_network(params: Params, phone: Phone) -> None:
    """Write LLDP and the VLAN; a VLAN that nobody set is left as it was typed in at the phone."""
    params.put("lldp_enable", ON[bool(phone.setting("lldp"))], "lldp")
    vlan = phone.settings["vlan"]
    if vlan.value or vlan.origin is not Scope.DEFAULT:
        params.put("vlan_id", str(vlan.value or ""), "vlan")
        params.put("vlan_qos", "0" if vlan.value else "", "vlan")


def put_calls(params: Params, phone: Phone) -> None:
    """Write call waiting, and what the directory key opens: the phonebook, the LDAP directory, or the phone's own."""
    book, found = phone.text("phonebook_url"), directory(phone, SECURITIES)
    own = "F_DIRECTORY_SEARCH" if found and found.host else "F_ADR_BOOK"
    params.put("call_waiting", ON[bool(phone.setting("call_waiting"))], "call_waiting")
    params.put("dkey_directory", f"url {book}" if book else f"keyevent {own}", "phonebook_url")


def put_monitoring(params: Params, phone: Phone) -> None:
    """Write the popup and the ring, both always; the phone has one tone of its own for both kinds of ring."""
    if Feature.POPUP in phone.model.supports:
        params.put("callpickup_dialoginfo", ON[phone.popup], "monitor_popup")
        params.put("pickup_indication", ON[phone.monitor_ring != "off"], "monitor_ring")


def _major(phone: Phone) -> int:
    match = re.match(r"\d+", phone.firmware or phone.model.firmware)
    return int(match[0]) if match else POLLING_SINCE


SERVER = (put_server, put_firmware, put_polling, put_passwords, put_web_actions, put_network)
"""What stands first in every file: the server's own part, and what the phone needs to come back."""
