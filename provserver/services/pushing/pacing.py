"""How fast a rollout goes: who is told next, who has fetched, who failed, and when it stops by itself.

Everything is in rows, and whoever locks a rollout's row is the only one who paces it: any number of workers on any
number of nodes keep to one pace, and a worker that dies leaves nothing behind.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import uniform

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from provserver.db.models import Device, Rollout, RolloutPhone
from provserver.db.session import ring
from provserver.domain.rollout import (
    Counts,
    Policy,
    Stage,
    Step,
    When,
    count,
    first_free,
    from_plain,
    may_be_told,
    why_halt,
)
from provserver.services.house import House
from provserver.services.pushing import first_phones, restarts

EVERY = timedelta(milliseconds=500)
"""How often a running rollout is looked at."""
AHEAD = timedelta(milliseconds=750)
"""How far ahead phones are given their moments: a worker that looks a little late loses none."""
TRIES = 3
"""A phone that was told so often and has not fetched counts as failed; it is told again all the same."""
ASK_AGAIN = timedelta(minutes=10)
"""How soon engines are asked again about a phone that waits for a word because they did not tell."""
LATELY = timedelta(seconds=1)
BATCH = 500
OPEN = (Step.READY, Step.TOLD, Step.ASKS, Step.FAILED, Step.LEFT, Step.MOVED)
"""Phones that may still fetch what the rollout gave them."""


def step(house: House, now: datetime) -> bool:
    """Take every running rollout a step further; True while there is one that must be looked at again soon."""
    _note_fetched(house)
    with house.database.reading() as session:
        running = list(session.scalars(select(Rollout.id).where(Rollout.stage == Stage.RUNNING.value)))
    for number in running:
        with house.database.transaction() as session:
            query = select(Rollout).where(Rollout.id == number, Rollout.stage == Stage.RUNNING.value)
            rollout = session.scalar(query.with_for_update(skip_locked=True))
            if rollout is not None:
                _advance(session, rollout, now)
    _end_what_is_over(house, now)
    return bool(running)


def _end_what_is_over(house: House, now: datetime) -> None:
    """End rollouts that somebody paused, or that halted, and whose phones have all fetched by themselves since."""
    query = select(Rollout).where(Rollout.stage.in_([Stage.PAUSED.value, Stage.HALTED.value]))
    with house.database.reading() as session:
        over = [row.id for row in session.scalars(query) if _is_over(counts_of(session, row.id))]
    if not over:
        return
    with house.database.transaction() as session:
        for rollout in session.scalars(query.where(Rollout.id.in_(over)).with_for_update(skip_locked=True)):
            if _is_over(counts_of(session, rollout.id)):
                rollout.stage, rollout.ended_at, rollout.canary_done = Stage.DONE.value, now, True


def _is_over(counts: Counts) -> bool:
    return counts.open == 0 and counts.failed == 0


def _note_fetched(house: House) -> None:
    """Find phones that fetched what their rollout gave them, those of ended rollouts too."""
    query = (
        select(RolloutPhone)
        .join(Device, Device.id == RolloutPhone.device_id)
        .where(RolloutPhone.step.in_([one.value for one in OPEN]))
        .where(RolloutPhone.since.is_not(None), Device.applied_at.is_not(None))  # emptied when ``since`` is written
        .order_by(RolloutPhone.device_id, RolloutPhone.rollout_id)
        .limit(BATCH)
    )
    with house.database.reading() as session:
        if session.scalar(query.with_only_columns(RolloutPhone.device_id).order_by(None).limit(1)) is None:
            return
    with house.database.transaction() as session:
        for row in session.scalars(query.with_for_update(of=RolloutPhone, skip_locked=True)):
            row.step, row.reason = Step.APPLIED.value, ""


def _advance(session: Session, rollout: Rollout, now: datetime) -> None:
    policy = from_plain(rollout.terms)
    _take_back(session, rollout, now)
    if not rollout.canary_done:
        first_phones.replace_unreached(session, rollout, policy)
    _note_failed(session, rollout)
    counts = counts_of(session, rollout.id)
    if reason := why_halt(policy, counts, 0 if rollout.canary_done else _failed_canaries(session, rollout)):
        rollout.stage, rollout.reason = Stage.HALTED.value, reason
        return
    if not rollout.canary_done:
        rollout.canary_done = _canaries_are_done(session, rollout, policy, counts)
    _release(session, rollout, policy, counts, now)
    if counts.open == 0:
        rollout.stage, rollout.ended_at, rollout.canary_done = Stage.DONE.value, now, True


def counts_of(session: Session, rollout_id: int) -> Counts:
    """Count a rollout's phones by where they stand."""
    query = select(RolloutPhone.step, func.count()).where(RolloutPhone.rollout_id == rollout_id)
    rows = session.execute(query.group_by(RolloutPhone.step)).all()
    return count({row[0]: row[1] for row in rows})


