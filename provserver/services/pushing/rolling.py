"""How a wide edit becomes a rollout, and what becomes of its phones when they are rendered."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from random import sample

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from provserver.db.batches import batches
from provserver.db.models import Device, Rollout, RolloutPhone, Tenant
from provserver.db.session import ring
from provserver.domain.rollout import Stage, Step, as_plain
from provserver.services.pushing import fetches, first_phones, restarts, resync
from provserver.services.pushing.restarts import LEFT_ALONE, WAITING, Held, policy_of
from provserver.services.rendering.renderings import Refreshed, mark_stale

UNRENDERED = (Step.MARKED, Step.AHEAD, Step.QUIET)
HELD = (*UNRENDERED, Step.READY)
"""Phones of which a rollout decides when they are told."""
GIVEN = (Step.READY, Step.TOLD, Step.FAILED, Step.ASKS)
"""Phones whose files a rollout has changed, and that have not fetched them."""
BY_ITSELF = "an edit of its own tells it"
APART = 4
KEPT = timedelta(days=90)
"""How long a rollout can be looked at after its end."""


def start(
    session: Session, tenant_id: int, about: tuple[str, str, str], ids: Sequence[int], now: datetime
) -> int | None:
    """Make a rollout of a wide edit and give its number; None where it is small enough to be told at once.

    ``about`` says who, what and where; ``ids`` are phones of the company whose files are marked already.
    """
    policy = policy_of(session, tenant_id)
    if len(ids) < policy.wide_from:
        _put_ahead(session, ids)
        return None
    _one_at_a_time(session, tenant_id)
    _forget_old(session, tenant_id, now)
    actor, what, subject = about
    rollout = Rollout(tenant_id=tenant_id, actor=actor, what=what, subject=subject[:120], started_at=now, paced_at=now)
    rollout.stage, rollout.terms = Stage.RUNNING.value, as_plain(policy)
    rollout.canary_done = policy.canary == 0 and not policy.canary_phones
    session.add(rollout)
    session.flush()
    restarting = _take_over(session, ids, rollout.id)
    first = first_phones.choose(session, tenant_id, ids, policy)
    session.execute(
        insert(RolloutPhone),
        [
            {"rollout_id": rollout.id, "device_id": one, "step": Step.MARKED.value, "canary": one in first}
            | {"restarts": one in restarting, "reason": ""}
            for one in ids
        ],
    )
    return rollout.id


def start_everywhere(session: Session, what: str, now: datetime) -> None:
    """Mark every phone of every company after something that concerns this server as a whole."""
    for tenant in session.scalars(select(Tenant.id)).all():
        query = select(Device.id).where(Device.tenant_id == tenant)
        ids = sorted(session.scalars(query))
        mark_stale(session, query)
        start(session, tenant, ("provserver", what, "server"), ids, now)
    ring(session)


def _one_at_a_time(session: Session, tenant_id: int) -> None:
    """Hold the company's open rollouts until the commit, so that nobody paces or changes them meanwhile."""
    query = select(Rollout.id).where(Rollout.tenant_id == tenant_id, Rollout.ended_at.is_(None))
    session.scalars(query.order_by(Rollout.id).with_for_update()).all()


def _forget_old(session: Session, tenant_id: int, now: datetime) -> None:
    session.execute(delete(Rollout).where(Rollout.tenant_id == tenant_id, Rollout.ended_at < now - KEPT))


def _put_ahead(session: Session, ids: Sequence[int]) -> None:
    for rows in _open_rows(session, ids, HELD):
        for row in rows:
            row.step = Step.AHEAD.value


def _take_over(session: Session, ids: Sequence[int], number: int) -> set[int]:
    """Take phones from older rollouts; give those that need a restart for what they were not told yet."""
    restarting = set()
    for rows in _open_rows(session, ids, (*HELD, Step.TOLD)):
        for row in rows:
            if row.restarts:
                restarting.add(row.device_id)
            row.step, row.reason = Step.MOVED.value, f"rollout {number} tells it"
    session.flush()
    return restarting


def _open_rows(session: Session, ids: Sequence[int], steps: Iterable[Step]) -> Iterable[Sequence[RolloutPhone]]:
    words = [step.value for step in steps]
    for some in batches(ids):
        query = select(RolloutPhone).where(RolloutPhone.device_id.in_(some), RolloutPhone.step.in_(words))
        yield session.scalars(query.order_by(RolloutPhone.device_id, RolloutPhone.rollout_id).with_for_update()).all()


def hold(session: Session, device: Device, outcome: Refreshed, now: datetime) -> bool:
    """Write down that a phone's files are rendered; True where its rollout sees to its being told."""
    return device.id in hold_all(session, [device], {device.id: outcome}, now)


