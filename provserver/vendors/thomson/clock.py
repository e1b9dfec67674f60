"""The time zone as a number of the maker's own list (Wazo, ``_ZONE_LIST``; Provisioner, other_data.json, alike)."""

from functools import lru_cache

from provserver.vendors.daylight import nearest

ZONES = (
    "Pacific/Kwajalein", "Pacific/Midway", "US/Hawaii", "US/Alaska", "US/Pacific", "US/Arizona", "US/Mountain",
    "US/Central", "America/Tegucigalpa", "Canada/Saskatchewan", "America/Bogota", "US/Eastern", "US/East-Indiana",
    "Canada/Atlantic", "America/La_Paz", "Canada/Newfoundland", "America/Sao_Paulo", "America/Argentina/Buenos_Aires",
    "Atlantic/South_Georgia", "Atlantic/Azores", "Africa/Casablanca", "Europe/London", "Europe/Paris",
    "Europe/Belgrade", "Europe/Bratislava", "Europe/Brussels", "Europe/Athens", "Europe/Bucharest", "Africa/Cairo",
    "Africa/Harare", "Europe/Helsinki", "Israel", "Asia/Baghdad", "Europe/Moscow", "Africa/Nairobi", "Asia/Tehran",
    "Asia/Muscat", "Asia/Baku", "Asia/Kabul", "Asia/Yekaterinburg", "Asia/Karachi", "Asia/Calcutta", "Asia/Kathmandu",
    "Asia/Almaty", "Asia/Colombo", "Asia/Rangoon", "Asia/Bangkok", "Asia/Hong_Kong", "Australia/Perth", "Asia/Urumqi",
    "Asia/Tokyo", "Asia/Seoul", "Asia/Yakutsk", "Australia/Adelaide", "Australia/Darwin", "Australia/Brisbane",
    "Australia/Canberra", "Pacific/Guam", "Australia/Hobart", "Asia/Vladivostok", "Asia/Magadan", "Pacific/Auckland",
    "Pacific/Fiji", "Pacific/Tongatapu",
)  # fmt: skip
"""A zone's number is its place here, from 0; the names are Wazo's, for the cities that the phone's menu names."""

NAMED_BY_THE_MENU = {
    **dict.fromkeys(("Europe/Dublin", "Europe/Lisbon"), 21),
    **dict.fromkeys(("Europe/Amsterdam", "Europe/Copenhagen", "Europe/Madrid"), 22),
    **dict.fromkeys(("Europe/Budapest", "Europe/Ljubljana", "Europe/Prague", "Europe/Warsaw"), 24),
    **dict.fromkeys(("Europe/Berlin", "Europe/Rome", "Europe/Stockholm", "Europe/Vienna"), 25),
}


@lru_cache(maxsize=1024)
def zone_number(name: str) -> int:
    """Give the number of a zone: its own, else of one whose clock turns alike, else of the nearest offset."""
    if name in NAMED_BY_THE_MENU:
        return NAMED_BY_THE_MENU[name]
    return ZONES.index(nearest(name, ZONES))
