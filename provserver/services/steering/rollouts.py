"""Rollouts as people see them: listed, shown with every phone that failed, paused, resumed and cancelled."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from provserver.db.models import Device, Rollout, RolloutPhone
from provserver.db.queries import owned, searching
from provserver.db.session import ring
from provserver.domain.hours import opens_at
from provserver.domain.roles import Actor, Right
from provserver.domain.rollout import (
    Counts,
    Policy,
    Stage,
    Step,
    When,
    count,
    from_plain,
    may_be_told,
)
from provserver.errors import Conflict, NotFound
from provserver.services import changes
from provserver.services.changes import Edit
from provserver.services.house import House
from provserver.services.pushing import rolling
from provserver.services.pushing.pacing import counts_of

OPEN = (Stage.RUNNING, Stage.PAUSED, Stage.HALTED)


@dataclass(frozen=True, slots=True)
class Known:
    """A rollout with its counts; ``restarts`` are waiting phones that restart, ``opens_at`` when they may be told."""

    row: Rollout
    counts: Counts
    policy: Policy
    restarts: int = 0
    opens_at: datetime | None = None
    needs_word: bool = False

    @property
    def stage(self) -> Stage:
        """Give the stage by its word."""
        return Stage(self.row.stage)


@dataclass(frozen=True, slots=True)
class Phone:
    """One phone of a rollout; ``who`` has it, by the names of its lines."""

    mac: str
    vendor: str
    model: str
    who: str
    step: Step
    canary: bool
    restarts: bool
    told_at: datetime | None
    reason: str


def rollouts(house: House, actor: Actor, *, only_open: bool = False) -> list[Known]:
    """List the company's rollouts, newest first; ``only_open`` leaves out those that came to their end."""
    actor.require(Right.READ)
    query = owned(Rollout, actor).order_by(Rollout.id.desc())
    if only_open:
        query = query.where(Rollout.stage.in_([stage.value for stage in OPEN]))
    with house.database.reading() as session:
        rows = session.scalars(query).all()
        steps: dict[int, dict[str, int]] = {}
        numbers = select(RolloutPhone.rollout_id, RolloutPhone.step, func.count())
        numbers = numbers.where(RolloutPhone.rollout_id.in_([row.id for row in rows]))
        for number, word, many in session.execute(numbers.group_by(RolloutPhone.rollout_id, RolloutPhone.step)):
            steps.setdefault(number, {})[word] = many
        return [Known(row, count(steps.get(row.id, {})), from_plain(row.terms)) for row in rows]


def rollout(house: House, actor: Actor, number: int) -> Known:
    """Give one rollout, with what it waits for."""
    actor.require(Right.READ)
    with house.database.reading() as session:
        row = _find(session, actor, number)
        policy = from_plain(row.terms)
        known = Known(row, counts_of(session, row.id), policy, _waiting_restarts(session, row))
        return _with_waits(known, house.clock())


def _with_waits(known: Known, now: datetime) -> Known:
    """Tell when the phones that wait for the company's hours may be told, or that they wait for an admin's word."""
    if known.row.word or known.stage is not Stage.RUNNING or not known.counts.waiting:
        return known
    policy = known.policy
    if known.restarts and When.IDLE is policy.restart:
        return replace(known, needs_word=policy.idle_unknown is When.WORD)
    blocked = bool(known.restarts) and not may_be_told(policy, now, restarts=True)
    blocked = blocked or (known.counts.waiting > known.restarts and not may_be_told(policy, now, restarts=False))
    if not blocked:
        return known
    needs_word = bool(known.restarts) and policy.restart is When.WORD
    return replace(known, needs_word=needs_word, opens_at=None if needs_word else opens_at(policy.hours, now))


def _waiting_restarts(session: Session, row: Rollout) -> int:
    query = select(func.count()).select_from(RolloutPhone).where(RolloutPhone.rollout_id == row.id)
    query = query.where(RolloutPhone.step == Step.READY.value, RolloutPhone.restarts.is_(True))
    return session.scalar(query) or 0


