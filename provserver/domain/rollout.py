"""Wide edits with care: what a company decided about them, when phones may be told, and when to stop."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import available_timezones

from provserver.domain.hours import DAYS, Hours, is_open, read_days, read_time


class Stage(StrEnum):
    """Where a rollout stands."""

    RUNNING = "running"
    PAUSED = "paused"
    HALTED = "halted"
    DONE = "done"
    CANCELLED = "cancelled"


class Step(StrEnum):
    """Where one phone of a rollout stands."""

    MARKED = "marked"  # its files are to be rendered
    READY = "ready"  # they differ: it is told in its turn
    TOLD = "told"
    APPLIED = "applied"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    ASKS = "asks"  # nobody can tell it: it has the change when it asks by itself
    QUIET = "quiet"  # cancelled before its files were rendered
    LEFT = "left"  # cancelled before it was told
    AHEAD = "ahead"  # another edit of this phone alone is told at once, and this one with it
    MOVED = "moved"  # a newer rollout tells it


class When(StrEnum):
    """When phones are told: at once, in the company's hours, while they are in no call, or when an admin says so."""

    NOW = "now"
    WINDOW = "window"
    IDLE = "idle"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Policy:
    """How a company has wide edits rolled out.

    ``wide_from`` counts phones: smaller edits are told at once. ``rate`` is phones told a second, ``outstanding`` how
    many may be told and not have fetched yet. A rollout halts at ``halt_count`` failed phones, or at ``halt_percent``
    of those that came to an end (0: never). The company's hours go from ``window_from`` to ``window_to`` (``HH:MM`` in
    ``zone``) on the days on which they begin; equal ones last a day. ``single_restart`` says when a phone is told that
    a save for it alone, or for a few, restarts. Where nobody tells whether a phone is in a call, ``idle_unknown``
    decides; a phone that is in one for more than ``idle_limit`` minutes waits on, and that is said.
    """

    wide_from: int = 20
    rate: int = 5
    outstanding: int = 50
    canary: int = 3
    canary_phones: tuple[str, ...] = ()
    halt_percent: int = 20
    halt_count: int = 0
    window_from: str = "00:00"
    window_to: str = "00:00"
    window_days: tuple[str, ...] = DAYS
    zone: str = "Europe/Rome"
    refresh: When = When.NOW
    restart: When = When.WINDOW
    single_restart: When = When.NOW
    idle_unknown: When = When.WINDOW
    idle_limit: int = 60

    @property
    def hours(self) -> Hours:
        """Give the company's hours."""
        return Hours(self.window_from, self.window_to, self.window_days, self.zone)


NUMBERS = {
    "wide_from": (1, 100_000),
    "rate": (1, 200),
    "outstanding": (1, 1000),
    "canary": (0, 100),
    "halt_percent": (0, 100),
    "halt_count": (0, 100_000),
    "idle_limit": (1, 1440),
}
"""The least and the most of each number."""
ENOUGH_TO_JUDGE = 10
"""Phones that must have come to an end before a share of failed ones says anything."""
CHOICES = {
    "refresh": (When.NOW, When.WINDOW),
    "restart": tuple(When),
    "single_restart": tuple(When),
    "idle_unknown": (When.NOW, When.WINDOW, When.WORD),
}
"""When each kind of change can be told."""


def read_value(name: str, raw: object) -> object:
    """Read one value of a policy; raises ValueError with what it should be. Canary phones are checked elsewhere."""
    if name in NUMBERS:
        low, high = NUMBERS[name]
        if isinstance(raw, int) and not isinstance(raw, bool) and low <= raw <= high:
            return raw
        raise ValueError(f"a whole number from {low} to {high}")
    if name in ("window_from", "window_to"):
        return read_time(raw)
    if name == "window_days":
        return read_days(raw)
    if name == "zone":
        if isinstance(raw, str) and raw in available_timezones():
            return raw
        raise ValueError("a time zone by its IANA name, such as Europe/Rome")
    if name in CHOICES:
        if raw in CHOICES[name]:
            return When(str(raw))
        raise ValueError("one of " + ", ".join(CHOICES[name]))
    raise ValueError("this is not part of a policy")


