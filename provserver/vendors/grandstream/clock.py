"""Clock: time server, zone with its summer time as one rule, the face of the clock, and the language."""

from functools import lru_cache

from provserver.domain.phone import Phone
from provserver.vendors.base import Params
from provserver.vendors.daylight import Turn, rule
from provserver.vendors.grandstream.family import family_of


def put_clock(params: Params, phone: Phone) -> None:
    """Write the clock; what DHCP says of time server and zone no longer counts (options 42 and 2)."""
    family = family_of(phone)
    zone = phone.text("time_zone")
    has_rule = "zone_rule" in family.whole
    family.put(params, "ntp", phone.time_server, "ntp_server")
    family.put(params, "dhcp_ntp", not phone.text("ntp_server"), "ntp_server")
    family.put(params, "zone", "rule" if has_rule else zone, "time_zone")
    family.put(params, "zone_rule", posix(zone), "time_zone")
    family.put(params, "dhcp_zone", False, "time_zone")
    family.put(params, "clock", phone.text("clock"), "clock")
    family.put(params, "language", phone.text("language"), "language")


@lru_cache(maxsize=1024)
def posix(zone: str) -> str:
    """Say a zone as the phone's self-defined one: ``STD-1DST-2,M3.5.0/2,M10.5.0/3`` for Rome.

    Hours count west of Greenwich, Sunday is 0, week 5 the last, and a time of 2:00 stands as ``/2`` (GXP17xx and
    GXP2200 templates, P246 and P64). The names of the two times are shown nowhere.
    """
    daylight = rule(zone)
    standard = f"STD{_west(daylight.offset)}"
    if daylight.start is None or daylight.end is None:
        return standard
    summer = f"DST{_west(daylight.offset + daylight.saving)}"
    return f"{standard}{summer},{_turn(daylight.start)},{_turn(daylight.end)}"


def _west(minutes: int) -> str:
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes > 0 else "+"
    return f"{sign}{hours}:{rest:02d}" if rest else f"{sign}{hours}"


def _turn(turn: Turn) -> str:
    time = f"{turn.hour}:{turn.minute:02d}" if turn.minute else str(turn.hour)
    return f"M{turn.month}.{turn.week}.{(turn.weekday + 1) % 7}/{time}"