def _take_back(session: Session, rollout: Rollout, now: datetime) -> None:
    """Let phones that may not be told now after all, because of the hours or a call, wait for their turn once more."""
    query = select(RolloutPhone, Device).join(Device, Device.id == RolloutPhone.device_id)
    query = query.where(RolloutPhone.rollout_id == rollout.id, RolloutPhone.step == Step.TOLD.value)
    query = query.where(Device.held.in_([held.value for held in restarts.WAITING]))
    for row, device in session.execute(
        query.with_for_update(of=[RolloutPhone, Device], skip_locked=True, key_share=True)
    ):
        row.step, row.reason = Step.READY.value, device.held_why
        row.not_before = device.resync_due_at or now + ASK_AGAIN
        device.held, device.held_why, device.resync_due_at = "", "", None
    session.flush()


def _note_failed(session: Session, rollout: Rollout) -> None:
    """Find phones that were told and will not fetch, or that nobody can tell."""
    settled = Device.resync_due_at.is_(None) & Device.resync_claimed_until.is_(None)
    query = (
        select(RolloutPhone, Device)
        .join(Device, Device.id == RolloutPhone.device_id)
        .where(RolloutPhone.rollout_id == rollout.id, RolloutPhone.step == Step.TOLD.value)
        .where(or_(Device.resync_attempts >= TRIES, settled), Device.applied_at.is_(None))
    )
    for row, device in session.execute(query.with_for_update(of=RolloutPhone, skip_locked=True)):
        answered = device.told_at is not None and row.told_at is not None and device.told_at >= row.told_at
        row.step = (_failed(rollout, row) if answered else Step.ASKS).value
        row.reason = _why(device) if answered else ""
    session.flush()


def _failed(rollout: Rollout, row: RolloutPhone) -> Step:
    """Give the step of a phone that failed: one told before the rollout was resumed does not speak against it."""
    if rollout.resumed_at is None or row.told_at is None or row.told_at > rollout.resumed_at:
        return Step.FAILED
    return Step(rollout.resumed_to)


def _why(device: Device) -> str:
    fetches_not = 200 <= device.told_status < 300
    return (f"{device.told_reason}; the phone did not fetch" if fetches_not else device.told_reason)[:200]


def _failed_canaries(session: Session, rollout: Rollout) -> int:
    return _canaries(session, rollout, Step.FAILED)


def _canaries(session: Session, rollout: Rollout, *steps: Step) -> int:
    query = select(func.count()).select_from(RolloutPhone).where(RolloutPhone.rollout_id == rollout.id)
    query = query.where(RolloutPhone.canary.is_(True), RolloutPhone.step.in_([one.value for one in steps]))
    return session.scalar(query) or 0


@dataclass(frozen=True, slots=True)
class _First:
    """How many of the first phones have applied, how many are on their way, and how many are wanted."""

    applied: int
    going: int
    wanted: int


def _first(session: Session, rollout: Rollout, policy: Policy) -> _First:
    applied = _canaries(session, rollout, Step.APPLIED)
    going = _canaries(session, rollout, Step.MARKED, Step.AHEAD, Step.READY, Step.TOLD, Step.FAILED)
    return _First(applied, going, applied + going if policy.canary_phones and applied + going else policy.canary)


