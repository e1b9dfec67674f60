"""Clock: time server, the zone's offset and its summer time, language, twelve or twenty-four hours."""

from functools import lru_cache

from provserver.domain.phone import Phone
from provserver.vendors.base import Params
from provserver.vendors.daylight import LAST, Turn, rule

_LANGUAGES = {
    "en": "English_United_States",
    "de": "German_Germany",
    "es": "Spanish_Spain",
    "fr": "French_France",
    "it": "Italian_Italy",
}
"""The maker's sip.cfg, as FusionPBX ships it for the 650, lists 18 languages; Romanian is not among them, and the
phone then keeps its own, English."""

_SNTP = "tcpIpApp.sntp"
_SUMMER = f"{_SNTP}.daylightSavings"


def put(params: Params, phone: Phone) -> None:
    """Write the clock and the language."""
    server = phone.time_server
    params.put(f"{_SNTP}.address", server, "ntp_server")
    params.put(f"{_SNTP}.address.overrideDHCP", bool(server), "ntp_server")
    params.put_all(_zone(phone.text("time_zone")), "time_zone")
    params.put("lcl.datetime.time.24HourClock", phone.text("clock") == "24", "clock")
    if language := _LANGUAGES.get(phone.text("language")):
        params.put("lcl.ml.lang", language, "language")


@lru_cache(maxsize=512)
def _zone(zone: str) -> dict[str, str | int]:
    daylight = rule(zone)
    values: dict[str, str | int] = {
        f"{_SNTP}.gmtOffset": daylight.offset * 60,
        f"{_SNTP}.gmtOffset.overrideDHCP": 1,
        f"{_SUMMER}.enable": int(daylight.start is not None),
    }
    if daylight.start and daylight.end:
        values[f"{_SUMMER}.fixedDayEnable"] = 0
        values |= _turn(f"{_SUMMER}.start", daylight.start)
        values |= _turn(f"{_SUMMER}.stop", daylight.end)
    return values


def _turn(name: str, turn: Turn) -> dict[str, str | int]:
    """Say when clocks turn: a date of 8 is the second such weekday, and the last has a mark of its own.

    Days count from 1, Sunday; hours are whole (administrator's guide 2.2, page A-53). A last weekday ignores the
    date; the earliest one is written, so that the file reads right.
    """
    return {
        f"{name}.month": turn.month,
        f"{name}.date": 22 if turn.week == LAST else (turn.week - 1) * 7 + 1,
        f"{name}.time": turn.hour,
        f"{name}.dayOfWeek": (turn.weekday + 1) % 7 + 1,
        f"{name}.dayOfWeek.lastInMonth": int(turn.week == LAST),
    }
