"""What an Akuvox phone is told beside its accounts and keys (names and values: Tancredi, akuvox.tmpl)."""

from provserver.domain.hardware import Feature
from provserver.domain.phone import Phone
from provserver.domain.secret import Secret
from provserver.vendors.base import Params
from provserver.vendors.daylight import rule

POWER_ON, SCHEDULED = 1, 3
WEEKDAYS = "1~5"
"""As Tancredi writes it; how the weekend would be written is not sourced, so the phone asks on five nights."""

LANGUAGES = {"en": 0, "es": 6, "it": 7, "fr": 9, "de": 10, "ro": 0}
"""Tancredi, akuvox.macros. Romanian is not in its list, so a Romanian company reads English."""

PLACES = {
    "UTC": "United Kingdom(London)",
    "Europe/London": "United Kingdom(London)",
    "Europe/Rome": "Italy(Rome)",
    "Europe/Berlin": "Germany(Berlin)",
    "Europe/Vienna": "Germany(Berlin)",
    "Europe/Zurich": "Germany(Berlin)",
    "Europe/Paris": "France(Paris)",
    "Europe/Brussels": "France(Paris)",
    "Europe/Madrid": "Spain(Madrid)",
    "Europe/Amsterdam": "Netherlands(Amsterdam)",
    "Europe/Bucharest": "Romania(Bucharest)",
    "America/New_York": "United States-Eastern Time",
}
"""Names of places in the maker's list of zones, as far as the project needs them (Tancredi, akuvox.macros)."""

AUTOMATIC, NO_SUMMER = 2, 0


def put_server(params: Params, phone: Phone) -> None:
    """Write what the server owns: where the phone asks, and when.

    DHCP, PnP and the maker's redirection are off, or whoever answers first in the network would take the phone.
    """
    group = "Config.Autoprovision."
    params.put(f"{group}GENERAL.Url", Secret(phone.provisioning_url), "server")
    if phone.credentials is not None:
        params.put(f"{group}GENERAL.UserName", phone.credentials.username, "server")
        params.put(f"{group}GENERAL.Pwd", phone.credentials.password, "server")
    params.put(f"{group}PNP.Enable", False, "server")
    params.put(f"{group}DHCP_OPTION.Enable", False, "server")
    params.put(f"{group}REDIRECT.Enable", False, "server")
    params.put(f"{group}MODE.Mode", SCHEDULED if phone.setting("poll") else POWER_ON, "poll")
    params.put(f"{group}SCHEDULE.DayOfWeek", WEEKDAYS, "poll")
    params.put(f"{group}SCHEDULE.HourOfDay", phone.text("poll_hour"), "poll_hour")
    params.put(f"{group}SCHEDULE.MinuteOfHour", int(phone.mac, 16) % 60, "poll_hour")


def put_firmware(params: Params, phone: Phone) -> None:
    """Write where the chosen image lies; the phone loads it with its configuration (R20B manual, page 88)."""
    if phone.firmware_name:
        params.put("Config.Firmware.Url", Secret(phone.firmware_url), "firmware")


def put_passwords(params: Params, phone: Phone) -> None:
    """Write the passwords of the phone's menu and of its own pages."""
    if admin := phone.secret("admin_password"):
        params.put("Config.Settings.LOGIN.User", "admin", "server")
        params.put("Config.Settings.LOGIN.Password", admin, "admin_password")
        params.put("Config.Settings.WEB_LOGIN.User", "admin", "server")
        params.put("Config.Settings.WEB_LOGIN.Password", admin, "admin_password")
    if user := phone.secret("user_password"):
        params.put("Config.Settings.WEB_LOGIN.User02", "user", "server")
        params.put("Config.Settings.WEB_LOGIN.Password02", user, "user_password")


def put_network(params: Params, phone: Phone) -> None:
    """Write the VLAN and LLDP; a change of these restarts the phone."""
    vlan = int(phone.text("vlan"))
    params.put("Config.Network.VLAN.LanVlanEnable", bool(vlan), "vlan")
    params.put("Config.Network.VLAN.LanVid", vlan or 1, "vlan")
    params.put("Config.Network.LLDP.LLDPEnable", bool(phone.setting("lldp")), "lldp")


def put_clock(params: Params, phone: Phone) -> None:
    """Write the time server, the zone, the face of the clock, and the language.

    Summer time is by the rule of the place. A zone whose place no source names has its offset in winter, and a zone
    without summer time has none.
    """
    name = phone.text("time_zone")
    here, group = rule(name), "Config.Settings.SNTP."
    server = phone.time_server
    params.put(f"{group}Enable", bool(server), "ntp_server")
    params.put(f"{group}NTPServer1", server, "ntp_server")
    params.put(f"{group}TimeZone", _offset(here.offset), "time_zone")
    if name in PLACES:
        params.put(f"{group}Name", PLACES[name], "time_zone")
    params.put(f"{group}DTS", AUTOMATIC if here.start else NO_SUMMER, "time_zone")
    params.put("Config.Settings.DATETIME.TimeFormat", phone.text("clock") == "24", "clock")
    params.put("Config.Settings.LANGUAGE.Type", LANGUAGES[phone.text("language")], "language")


def _offset(minutes: int) -> str:
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+" if minutes else ""
    return f"{sign}{hours}" + (f":{rest:02}" if rest else "")


def put_calls(params: Params, phone: Phone) -> None:
    """Write whether calls wait, and the company's phonebook."""
    book, group = phone.text("phonebook_url"), "Config.RemotePhoneBook.REMOTE_PHONE_BOOK0."
    params.put("Config.Features.CALL_WAITING.Enable", bool(phone.setting("call_waiting")), "call_waiting")
    params.put(f"{group}Url", book, "phonebook_url")
    params.put(f"{group}DisplayName", "Company" if book else "", "phonebook_url")


def put_monitoring(params: Params, phone: Phone) -> None:
    """Write the popup of monitored extensions, both ways: what is left out keeps its old value."""
    if Feature.POPUP in phone.model.supports:
        params.put("Config.Features.CALL_PICKUP.VisualAlert", phone.popup, "monitor_popup")


SERVER = (put_server, put_firmware, put_passwords, put_network)
"""What stands first in every file: the server's own part, and what the phone needs to come back."""
