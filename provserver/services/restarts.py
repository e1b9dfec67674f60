"""Restarts with care: how each phone's is to be told, what it waits for, and what people read of that."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from provserver.db.models import Device, RolloutPolicy
from provserver.domain.hours import is_open, opens_at
from provserver.domain.rollout import Policy, When, from_plain

RESTART = "restart"
"""The action of a change that restarts the phone; an admin's own wish is ``reboot``, and outlives a fetch."""
FOR_A_WORD = "its restart waits until somebody says restart now"
LEFT_ALONE = "its rollout was cancelled; it will have the change when it next asks by itself"


class Held(StrEnum):
    """Why nobody tells a phone of its change for now."""

    NOTHING = ""
    WINDOW = "window"
    WORD = "word"
    LEFT = "left"  # the rollout that gave it the change was cancelled


WAITING = (Held.WINDOW, Held.WORD)
"""What a restart waits for; an admin's word ends it."""


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
    return Waits(device.held, device.resync_due_at, device.held_why)


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
        put_off(session, device, now)


def put_off(session: Session, device: Device, now: datetime) -> bool:
    """Put a phone off whose restart may not be told now, by the company's hours of today; True where it is."""
    if device.resync_action != RESTART or device.restart_when == When.NOW.value:
        free(device)
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


def _hold(device: Device, held: Held, due: datetime | None, why: str, now: datetime) -> None:
    if device.held != held.value:
        device.held_since = now
    device.held, device.held_why, device.resync_due_at = held.value, why, due


def _clock(at: datetime, policy: Policy, now: datetime) -> str:
    """Write a moment as the company's clocks show it, with the day where that is not clear."""
    local = at.astimezone(ZoneInfo(policy.zone))
    return local.strftime("%H:%M" if at - now < timedelta(hours=20) else "%Y-%m-%d %H:%M")
