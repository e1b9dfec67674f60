"""The clock: a zone as one POSIX text, or as minutes and two turns where a family has no such parameter."""

from collections.abc import Mapping
from functools import lru_cache

from provserver.vendors.daylight import Turn, rule


@lru_cache(maxsize=512)
def posix(zone: str) -> str:
    """Say a zone by POSIX, such as ``STD-1DST,M3.5.0/2,M10.5.0/3`` for Rome (the form is sail's).

    The sign is turned: hours to add to reach Greenwich. The hour is what clocks show as they turn. A summer that adds
    something else than an hour names its own offset.
    """
    daylight = rule(zone)
    winter = f"STD{_hours(-daylight.offset)}"
    if daylight.start is None or daylight.end is None:
        return winter
    added = "" if daylight.saving == 60 else _hours(-daylight.offset - daylight.saving)
    return f"{winter}DST{added},{_date(daylight.start)},{_date(daylight.end)}"


def _hours(minutes: int) -> str:
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else ""
    return f"{sign}{hours}:{rest:02}" if rest else f"{sign}{hours}"


def _date(turn: Turn) -> str:
    minutes = f":{turn.minute:02}" if turn.minute else ""
    return f"M{turn.month}.{turn.week}.{(turn.weekday + 1) % 7}/{turn.hour}{minutes}"


@lru_cache(maxsize=512)
def turns(zone: str, says_saving: bool) -> Mapping[str, str | int]:
    """Say a zone by its minutes east of Greenwich, and summer by two turns (FusionPBX, UTG and TGP).

    Days count from 0, Sunday; times are minutes after midnight. Only some phones are told how much summer adds. That
    5 is the last week is remembered, as in POSIX; no page of the maker's was found.
    """
    daylight = rule(zone)
    values: dict[str, str | int] = {"TIME_ZONE": daylight.offset, "DST_ENABLE": "Y" if daylight.start else "N"}
    if says_saving and daylight.start:
        values["DST_OFFSET"] = daylight.saving
    for name, turn in (("START", daylight.start), ("STOP", daylight.end)):
        if turn:
            values |= {
                f"DST_{name}_MONTH": turn.month,
                f"DST_{name}_ORDINAL_DAY": turn.week,
                f"DST_{name}_DAY_OF_WEEK": (turn.weekday + 1) % 7,
                f"DST_{name}_TIME": turn.hour * 60 + turn.minute,
            }
    return values
