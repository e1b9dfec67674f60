"""The pace of a rollout: whatever workers come late to, no second holds more than its share and a little."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from provserver.domain.rollout import first_free

NOON = datetime(2027, 1, 4, 12, 0, tzinfo=UTC)
AHEAD = timedelta(milliseconds=750)


def test_with_nobody_told_the_next_is_told_now() -> None:
    assert first_free([], timedelta(seconds=0.1), NOON) == NOON


def test_phones_told_together_push_the_next_away() -> None:
    gap = timedelta(seconds=0.1)
    assert first_free([NOON] * 5, gap, NOON) == NOON + 3 * gap
    assert first_free([NOON, NOON + gap], gap, NOON) == NOON


@given(st.integers(1, 20), st.lists(st.tuples(st.floats(0.005, 2.5), st.booleans(), st.floats(0, 1)), max_size=60))
def test_no_second_holds_more_than_its_share_a_tenth_and_two(rate: int, turns: list[tuple[float, bool, float]]) -> None:
    gap, now, paced_at = timedelta(seconds=1 / rate), NOON, NOON
    waiting: list[datetime] = []
    told: list[datetime] = []
    for pause, tells, jitter in turns:
        now += timedelta(seconds=pause)
        lately = [at for at in told if at > now - timedelta(seconds=1)]
        slot = max(paced_at, first_free(lately + [max(at, now) for at in waiting], gap, now))
        while slot <= now + AHEAD:
            waiting.append(slot + jitter * gap)
            slot += gap
            paced_at = slot
        if tells:
            told += [now] * sum(at <= now for at in waiting)
            waiting = [at for at in waiting if at > now]
    for first in told:
        assert sum(timedelta(0) <= at - first < timedelta(seconds=1) for at in told) <= rate * 1.1 + 2
