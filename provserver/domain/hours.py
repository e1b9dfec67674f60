"""A company's hours: on which days they begin, how long they last, and when they begin next, in their time zone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""Days of the week as they are written, in the order of ``date.weekday``."""
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


@dataclass(frozen=True, slots=True)
class Hours:
    """From ``begin`` to ``end`` (``HH:MM`` in ``zone``) on ``days``; equal ones last a day.

    22:00 to 05:00 goes over midnight, and belongs to the day on which it began.
    """

    begin: str = "00:00"
    end: str = "00:00"
    days: tuple[str, ...] = DAYS
    zone: str = "UTC"

    @property
    def always(self) -> bool:
        """Tell whether they never end."""
        return self.begin == self.end and set(self.days) == set(DAYS)


def is_open(hours: Hours, now: datetime) -> bool:
    """Tell whether the hours are now."""
    return hours.always or any(begin <= now < end for begin, end in _around(hours, now))


def opens_at(hours: Hours, now: datetime) -> datetime:
    """Give when the hours begin next, in UTC; now while they last."""
    if is_open(hours, now):
        return now
    return next(begin for begin, _ in _around(hours, now) if begin > now)


def closes_at(hours: Hours, now: datetime) -> datetime | None:
    """Give when the hours that are now end, in UTC; None where they are not now, or never end."""
    if hours.always:
        return None
    return next((end for begin, end in _around(hours, now) if begin <= now < end), None)


def _around(hours: Hours, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Give begin and end of the hours from yesterday on, for two weeks: those of any one day come at least once.

    Times of the day become moments before they are compared, so that a night in which clocks change is as long as
    it is. A time that the clocks skip lies after the gap, one that comes twice is the first; hours that lie in the
    gap alone do not come that night.
    """
    today = now.astimezone(ZoneInfo(hours.zone)).date()
    for ahead in range(-1, 15):
        day = today + timedelta(days=ahead)
        if DAYS[day.weekday()] in hours.days:
            following = day if hours.end > hours.begin else day + timedelta(days=1)
            begin, end = _moment(day, hours.begin, hours.zone), _moment(following, hours.end, hours.zone)
            if begin < end:
                yield begin, end


def _moment(day: date, text: str, zone: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(text), ZoneInfo(zone)).astimezone(UTC)


def read_time(raw: object) -> str:
    """Read a time of the day; raises ValueError."""
    if isinstance(raw, str) and _TIME.fullmatch(raw):
        return raw
    raise ValueError("a time of the day such as 22:00")


def read_days(raw: object) -> tuple[str, ...]:
    """Read days of the week, in any order; raises ValueError."""
    if isinstance(raw, (list, tuple)) and raw and all(day in DAYS for day in raw):
        return tuple(day for day in DAYS if day in raw)
    raise ValueError("at least one day of the week: " + ", ".join(DAYS))
