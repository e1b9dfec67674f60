"""Time and language: the phone knows 64 zones by number, each with its own summer."""

from provserver.domain.numbers import split_port
from provserver.domain.phone import Phone
from provserver.vendors.base import Params
from provserver.vendors.daylight import nearest, rule

ZONES = (
    "Pacific/Kwajalein",
    "Pacific/Midway",
    "Pacific/Honolulu",
    "America/Anchorage",
    "America/Los_Angeles",
    "America/Phoenix",
    "America/Denver",
    "America/Chicago",
    "America/Tegucigalpa",
    "America/Regina",
    "America/Bogota",
    "America/New_York",
    "America/Indiana/Indianapolis",
    "America/Halifax",
    "America/La_Paz",
    "America/St_Johns",
    "America/Sao_Paulo",
    "America/Argentina/Buenos_Aires",
    "Atlantic/South_Georgia",
    "Atlantic/Azores",
    "Africa/Casablanca",
    "Europe/London",
    "Europe/Paris",
    "Europe/Belgrade",
    "Europe/Bratislava",
    "Europe/Rome",
    "Europe/Athens",
    "Europe/Bucharest",
    "Africa/Cairo",
    "Africa/Harare",
    "Europe/Helsinki",
    "Asia/Jerusalem",
    "Asia/Baghdad",
    "Europe/Moscow",
    "Africa/Nairobi",
    "Asia/Tehran",
    "Asia/Muscat",
    "Asia/Baku",
    "Asia/Kabul",
    "Asia/Yekaterinburg",
    "Asia/Karachi",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Almaty",
    "Asia/Colombo",
    "Asia/Yangon",
    "Asia/Bangkok",
    "Asia/Hong_Kong",
    "Australia/Perth",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Asia/Seoul",
    "Asia/Yakutsk",
    "Australia/Adelaide",
    "Australia/Darwin",
    "Australia/Brisbane",
    "Australia/Sydney",
    "Pacific/Guam",
    "Australia/Hobart",
    "Asia/Vladivostok",
    "Asia/Magadan",
    "Pacific/Auckland",
    "Pacific/Fiji",
    "Pacific/Tongatapu",
)
"""A city of each of the maker's zones, by the maker's number (Provisioner, thomson/st20xx; Wazo, wazo_technicolor)."""

LANGUAGES = {"en": (0, "US"), "fr": (1, "FR"), "es": (2, "ES"), "de": (3, "DE")}
"""Numbers and countries that Wazo writes; Italian and Romanian are not among them and read English."""


def put_clock(params: Params, phone: Phone) -> None:
    """Write the time server, the zone by its number, the face of the clock, the language and the country's tones."""
    zone = phone.text("time_zone")
    language, country = LANGUAGES.get(phone.text("language"), LANGUAGES["en"])
    params.put("ntp.NTPFlag", 1, "ntp_server")
    params.put("ntp.NtpIP", split_port(phone.text("ntp_server"))[0], "ntp_server")
    params.put("ntp.NtpZoneNum", zone_number(zone), "time_zone")
    params.put("ntp.NtpDaylight", bool(rule(zone).saving), "time_zone")
    params.put("ipp.TimeFlag", phone.text("clock") == "24", "clock")
    params.put("ipp.LanguageType", language, "language")
    params.put("sys.CountryCode", country, "language")


def zone_number(zone: str) -> int:
    """Give the number of the maker's zone that turns its clocks as this one does, or of the nearest."""
    return ZONES.index(nearest(zone, ZONES))
