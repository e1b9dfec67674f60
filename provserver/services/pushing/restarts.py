"""Restarts with care: how each phone's is to be told, what it waits for, and what people read of that."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from provserver.db.holding import hold
from provserver.db.models import Device, RolloutPolicy
from provserver.db.session import ring
from provserver.domain.hours import is_open, opens_at
from provserver.domain.rollout import Policy, When, from_plain

RESTART = "restart"
"""The action of a change that restarts the phone; an admin's own wish is ``reboot``, and outlives a fetch."""
GATED = (RESTART, "reboot")
UNTIL_IDLE = "its restart waits until the phone is in no call"
FOR_A_WORD = "its restart waits until somebody says restart now"
LEFT_ALONE = "its rollout was cancelled; it will have the change when it next asks by itself"


class Held(StrEnum):
    """Why nobody tells a phone of its change for now."""

    NOTHING = ""
    WINDOW = "window"
    IDLE = "idle"
    WORD = "word"
    LEFT = "left"  # the rollout that gave it the change was cancelled


WAITING = (Held.WINDOW, Held.IDLE, Held.WORD)
"""What a restart waits for; an admin's word ends it."""


LOOK_AGAIN = timedelta(seconds=15)
"""How soon a phone that is in a call is looked at again."""


@dataclass(frozen=True, slots=True)
class Busy:
    """A phone that is in a call, since when as far as that is known; ``problem`` says why nobody knows."""

    since: datetime | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Waits:
    """What a phone's restart waits for: the word for it, when that comes as far as it is known, and the sentence."""

    what: str
    at: datetime | None
    sentence: str


def policy_of(session: Session, tenant_id: int) -> Policy:
    """Give a company's policy inside a session that is open already."""
    row = session.get(RolloutPolicy, tenant_id)
    return from_plain(row.terms) if row else Policy()


def waits_of(device: Device) -> Waits | None:
    """Tell what a phone's restart waits for; None where nothing holds it."""
    if device.held not in WAITING:
        return None
    at = device.resync_due_at if device.held == Held.WINDOW else None
    return Waits(device.held, at, device.held_why)


def foreseen(session: Session, tenant_id: int, phones: int, now: datetime) -> Waits | None:
    """Tell what restarts would wait for after an edit of so many phones; None where they would not."""
    policy = policy_of(session, tenant_id)
    when = policy.restart if phones >= policy.wide_from else policy.single_restart
    if when is When.WORD:
        return Waits(Held.WORD.value, None, "restarts wait until somebody says so")
    if when is When.IDLE:
        return Waits(Held.IDLE.value, None, "each phone that restarts waits until it is in no call")
    if when is When.NOW or is_open(policy.hours, now):
        return None
    at = opens_at(policy.hours, now)
    return Waits(Held.WINDOW.value, at, f"restarts wait for the company's hours, from {_clock(at, policy, now)}")


def free(device: Device) -> None:
    """Let nothing hold a phone any more."""
    device.held, device.held_why, device.held_since = Held.NOTHING.value, "", None


def decide(session: Session, device: Device, now: datetime) -> None:
    """Put a phone off that is due after a save of its own, where it restarts and the company wants that to wait.

    A save that restarts nothing waits with an earlier one that does: the phone fetches both at once.
    """
    free(device)
    if device.resync_action == RESTART:
        device.restart_when = policy_of(session, device.tenant_id).single_restart.value
    gate(session, device, now)


def gate(session: Session, device: Device, now: datetime) -> None:
    """Put a phone off that is due and may not be told yet; one that waits for the end of a call is looked at first."""
    if waits_for_idle(device):
        _hold(device, Held.IDLE, device.resync_due_at, UNTIL_IDLE, now)
    else:
        put_off(session, device, now)


def put_off(session: Session, device: Device, now: datetime) -> bool:
    """Put a phone off whose restart may not be told now, by the company's hours of today; True where it is."""
    if device.resync_action not in GATED or device.restart_when == When.NOW.value:
        free(device)
        return False
    if device.restart_when == When.IDLE.value:
        return False
    if device.restart_when == When.WORD.value:
        _hold(device, Held.WORD, None, FOR_A_WORD, now)
        return True
    policy = policy_of(session, device.tenant_id)
    if is_open(policy.hours, now):
        free(device)
        return False
    at = opens_at(policy.hours, now)
    _hold(device, Held.WINDOW, at, f"its restart waits for the company's hours, from {_clock(at, policy, now)}", now)
    return True


def look_again(session: Session, tenant_id: int, now: datetime) -> None:
    """Have phones whose restart waits for the company's hours looked at once more, after these were changed."""
    waiting = (Device.tenant_id == tenant_id, Device.held == Held.WINDOW.value)
    hold(session, session.scalars(select(Device.id).where(*waiting)))
    session.execute(update(Device).where(*waiting).values(resync_due_at=now))
    ring(session)


def waits_for_idle(device: Device) -> bool:
    """Tell whether a phone is to be told only while it is in no call."""
    return device.resync_action in GATED and device.restart_when == When.IDLE.value


def wait_for_idle(session: Session, device: Device, busy: Busy, now: datetime) -> None:
    """Put a phone off that is in a call, or of which nobody knows: then as the company decided for that."""
    if not waits_for_idle(device):  # cancelled, or done with, meanwhile
        return
    policy = policy_of(session, device.tenant_id)
    if not busy.problem:
        _hold(device, Held.IDLE, now + LOOK_AGAIN, _in_a_call(device, busy, policy, now), now)
        return
    device.restart_when = policy.idle_unknown.value
    if put_off(session, device, now):
        device.held_why = f"whether it is in a call is not known; {busy.problem}; {device.held_why}"[:200]
    else:
        device.resync_due_at = now


def _in_a_call(device: Device, busy: Busy, policy: Policy, now: datetime) -> str:
    since = f" that began at {_clock(busy.since, policy, now)}" if busy.since else ""
    waited = now - (device.held_since or now) >= timedelta(minutes=policy.idle_limit)
    late = f"; it has waited for more than {policy.idle_limit} minutes" if waited else ""
    return f"its restart waits for the end of a call{since}{late}"


def _hold(device: Device, held: Held, due: datetime | None, why: str, now: datetime) -> None:
    device.held_since = device.held_since or now
    device.held, device.held_why, device.resync_due_at = held.value, why, due


def _clock(at: datetime, policy: Policy, now: datetime) -> str:
    """Write a moment as the company's clocks show it, with the day where that is not clear."""
    local = at.astimezone(ZoneInfo(policy.zone))
    return local.strftime("%H:%M" if abs(at - now) < timedelta(hours=20) else "%Y-%m-%d %H:%M")
