"""When the clocks of a time zone turn, as the n-th or last weekday of a month: all that phones can be told."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

FIRST_YEAR = 2025
YEARS = 28
"""Fixed, so that a file depends on its phone alone. In 28 years every date has fallen on every weekday four
times, which tells the fourth weekday of a month from the last one."""

LAST = 5

_WEEK = timedelta(days=7)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Turn:
    """When clocks turn: month from 1; week 1 to 4, or 5 for the last; weekday 0 is Monday.

    Hour and minute are what the clock shows as it turns: 3:00 for the end of summer time in Rome.
    """

    month: int
    week: int
    weekday: int
    hour: int
    minute: int


@dataclass(frozen=True, slots=True)
class Daylight:
    """A zone's offset in winter and what summer adds, in minutes; no turns where clocks follow no rule."""

    offset: int
    saving: int = 0
    start: Turn | None = None
    end: Turn | None = None


@lru_cache(maxsize=1024)
def rule(zone: str) -> Daylight:
    """Give the rule of a zone by its IANA name; raises ZoneInfoNotFoundError.

    The winter offset is the smaller one, also in Ireland, where the law calls summer the normal time. A rule
    that no n-th weekday says exactly (Israel, Chile) becomes the one that is right in most years; a zone that
    follows the moon (Morocco) has no rule, and keeps the offset that it has most of the time.
    """
    clock = ZoneInfo(zone)
    changes = list(_changes(clock))
    start = _turn([wall for wall, added in changes if added > timedelta(0)])
    end = _turn([wall for wall, added in changes if added < timedelta(0)])
    if start is None or end is None:
        return Daylight(_usual_offset(clock))
    steps = Counter(abs(added) for _, added in changes)
    first = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
    offset = min(_offset(clock, first + week * _WEEK) for week in range(53))
    return Daylight(_minutes(offset), _minutes(steps.most_common(1)[0][0]), start, end)


@lru_cache(maxsize=1024)
def nearest(zone: str, names: tuple[str, ...]) -> str:
    """Choose among the zones of a maker: the same one, else one with the same rule, else the nearest in winter."""
    if zone in names:
        return zone
    wanted = rule(zone)
    alike = next((name for name in names if rule(name) == wanted), None)
    if alike:
        return alike

    def distance(name: str) -> tuple[int, bool]:
        return abs(rule(name).offset - wanted.offset), bool(rule(name).saving) != bool(wanted.saving)

    return min(names, key=distance)


def _changes(clock: ZoneInfo) -> Iterator[tuple[datetime, timedelta]]:
    """Walk the years week by week: what the clock shows at each change, and how much it gains."""
    moment = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
    end = datetime(FIRST_YEAR + YEARS, 1, 1, tzinfo=UTC)
    offset = _offset(clock, moment)
    while moment < end:
        later = moment + _WEEK
        new = _offset(clock, later)
        if new != offset:
            turned = _first_minute(clock, moment, later)
            yield (turned + offset).replace(tzinfo=None), new - offset
        moment, offset = later, new


def _first_minute(clock: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """Halve the time between two moments until the change lies between them to the minute."""
    old = _offset(clock, before)
    while after - before > _MINUTE:
        middle = before + ((after - before) // 2 // _MINUTE or 1) * _MINUTE
        if _offset(clock, middle) == old:
            before = middle
        else:
            after = middle
    return after


def _turn(walls: list[datetime]) -> Turn | None:
    """Find what the changes of all years have in common; None where it is less than every other year."""
    common = Counter((wall.month, wall.weekday(), wall.hour, wall.minute) for wall in walls).most_common(1)
    if not common or common[0][1] * 2 <= YEARS:
        return None
    month, weekday, hour, minute = common[0][0]
    weeks: Counter[int] = Counter()
    for wall in walls:
        if (wall.month, wall.weekday()) == (month, weekday):
            weeks.update(_weeks(wall))
    week = max(range(1, LAST + 1), key=lambda number: weeks[number])
    return Turn(month, week, weekday, hour, minute)


def _weeks(day: datetime) -> Iterator[int]:
    """Name the week of a day in its month: the n-th, and the last where it is."""
    if day.day <= 28:
        yield (day.day - 1) // 7 + 1
    if (day + _WEEK).month != day.month:
        yield LAST


def _usual_offset(clock: ZoneInfo) -> int:
    first = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
    offsets = Counter(_offset(clock, first + week * _WEEK) for week in range(YEARS * 52))
    return _minutes(offsets.most_common(1)[0][0])


def _offset(clock: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(clock).utcoffset() or timedelta(0)


def _minutes(span: timedelta) -> int:
    return round(span.total_seconds() / 60)
