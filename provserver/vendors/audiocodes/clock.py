"""The time server, the offset, and when summer begins and ends, as a week and a day of a month."""

from collections.abc import Mapping

from provserver.domain.phone import Phone
from provserver.vendors.base import Params
from provserver.vendors.daylight import Turn, rule

DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
SUMMER = "system/daylight_saving"
BY_WEEK = "DayOfWeek"
"""Administrator's Manual 2.0.0, page 65: a month, a week of it from 1 to 5, and a day of that week."""


def put_clock(params: Params, phone: Phone) -> None:
    """Write what the clock shows. Only the word for 24 hours is sourced: with 12 the phone keeps what it has."""
    server = phone.time_server
    params.put("system/ntp/enabled", bool(server), "ntp_server")
    params.put("system/ntp/primary_server_address", server, "ntp_server")
    params.put("network/lan/dhcp/ntp/server_list/enabled", not server, "ntp_server")
    params.put("network/lan/dhcp/ntp/gmt_offset/enabled", 0, "time_zone")
    if phone.text("clock") == "24":
        params.put("system/ntp/time_display_format", "24HOUR", "clock")
    here = rule(phone.text("time_zone"))
    params.put("system/ntp/gmt_offset", _offset(here.offset), "time_zone")
    params.put(f"{SUMMER}/activate", "ENABLE" if here.start else "DISABLE", "time_zone")
    if here.start and here.end:
        params.put(f"{SUMMER}/mode", BY_WEEK, "time_zone")
        params.put(f"{SUMMER}/offset", here.saving, "time_zone")
        params.put_all({**_turn("start_date", here.start), **_turn("end_date", here.end)}, "time_zone")


def _offset(minutes: int) -> str:
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"


def _turn(when: str, turn: Turn) -> Mapping[str, str | int]:
    values: Mapping[str, str | int] = {
        "month": turn.month,
        "week": turn.week,
        "day_of_week": DAYS[turn.weekday],
        "hour": turn.hour,
        "minute": turn.minute,
    }
    return {f"{SUMMER}/{when}/{name}": value for name, value in values.items()}
