"""The clock: an IANA time zone as the offset and the daylight-saving rule that the phone keeps by itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

REFERENCE_YEARS = range(2026, 2031)
"""Years that a rule must fit: five tell *the last Sunday* from *the fourth* in every month."""

LAST_WEEK = 5
"""The week that means the last one (source: manualshive.com, SIP-T5 series, page 224)."""

AUTOMATIC = 2
"""``local_time.summer_time``: the phone's own table decides, 2 being the factory's value."""


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone as the phone takes it: ``summer_time`` 0 none, 1 by the rule here, 2 by the phone's own table."""

    offset: str
    summer_time: int
    start: str = ""
    end: str = ""
    shift: int = 60


@dataclass(frozen=True, slots=True)
class _Change:
    wall: datetime
    before: timedelta
    after: timedelta


@lru_cache(maxsize=1024)
def zone(name: str) -> Zone:
    """Derive the standard offset and the rule of an IANA zone; pure, the same for every date of rendering.

    A rule is ``month/week/weekday/hour``, week 1 to 5 (5 the last), weekday 1 Monday to 7 Sunday, hour of the wall
    clock before the change (source: manualshive.com, SIP-T5 series, page 224). Where the zone changes by a rule
    that this form cannot say (by Ramadan, a Friday before a Sunday, a quarter of an hour), the phone's own table
    decides: it may be old, yet a date written here would be wrong next year.
    """
    changes = [change for year in REFERENCE_YEARS for change in _changes(ZoneInfo(name), year)]
    if not changes:
        standard = ZoneInfo(name).utcoffset(datetime(REFERENCE_YEARS[0], 1, 1, tzinfo=UTC))
        return Zone(_offset(standard or timedelta()), 0)
    standard = min(change.after for change in changes)
    shift = max(change.after for change in changes) - standard
    start = _rule([change for change in changes if change.after > change.before])
    end = _rule([change for change in changes if change.after < change.before])
    if start is None or end is None:
        return Zone(_offset(standard), AUTOMATIC)
    return Zone(_offset(standard), 1, start, end, shift // timedelta(minutes=1))


def _offset(delta: timedelta) -> str:
    """Write an offset as the phone does: ``+1``, ``-3:30``, ``0``."""
    minutes = delta // timedelta(minutes=1)
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+" if minutes else ""
    return f"{sign}{hours}:{rest:02d}" if rest else f"{sign}{hours}"


def _changes(info: ZoneInfo, year: int) -> Iterator[_Change]:
    """Find the moments of a year when the offset changes, to the minute."""
    day = datetime(year, 1, 1, tzinfo=UTC)
    before = _offset_at(info, day)
    while day.year == year:
        following = day + timedelta(days=1)
        after = _offset_at(info, following)
        if after != before:
            yield _Change((_moment(info, day, following, after) + before).replace(tzinfo=None), before, after)
        day, before = following, after


def _offset_at(info: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(info).utcoffset() or timedelta()


def _moment(info: ZoneInfo, low: datetime, high: datetime, after: timedelta) -> datetime:
    while high - low > timedelta(minutes=1):
        middle = low + timedelta(minutes=(high - low) // timedelta(minutes=2))
        low, high = (low, middle) if _offset_at(info, middle) == after else (middle, high)
    return high


def _rule(changes: list[_Change]) -> str | None:
    """Say one change of every year as a rule, or None where the years share no rule."""
    walls = [change.wall for change in changes]
    if [wall.year for wall in walls] != list(REFERENCE_YEARS):
        return None
    if len({(wall.month, wall.isoweekday(), wall.hour) for wall in walls}) > 1 or any(w.minute for w in walls):
        return None
    weeks = set.intersection(*({*_weeks(wall)} for wall in walls))
    if not weeks:
        return None
    return f"{walls[0].month}/{max(weeks)}/{walls[0].isoweekday()}/{walls[0].hour}"


def _weeks(wall: datetime) -> Iterator[int]:
    """Name the week of the month in each way that fits: the n-th of its weekday, and the last."""
    nth = (wall.day - 1) // 7 + 1
    if nth < LAST_WEEK:
        yield nth
    if (wall + timedelta(days=7)).month != wall.month:
        yield LAST_WEEK
