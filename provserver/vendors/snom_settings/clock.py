"""The clock: the maker's own name of a time zone, time server, language, twelve or twenty-four hours."""

from collections.abc import Mapping
from functools import lru_cache

from provserver.domain.phone import Phone
from provserver.vendors.base import Params
from provserver.vendors.daylight import rule

LANGUAGES = {"de": "Deutsch", "en": "English", "es": "Español", "fr": "Français", "it": "Italiano", "ro": "English"}
"""Names as Tancredi and Wazo write them; neither lists Romanian."""

CODES: Mapping[str, str] = {
    "Europe/Berlin": "GER+1",
    "Europe/Rome": "ITA+1",
    "Europe/Paris": "FRA+1",
    "Europe/Madrid": "ESP+1",
    "Europe/Amsterdam": "NLD+1",
    "Europe/Brussels": "BEL+1",
    "Europe/Luxembourg": "LUX+1",
    "Europe/Copenhagen": "DNK+1",
    "Europe/Oslo": "NOR+1",
    "Europe/Stockholm": "SWE+1",
    "Europe/Warsaw": "POL+1",
    "Europe/Prague": "CZE+1",
    "Europe/Bratislava": "SVK+1",
    "Europe/Budapest": "HUN+1",
    "Europe/Zagreb": "HRV+1",
    "Europe/Tirane": "ALB+1",
    "Europe/Skopje": "MAK+1",
    "Europe/London": "GBR-0",
    "Europe/Lisbon": "PRT-0",
    "Atlantic/Canary": "ESP-0",
    "Atlantic/Azores": "PRT-1",
    "Europe/Bucharest": "ROU+2",
    "Europe/Athens": "GRC+2",
    "Europe/Helsinki": "FIN+2",
    "Europe/Tallinn": "EST+2",
    "Europe/Kyiv": "UKR+2",
    "America/New_York": "USA-5",
    "America/Chicago": "USA-6",
    "America/Denver": "USA-7",
    "America/Los_Angeles": "USA-8",
    "America/Anchorage": "USA-9",
    "Pacific/Honolulu": "USA-10",
    "America/Halifax": "CAN-4",
    "America/Toronto": "CAN-5",
    "America/Winnipeg": "CAN-6",
    "America/Edmonton": "CAN-7",
    "America/St_Johns": "CAN-3.5",
    "America/Argentina/Buenos_Aires": "ARG-3",
    "Asia/Kolkata": "IND+5.5",
    "Asia/Singapore": "SGP+8",
    "Africa/Nairobi": "EAT+3",
    "Australia/Perth": "AUS+8",
    "Australia/Sydney": "AUS+10",
    "Pacific/Auckland": "NZL+12",
    "Pacific/Chatham": "NZL+12.75",
}
"""Codes of Tancredi's table (ITA+1 also of Gigaset's wiki) whose country and offset are those of the zone today."""


def put_clock(params: Params, phone: Phone) -> None:
    """Write the clock and both languages, of the display and of the phone's pages."""
    language = LANGUAGES[phone.text("language")]
    params.put("language", language, "language")
    params.put("web_language", language, "language")
    params.put("ntp_server", phone.time_server, "ntp_server")
    if code := zone_code(phone.text("time_zone")):
        params.put("timezone", code, "time_zone")
    params.put("time_24_format", "on" if phone.text("clock") == "24" else "off", "clock")


@lru_cache(maxsize=1024)
def zone_code(zone: str) -> str:
    """Give the code of a zone, or of one whose clocks show the same all year; empty where the table has neither.

    The phone then keeps the zone that it has, which the technician sees; a wrong zone would be believed.
    """
    if zone in CODES:
        return CODES[zone]
    wanted = rule(zone)
    return next((code for other, code in CODES.items() if rule(other) == wanted), "")