def as_plain(policy: Policy) -> dict[str, object]:
    """Give a policy as plain data, for rows, programs and the audit."""
    values = {field.name: getattr(policy, field.name) for field in fields(policy)}
    return {name: list(value) if isinstance(value, tuple) else _plain(value) for name, value in values.items()}


def _plain(value: object) -> object:
    return str(value) if isinstance(value, StrEnum) else value


def from_plain(values: dict[str, object]) -> Policy:
    """Read what ``as_plain`` gave."""
    phones = values.get("canary_phones")
    rest = {name: read_value(name, value) for name, value in values.items() if name != "canary_phones"}
    macs = tuple(str(mac) for mac in phones) if isinstance(phones, list) else ()
    return Policy(canary_phones=macs, **rest)  # type: ignore[arg-type]


def may_be_told(policy: Policy, now: datetime, *, restarts: bool) -> bool:
    """Tell whether a phone may be told now, by the hours alone."""
    when = policy.restart if restarts else policy.refresh
    if when is When.WORD:
        return False
    return when in (When.NOW, When.IDLE) or is_open(policy.hours, now)


EARLY = timedelta(milliseconds=100)
"""How much of its pace a worker may catch up that comes a little late to a few phones."""


def first_free(moments: Iterable[datetime], gap: timedelta, now: datetime) -> datetime:
    """Find when the next phone may be told, so that a second holds no more than its share, a tenth of it, and two.

    ``moments`` are those at which phones were told within the last second, or will be; several that lie closer
    together than ``gap`` push the next one away by what they took too early.
    """
    order = sorted(moments)
    return max([now, *(at + (len(order) - place - 1) * gap - EARLY for place, at in enumerate(order))])


@dataclass(frozen=True, slots=True)
class Counts:
    """How many phones of a rollout stand where; ``waiting`` wait for their turn, ``asks`` for their own poll."""

    phones: int = 0
    rendered: int = 0
    told: int = 0
    applied: int = 0
    unchanged: int = 0
    waiting: int = 0
    asks: int = 0
    failed: int = 0
    left: int = 0
    moved: int = 0

    @property
    def open(self) -> int:
        """Give how many the rollout still has to do with: to be rendered, waiting for their turn, or just told."""
        return self.phones - self.applied - self.unchanged - self.asks - self.failed - self.left - self.moved

    @property
    def percent(self) -> int:
        """Give how far the rollout has come, rounded down."""
        return 100 * (self.phones - self.open) // self.phones if self.phones else 100


def count(steps: dict[str, int]) -> Counts:
    """Count phones by where they stand; ``told`` are those told that have not fetched yet."""
    of = {step: steps.get(step.value, 0) for step in Step}
    phones = sum(of.values())
    return Counts(
        phones=phones,
        rendered=phones - of[Step.MARKED] - of[Step.AHEAD] - of[Step.QUIET],
        told=of[Step.TOLD],
        applied=of[Step.APPLIED],
        unchanged=of[Step.UNCHANGED],
        waiting=of[Step.READY],
        asks=of[Step.ASKS],
        failed=of[Step.FAILED],
        left=of[Step.LEFT] + of[Step.QUIET],
        moved=of[Step.MOVED],
    )


def why_halt(policy: Policy, counts: Counts, canaries_failed: int) -> str:
    """Say why a rollout must halt, or nothing."""
    if canaries_failed:
        return f"{canaries_failed} of the first phones failed"
    if policy.halt_count and counts.failed >= policy.halt_count:
        return f"{counts.failed} phones failed"
    ended = counts.applied + counts.failed
    share = 100 * counts.failed
    if policy.halt_percent and ended >= ENOUGH_TO_JUDGE and share >= policy.halt_percent * ended:
        return f"{counts.failed} of {ended} phones failed"
    return ""