def _canaries_are_done(session: Session, rollout: Rollout, policy: Policy, counts: Counts) -> bool:
    """Tell whether the first phones have applied; fewer are enough where there are no more."""
    first = _first(session, rollout, policy)
    return not first.going and (
        first.applied >= first.wanted or (counts.rendered == counts.phones and not counts.waiting)
    )


def _release(session: Session, rollout: Rollout, policy: Policy, counts: Counts, now: datetime) -> None:
    """Give the next phones their moments, one slot of 1/rate seconds each, as far ahead as a worker looks.

    A phone is told somewhere within its slot, so that no second holds more than the rate, a tenth of it and two.
    """
    room = policy.outstanding - _under_way(session, rollout)
    if room <= 0 or not counts.waiting:
        return
    gap = timedelta(seconds=1 / policy.rate)
    slot = _first_slot(session, rollout, gap, now)
    room = min(room, int((now + AHEAD - slot) / gap) + 1)
    if slot > now + AHEAD:
        return
    for row, device in _next_phones(session, rollout, policy, room, now):
        row.step, row.told_at, row.reason = Step.TOLD.value, now, ""
        row.canary = row.canary or not rollout.canary_done
        if row.restarts and not device.resync_action:
            device.resync_action = restarts.RESTART
        device.held, device.held_why = "", ""
        device.restart_when = (When.NOW if rollout.word else policy.restart).value
        device.resync_attempts = 0
        device.resync_due_at = slot + uniform(0, 1) * gap  # noqa: S311  no secret
        slot += gap
        rollout.paced_at = slot
        ring(session)


def _under_way(session: Session, rollout: Rollout) -> int:
    """Count phones that may fetch at any moment; one that did not hear of it when it was told keeps no other back."""
    query = select(func.count()).select_from(RolloutPhone).join(Device, Device.id == RolloutPhone.device_id)
    query = query.where(RolloutPhone.rollout_id == rollout.id, RolloutPhone.step == Step.TOLD.value)
    heard = or_(Device.resync_attempts == 0, Device.told_status.between(200, 299))
    return session.scalar(query.where(heard)) or 0


def _first_slot(session: Session, rollout: Rollout, gap: timedelta, now: datetime) -> datetime:
    """Find the first moment that is free, by when phones were really told lately or are about to be.

    Phones that were told late and together, because no worker came to them in time, take their room from the next.
    """
    since = now - LATELY
    told = Device.resync_claimed_at > since
    given = (RolloutPhone.step == Step.TOLD.value) & (Device.resync_attempts == 0)
    given &= Device.resync_due_at.is_not(None) & Device.resync_claimed_until.is_(None)
    query = select(Device.resync_claimed_at, Device.resync_due_at)
    query = query.join(RolloutPhone, RolloutPhone.device_id == Device.id)
    rows = session.execute(query.where(RolloutPhone.rollout_id == rollout.id, or_(told, given)))
    moments = [at if at is not None and at > since else max(due or now, now) for at, due in rows]
    return max(rollout.paced_at, first_free(moments, gap, now))


def _next_phones(
    session: Session, rollout: Rollout, policy: Policy, room: int, now: datetime
) -> list[tuple[RolloutPhone, Device]]:
    """Choose phones that wait for their turn; a phone that somebody is saving has its turn next time."""
    query = (
        select(RolloutPhone, Device)
        .join(Device, Device.id == RolloutPhone.device_id)
        .where(RolloutPhone.rollout_id == rollout.id, RolloutPhone.step == Step.READY.value)
    )
    if not rollout.word:
        query = query.where(or_(RolloutPhone.not_before.is_(None), RolloutPhone.not_before <= now))
        for restarting in (True, False):
            if not may_be_told(policy, now, restarts=restarting):
                query = query.where(RolloutPhone.restarts.is_not(restarting))
    if not rollout.canary_done:
        first = _first(session, rollout, policy)
        more = first.wanted - first.applied - first.going
        if more <= 0:
            query = query.where(RolloutPhone.canary.is_(True))
        else:
            room = min(room, more)
    order = (RolloutPhone.canary.desc(), *first_phones.promising())
    query = (
        query.order_by(*order).limit(room).with_for_update(of=[RolloutPhone, Device], skip_locked=True, key_share=True)
    )
    return [(row, device) for row, device in session.execute(query)]
