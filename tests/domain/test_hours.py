"""A company's hours: on their days, over midnight, and in the nights when clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provserver.domain.hours import DAYS, Hours, closes_at, is_open, opens_at, read_days

ROME = ZoneInfo("Europe/Rome")
NIGHT = Hours("22:00", "05:00", DAYS, "Europe/Rome")


def rome(text: str, *, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ROME, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2027-01-04T21:59:59", False),
        ("2027-01-04T22:00", True),
        ("2027-01-05T04:59:59", True),
        ("2027-01-05T05:00", False),
    ],
)
def test_hours_go_over_midnight(at: str, expected: bool) -> None:
    assert is_open(NIGHT, rome(at)) is expected


def test_hours_over_midnight_belong_to_the_day_on_which_they_began() -> None:
    friday = Hours("22:00", "05:00", ("fri",), "Europe/Rome")  # 2027-01-08 is a Friday
    assert not is_open(friday, rome("2027-01-08T03:00"))
    assert is_open(friday, rome("2027-01-08T23:00")) and is_open(friday, rome("2027-01-09T04:59"))
    assert not is_open(friday, rome("2027-01-09T23:00"))
    assert opens_at(friday, rome("2027-01-09T12:00")) == rome("2027-01-15T22:00")


def test_without_times_a_day_is_whole_and_seven_days_never_end() -> None:
    weekend = Hours(days=("sat", "sun"), zone="Europe/Rome")
    assert is_open(weekend, rome("2027-01-09T00:00")) and is_open(weekend, rome("2027-01-10T23:59"))
    assert not is_open(weekend, rome("2027-01-11T00:00"))
    assert opens_at(weekend, rome("2027-01-11T09:00")) == rome("2027-01-16T00:00")
    assert Hours().always and is_open(Hours(), datetime.now(UTC)) and closes_at(Hours(), datetime.now(UTC)) is None


def test_hours_that_are_now_begin_now_and_say_when_they_end() -> None:
    now = rome("2027-01-05T01:00")
    assert opens_at(NIGHT, now) == now and closes_at(NIGHT, now) == rome("2027-01-05T05:00")


def test_the_night_clocks_go_forward_is_an_hour_shorter() -> None:
    before = rome("2027-03-27T22:00")  # at 02:00 of the 28th it is 03:00
    end = closes_at(NIGHT, before)
    assert end is not None and end - before == timedelta(hours=6) and end == rome("2027-03-28T05:00")
    begins_in_the_gap = Hours("02:30", "06:00", DAYS, "Europe/Rome")
    assert opens_at(begins_in_the_gap, rome("2027-03-28T01:59")) == rome("2027-03-28T03:30")
    in_the_gap = Hours("02:00", "03:00", DAYS, "Europe/Rome")
    assert opens_at(in_the_gap, rome("2027-03-28T00:00")) == rome("2027-03-29T02:00")


def test_the_night_clocks_go_back_an_hour_that_comes_twice_is_the_first() -> None:
    before = rome("2027-10-30T22:00")  # at 03:00 of the 31st it is 02:00
    end = closes_at(NIGHT, before)
    assert end is not None and end - before == timedelta(hours=8)
    twice = Hours("02:15", "02:45", DAYS, "Europe/Rome")
    assert is_open(twice, rome("2027-10-31T02:30")) and not is_open(twice, rome("2027-10-31T02:30", fold=1))


def test_every_day_begins_at_the_same_time_of_the_day_in_winter_and_in_summer() -> None:
    for day in ("2027-01-10", "2027-07-10"):
        begin = opens_at(NIGHT, rome(f"{day}T12:00"))
        assert begin.astimezone(ROME).strftime("%H:%M") == "22:00"


@given(
    st.integers(0, 366 * 2 * 1440).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)),
    st.times().map(lambda at: at.strftime("%H:%M")),
    st.times().map(lambda at: at.strftime("%H:%M")),
    st.sets(st.sampled_from(DAYS), min_size=1).map(tuple),
    st.sampled_from(["Europe/Rome", "America/New_York", "Australia/Lord_Howe", "UTC"]),
)
def test_what_opens_next_is_open_then_and_not_before(
    now: datetime, begin: str, end: str, days: tuple[str, ...], zone: str
) -> None:
    hours = Hours(begin, end, days, zone)
    at = opens_at(hours, now)
    assert at >= now and is_open(hours, at)
    if at > now:
        assert not is_open(hours, now) and not is_open(hours, at - timedelta(seconds=1))


@pytest.mark.parametrize("raw", [[], ["Monday"], "mon", None, [1]])
def test_days_that_make_no_sense_are_refused(raw: object) -> None:
    with pytest.raises(ValueError, match="day of the week"):
        read_days(raw)
    assert read_days(["sun", "mon", "sun"]) == ("mon", "sun")