def phones(
    house: House,
    actor: Actor,
    number: int,
    *,
    step: Step | None = None,
    search: str = "",
    start: int = 0,
    limit: int = 100,
) -> Sequence[Phone]:
    """List phones of a rollout, those that failed first, from ``start`` on."""
    actor.require(Right.READ)
    with house.database.reading() as session:
        row = _find(session, actor, number)
        query = owned(Device, actor).add_columns(RolloutPhone)
        query = query.join(RolloutPhone, RolloutPhone.device_id == Device.id)
        query = query.where(RolloutPhone.rollout_id == row.id)
        if step is not None:
            query = query.where(RolloutPhone.step == step.value)
        query = query.where(*searching(search, Device.vendor, Device.model, RolloutPhone.reason, mac=Device.mac))
        query = query.order_by((RolloutPhone.step == Step.FAILED.value).desc(), RolloutPhone.canary.desc(), Device.mac)
        return [
            Phone(
                device.mac, device.vendor, device.model, ", ".join(entry.line.shown_name for entry in device.lines),
                Step(one.step), one.canary, one.restarts, one.told_at, one.reason,
            )
            for device, one in session.execute(query.offset(start).limit(limit))
        ]  # fmt: skip


Prepare = Callable[[Session, Rollout], None]


def _nothing(session: Session, row: Rollout) -> None:
    """Prepare nothing."""


def pause(house: House, actor: Actor, number: int) -> Known:
    """Tell no more phones for now; raises Conflict where it does not run."""
    return _change(house, actor, number, (Stage.RUNNING,), Stage.PAUSED)


def resume(house: House, actor: Actor, number: int, *, without_failed: bool = False) -> Known:
    """Go on; phones that failed are told again, or left to ask by themselves. Raises Conflict.

    So are phones that were told before and turn out to fail only now: the rollout is judged anew.
    """
    after = Step.ASKS if without_failed else Step.READY

    def prepare(session: Session, row: Rollout) -> None:
        failed = update(RolloutPhone).where(
            RolloutPhone.rollout_id == row.id,
            RolloutPhone.step == Step.FAILED.value,
        )
        if not without_failed:
            failed = failed.where(RolloutPhone.since.is_not(None))  # what cannot be rendered cannot be told
        session.execute(failed.values(step=after.value), execution_options={"synchronize_session": False})
        now = house.clock()
        row.reason, row.paced_at = "", now
        row.resumed_at, row.resumed_to = now, after.value

    return _change(house, actor, number, (Stage.PAUSED, Stage.HALTED), Stage.RUNNING, prepare)


def cancel(house: House, actor: Actor, number: int) -> Known:
    """Tell nobody any more; what was saved stays, and phones have it when they ask by themselves."""

    def prepare(session: Session, row: Rollout) -> None:
        rolling.release_all(session, row.id)
        row.ended_at = house.clock()

    return _change(house, actor, number, OPEN, Stage.CANCELLED, prepare)


def apply_now(house: House, actor: Actor, number: int) -> Known:
    """Give the admin's word: nothing waits for the company's hours any more; the pace stays."""

    def prepare(session: Session, row: Rollout) -> None:  # noqa: ARG001
        row.word = True

    return _change(house, actor, number, (Stage.RUNNING,), Stage.RUNNING, prepare)


def _change(
    house: House, actor: Actor, number: int, allowed: Sequence[Stage], after: Stage, prepare: Prepare = _nothing
) -> Known:
    """Bring a rollout from one of the stages allowed to another, with an audit line."""
    actor.require(Right.COMPANY)
    with house.database.transaction() as session:
        row = _find(session, actor, number, lock=True)
        before = Stage(row.stage)
        if before not in allowed:
            raise Conflict(f"rollout {number} is {before}")
        prepare(session, row)
        row.stage = after.value
        what = "rollout applied now" if before is after else f"rollout {after}"
        changes.commit(house, session, actor, Edit(what, f"rollout {number}", str(before), str(after)))
        ring(session)
    return rollout(house, actor, number)


def _find(session: Session, actor: Actor, number: int, *, lock: bool = False) -> Rollout:
    query = owned(Rollout, actor).where(Rollout.id == number)
    row = session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFound(f"there is no rollout {number} in this company")
    return row