def hold_all(session: Session, devices: Sequence[Device], outcomes: Mapping[int, Refreshed], now: datetime) -> set[int]:
    """Do so for several phones, which are held by their ids' order, and give those whose rollouts see to it."""
    rows = _rows_of(session, [device.id for device in devices])
    lacking = fetches.unproven(session, rows)
    return {
        device.id
        for device in devices
        if (row := rows.get(device.id)) is not None
        and _hold(session, device, row, outcomes[device.id], device.id not in lacking, now)
    }


def _hold(session: Session, device: Device, row: RolloutPhone, outcome: Refreshed, proven: bool, now: datetime) -> bool:
    row.restarts = row.restarts or bool(outcome.resync.restarts)
    if proven:
        row.step = Step.UNCHANGED.value if row.since is None else Step.APPLIED.value
        return False
    row.since = row.since or now
    device.changed_at, device.applied_at, device.resync_attempts = now, None, 0
    row.step = _next(row, device).value
    if row.step == Step.MOVED.value:
        row.reason = BY_ITSELF
        resync.schedule(session, device, now, restart=row.restarts)
    elif device.resync_action in ("", restarts.RESTART):
        device.resync_due_at = device.resync_since = None
        if row.step == Step.LEFT.value:
            _leave(device)
    return True


def _next(row: RolloutPhone, device: Device) -> Step:
    if row.step == Step.QUIET.value:
        return Step.LEFT
    if not resync.is_reachable(device):
        return Step.ASKS
    saved_meanwhile = device.resync_since is not None and device.resync_due_at is not None
    by_itself = row.step == Step.AHEAD.value or saved_meanwhile or device.held in WAITING
    return Step.MOVED if by_itself else Step.READY


def join(session: Session, device: Device, now: datetime) -> None:
    """Write down that a phone is told of an edit of its own, and of what its rollout held back with it."""
    row = _row_of(session, device.id, (*HELD, Step.TOLD))
    if row is None:
        return
    row.step, row.reason = (Step.MOVED, BY_ITSELF) if resync.is_reachable(device) else (Step.ASKS, "")
    row.restarts = row.restarts or device.resync_action == restarts.RESTART
    row.since = row.since or now


def broken(session: Session, device_id: int, reason: str) -> None:
    """Write down that a phone's files could not be rendered."""
    row = _row_of(session, device_id)
    if row is not None:
        row.step, row.reason = Step.FAILED.value, reason[:200]


def _row_of(session: Session, device_id: int, steps: Iterable[Step] = HELD) -> RolloutPhone | None:
    return _rows_of(session, [device_id], steps).get(device_id)


def _rows_of(session: Session, ids: Sequence[int], steps: Iterable[Step] = HELD) -> dict[int, RolloutPhone]:
    """Hold the rows of phones whose rollouts stand at one of these steps, and give each phone's newest."""
    return {row.device_id: row for rows in _open_rows(session, ids, steps) for row in rows}


def unrendered(session: Session, limit: int) -> list[int]:
    """List phones whose rollout has them rendered, the chosen first phones first, then those likely to answer.

    The others are drawn among more than are taken, so that workers beside each other seldom render the same.
    """
    steps = [Step.MARKED.value, Step.QUIET.value]
    query = select(RolloutPhone.device_id, RolloutPhone.canary).where(RolloutPhone.step.in_(steps))
    query = query.join(Device, Device.id == RolloutPhone.device_id)
    order = (RolloutPhone.canary.desc(), RolloutPhone.rollout_id, *first_phones.promising())
    query = query.order_by(*order).limit(limit * APART)
    rows = session.execute(query).all()
    first = [row.device_id for row in rows if row.canary][:limit]
    return first or sample([row.device_id for row in rows], min(limit, len(rows)))


def release_all(session: Session, rollout_id: int) -> None:
    """Let a rollout's phones be: those not told are not told, and those told are not told again.

    A phone that somebody has edited by itself since, or wants to do something, is told of that all the same.
    """
    rows = select(RolloutPhone.told_at, Device).join(Device, Device.id == RolloutPhone.device_id)
    rows = rows.where(RolloutPhone.rollout_id == rollout_id, RolloutPhone.step.in_([step.value for step in GIVEN]))
    for told_at, device in session.execute(rows.order_by(Device.id).with_for_update(of=Device, key_share=True)):
        later = told_at is not None and device.changed_at is not None and device.changed_at > told_at
        if not later and device.resync_action in ("", restarts.RESTART):
            _leave(device)
    session.flush()
    after = {Step.MARKED: Step.QUIET, Step.AHEAD: Step.MOVED, Step.READY: Step.LEFT, Step.TOLD: Step.LEFT}
    for step, ended in after.items():
        query = update(RolloutPhone).where(RolloutPhone.rollout_id == rollout_id, RolloutPhone.step == step.value)
        session.execute(query.values(step=ended.value), execution_options={"synchronize_session": False})


def _leave(device: Device) -> None:
    """Have nobody tell a phone of what a cancelled rollout gave it, however it comes back."""
    device.resync_due_at = device.resync_since = None
    device.resync_action = ""
    device.held, device.held_why = Held.LEFT.value, LEFT_ALONE
