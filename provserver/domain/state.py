"""Where a phone's last change stands: the words, and the rule that chooses among them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """How far the configuration that a phone should have has come."""

    NEW = "new"
    CURRENT = "current"
    PENDING = "pending"
    SENDING = "sending"
    WAITING = "waiting"
    APPLIED = "applied"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Progress:
    """What is known of a phone's last change; ``proven`` means it has fetched all that it should have.

    ``held_why`` is the sentence of what keeps everybody from telling it, empty where nothing does; ``asked_since``
    means that the phone has asked for a file since somebody last set out to tell it.
    """

    proven: bool
    stale: bool
    seen: bool
    reachable: bool
    attempts: int
    told_status: int
    told_reason: str
    changed_at: datetime | None
    told_at: datetime | None
    applied_at: datetime | None
    due_at: datetime | None
    held_why: str = ""
    asked_since: bool = False


FAILING = frozenset({401, 403, 407})
"""Answers that no waiting mends: somebody has to let the server in."""
CURRENT = "it has what it should have"
ABOUT = "it is about to be told"


def state_of(progress: Progress) -> tuple[State, str]:
    """Give the state and the sentence that explains it."""
    if progress.proven:
        return _proven(progress)
    if progress.stale:
        return State.PENDING, "its files are being written again"
    if progress.held_why:
        return State.WAITING, progress.held_why
    if not progress.seen and not progress.reachable:
        return State.NEW, "it has not asked for its configuration yet; it will have everything when it first asks"
    told = _told_of_this(progress)
    if not told:
        if progress.due_at is not None:
            return State.SENDING, ABOUT
        return State.WAITING, "it will have the change when it next asks"
    return _after_told(progress)


def _proven(progress: Progress) -> tuple[State, str]:
    if progress.changed_at is not None and progress.applied_at is not None:
        return State.APPLIED, "it fetched its last change"
    return _wished(progress) if progress.changed_at is not None else (State.CURRENT, CURRENT)


def _wished(progress: Progress) -> tuple[State, str]:
    """Give the state of a phone that lacks nothing, and that somebody wanted to fetch, restart or forget all."""
    if progress.held_why:
        return State.WAITING, progress.held_why
    if not _told_of_this(progress):
        return (State.SENDING, ABOUT) if progress.due_at is not None else (State.CURRENT, CURRENT)
    if progress.due_at is not None:
        return State.WAITING, f"{progress.told_reason}; it is told again"
    answered = 200 <= progress.told_status < 300
    if progress.asked_since:
        return (State.APPLIED, "it was told, and has asked since") if answered else (State.CURRENT, CURRENT)
    if answered:
        return State.WAITING, f"{progress.told_reason}; it has not asked since"
    return State.FAILED, f"{progress.told_reason}; it was not made to do what was wanted"


def _told_of_this(progress: Progress) -> bool:
    if progress.told_at is None:
        return False
    return progress.changed_at is None or progress.told_at >= progress.changed_at


def _after_told(progress: Progress) -> tuple[State, str]:
    reason = progress.told_reason
    if progress.told_status in FAILING:
        return State.FAILED, f"{reason}; it will have the change when it next asks by itself"
    answered = 200 <= progress.told_status < 300
    if answered and progress.attempts <= 1:
        return State.SENDING, f"{reason}; it has not fetched yet"
    if progress.due_at is not None:
        return State.WAITING, f"{reason}{'; the phone did not fetch' if answered else ''}; it is told again"
    if progress.attempts > 1 and not answered:
        return State.FAILED, f"{reason}, {progress.attempts} times; it will have the change when it next asks by itself"
    return State.WAITING, f"{reason}; it will have the change when it next asks by itself"
