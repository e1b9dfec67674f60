"""Where a change stands: every branch of the rule, as a person would ask for it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from provserver.domain.state import FAILING, Progress, State, state_of

BEFORE = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
CHANGED = BEFORE + timedelta(minutes=1)
TOLD = CHANGED + timedelta(seconds=1)
LATER = CHANGED + timedelta(hours=1)

QUIET = Progress(
    proven=False,
    stale=False,
    seen=True,
    reachable=True,
    attempts=0,
    told_status=0,
    told_reason="",
    changed_at=CHANGED,
    told_at=None,
    applied_at=None,
    due_at=None,
)
ANSWERED = replace(QUIET, told_at=TOLD, told_status=200, told_reason="it answered 200 OK", attempts=1)
SILENT = replace(QUIET, told_at=TOLD, told_status=408, told_reason="it did not answer", attempts=1)


def test_a_phone_that_fetched_its_change_has_it_applied() -> None:
    assert state_of(replace(QUIET, proven=True, applied_at=LATER))[0] is State.APPLIED


@pytest.mark.parametrize(("changed", "applied"), [(None, None), (None, LATER), (CHANGED, None)])
def test_a_phone_with_all_files_and_no_change_is_current(changed: datetime | None, applied: datetime | None) -> None:
    assert state_of(replace(QUIET, proven=True, changed_at=changed, applied_at=applied))[0] is State.CURRENT


def test_what_is_proven_counts_more_than_any_answer() -> None:
    for status in (0, 200, 401, 408, 503):
        told = replace(ANSWERED, told_status=status, proven=True, applied_at=LATER, due_at=LATER, stale=True)
        assert state_of(told)[0] is State.APPLIED


def test_a_phone_whose_files_are_stale_is_pending() -> None:
    assert state_of(replace(ANSWERED, stale=True)) == (State.PENDING, "its files are being written again")
    assert state_of(replace(QUIET, stale=True, seen=False, reachable=False))[0] is State.PENDING


def test_a_phone_that_never_asked_and_cannot_be_told_is_new() -> None:
    never = replace(QUIET, seen=False, reachable=False, due_at=LATER)
    assert state_of(never) == (
        State.NEW,
        "it has not asked for its configuration yet; it will have everything when it first asks",
    )


@pytest.mark.parametrize(("seen", "reachable"), [(True, False), (False, True), (True, True)])
def test_a_phone_that_was_seen_or_has_an_address_is_not_new(seen: bool, reachable: bool) -> None:
    assert state_of(replace(QUIET, seen=seen, reachable=reachable))[0] is not State.NEW


def test_a_phone_that_is_due_is_about_to_be_told() -> None:
    assert state_of(replace(QUIET, due_at=LATER)) == (State.SENDING, "it is about to be told")


def test_a_phone_that_nobody_tells_has_the_change_when_it_asks() -> None:
    assert state_of(QUIET) == (State.WAITING, "it will have the change when it next asks")


def test_what_it_was_told_of_an_older_change_does_not_count() -> None:
    old = replace(ANSWERED, told_at=BEFORE)
    assert state_of(replace(old, due_at=LATER)) == (State.SENDING, "it is about to be told")
    assert state_of(old) == (State.WAITING, "it will have the change when it next asks")
    assert state_of(replace(ANSWERED, told_at=CHANGED))[0] is State.SENDING, "told at the very moment is told"


def test_without_a_change_any_telling_counts() -> None:
    assert state_of(replace(ANSWERED, changed_at=None))[0] is State.SENDING


def test_a_phone_that_answered_and_has_not_fetched_is_being_sent_to() -> None:
    assert state_of(ANSWERED) == (State.SENDING, "it answered 200 OK; it has not fetched yet")
    assert state_of(replace(ANSWERED, told_status=202, due_at=LATER))[0] is State.SENDING


def test_a_phone_that_answered_twice_without_fetching_waits_to_be_told_again() -> None:
    twice = replace(ANSWERED, attempts=2)
    assert state_of(replace(twice, due_at=LATER)) == (
        State.WAITING,
        "it answered 200 OK; the phone did not fetch; it is told again",
    )
    assert state_of(twice) == (
        State.WAITING,
        "it answered 200 OK; it will have the change when it next asks by itself",
    )


def test_a_phone_that_did_not_answer_is_told_again_while_it_is_due() -> None:
    for attempts in (1, 2, 9):
        state, reason = state_of(replace(SILENT, attempts=attempts, due_at=LATER))
        assert state is State.WAITING
        assert reason == "it did not answer; it is told again"


def test_a_phone_that_never_answered_has_failed_once_nobody_tells_it_again() -> None:
    assert state_of(replace(SILENT, attempts=6)) == (
        State.FAILED,
        "it did not answer, 6 times; it will have the change when it next asks by itself",
    )


def test_a_phone_that_did_not_answer_once_and_is_not_due_is_waiting() -> None:
    assert state_of(SILENT) == (
        State.WAITING,
        "it did not answer; it will have the change when it next asks by itself",
    )


@pytest.mark.parametrize("status", sorted(FAILING))
@pytest.mark.parametrize("due", [None, LATER])
def test_an_answer_that_no_waiting_mends_has_failed_at_once(status: int, due: datetime | None) -> None:
    told = replace(SILENT, told_status=status, told_reason="it refused", due_at=due)
    assert state_of(told) == (State.FAILED, "it refused; it will have the change when it next asks by itself")


def test_every_combination_has_a_state_and_a_sentence() -> None:
    moments = (None, BEFORE, LATER)
    flags = product(*[(False, True)] * 4)
    answers = product((0, 1, 3), (0, 200, 401, 408, 489))
    times = product(moments, moments, (None, LATER))
    for known, answer, (told, changed, due) in product(flags, answers, times):
        proven, stale, seen, reachable = known
        attempts, status = answer
        progress = Progress(proven, stale, seen, reachable, attempts, status, "said", changed, told, None, due)
        state, reason = state_of(progress)
        assert state in State
        assert reason
        if proven and changed is not None:  # of a wish, which no fetch proves
            assert state not in {State.NEW, State.PENDING}
        else:
            assert (state in {State.APPLIED, State.CURRENT}) == proven


WISHED = replace(QUIET, proven=True, attempts=1, told_at=TOLD, told_reason="said")


@pytest.mark.parametrize(
    ("status", "due", "asked", "state", "reason"),
    [
        (200, None, True, State.APPLIED, "it was told, and has asked since"),
        (200, None, False, State.WAITING, "said; it has not asked since"),
        (404, LATER, False, State.WAITING, "said; it is told again"),
        (403, None, False, State.FAILED, "said; it was not made to do what was wanted"),
        (403, None, True, State.CURRENT, "it has what it should have"),
    ],
)
def test_what_a_phone_that_lacks_nothing_was_wanted_to_do_is_not_done_by_an_answer(
    status: int, due: datetime | None, asked: bool, state: State, reason: str
) -> None:
    assert state_of(replace(WISHED, told_status=status, due_at=due, asked_since=asked)) == (state, reason)


def test_a_wish_that_waits_says_so_before_it_is_told() -> None:
    unheard = replace(WISHED, told_at=None)
    assert state_of(replace(unheard, due_at=LATER)) == (State.SENDING, "it is about to be told")
    assert state_of(replace(unheard, held_why="it waits")) == (State.WAITING, "it waits")
