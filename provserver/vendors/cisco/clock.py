"""The clock: a zone as its offset in winter and the rule of its summer time."""

from collections.abc import Mapping
from functools import lru_cache

from provserver.vendors.daylight import LAST, Turn, rule


@lru_cache(maxsize=512)
def zone(name: str) -> Mapping[str, str]:
    """Give the parameters of an IANA zone.

    The phones list most offsets, not all of them (FusionPBX, spa303 and 9861: no +08:45, no -09:30); one that is
    not in a phone's list is written all the same, as no other would be right.
    """
    daylight = rule(name)
    turns = ""
    if daylight.start and daylight.end:
        hours, minutes = divmod(daylight.saving, 60)
        turns = f"start={_turn(daylight.start)};end={_turn(daylight.end)};save={hours}:{minutes}:0"
    return {
        "Time_Zone": _offset(daylight.offset),
        "Daylight_Saving_Time_Enable": "Yes" if turns else "No",
        "Daylight_Saving_Time_Rule": turns,
    }


def _offset(minutes: int) -> str:
    """Write an offset as ``GMT+01:00``; none is plain ``GMT``."""
    if not minutes:
        return "GMT"
    hours, rest = divmod(abs(minutes), 60)
    return f"GMT{'-' if minutes < 0 else '+'}{hours:02d}:{rest:02d}"


def _turn(turn: Turn) -> str:
    """Write ``month/day/weekday/h:m:s``: the weekday (1 is Monday) on or after the day, -1 the last one.

    Source: the maker's MPP guide, Daylight Saving Time Rule; wazo-provd-plugins writes the same.
    """
    day = -1 if turn.week == LAST else (turn.week - 1) * 7 + 1
    return f"{turn.month}/{day}/{turn.weekday + 1}/{turn.hour}:{turn.minute}:0"
