"""The one way out for every edit: rows, audit, renderings and what is due commit together (invariant 2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from provserver.db.holding import hold
from provserver.db.models import Change, Device
from provserver.db.session import ring
from provserver.domain.roles import Actor, Right
from provserver.services.house import House
from provserver.services.pushing import fetches, restarts, resync, retries, rolling
from provserver.services.pushing.restarts import Waits
from provserver.services.rendering import renderings
from provserver.services.rendering.profiles import Profiles

CHANGING = (Right.KEYS, Right.EDIT, Right.REVEAL, Right.PEOPLE, Right.COMPANY, Right.OPERATE)
"""Who has none of these changes nothing, whatever a service asked before."""


@dataclass(frozen=True, slots=True)
class Edit:
    """What was changed; ``before`` and ``after`` hold no secrets: mask them first."""

    what: str
    subject: str
    before: Any
    after: Any
    device_id: int | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save did: the parameters that changed, which of them restart the phone, and the phones marked.

    ``values`` names the settings and overrides that really changed, where those were saved. ``rollout`` is the number
    of the rollout that a wide edit became, ``change`` that of the line in the history, 0 where nothing was done.
    ``waits`` says what the restart of a phone waits for that is saved by itself.
    """

    changed: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    restarts: tuple[str, ...] = ()
    may_restart: tuple[str, ...] = ()
    touched: int = 0
    values: tuple[str, ...] = ()
    rollout: int | None = None
    change: int = 0
    waits: Waits | None = None


TRIED = "phones that a trial touches"
"""Where a trial's session collects ids (``services/editing/previews.py``); there wide edits mark nothing."""
UNDOING = "changes that are taken back"
"""Where an undo's session says which changes the next edit takes back (``services/history/undoing.py``)."""


def commit(
    house: House,
    session: Session,
    actor: Actor,
    edit: Edit,
    devices: Iterable[Device] = (),
    wide: Select[int] | None = None,
) -> Saved:
    """Audit an edit and bring its phones up to date, inside the caller's transaction.

    ``devices`` are rendered at once and told; ``wide`` selects the ids of phones that are only marked, for the
    worker to render and tell where the result differs; where they are many, as a rollout.
    """
    if not any(actor.may(right) for right in CHANGING):
        actor.require(Right.EDIT)
    near = list(devices)
    hold(session, [device.id for device in near])
    change = record(house, session, actor, edit)
    profiles = Profiles(session, actor.tenant_id, house.config.base_url)
    outcomes = [_refresh(house, session, device, profiles) for device in near]
    session.info.get(TRIED, set()).update(device.id for device in near)
    touched, rollout = (0, None) if wide is None else _mark(house, session, actor, edit, wide)
    return Saved(
        changed=tuple(name for outcome in outcomes for name in outcome.parameters),
        files=tuple(name for outcome in outcomes for name in outcome.files),
        restarts=tuple(name for outcome in outcomes for name in outcome.resync.restarts),
        may_restart=tuple(name for outcome in outcomes for name in outcome.resync.may_restart),
        touched=len(outcomes) + touched,
        rollout=rollout,
        change=change,
        waits=next((waits for device in near if (waits := restarts.waits_of(device))), None),
    )


def _mark(house: House, session: Session, actor: Actor, edit: Edit, wide: Select[int]) -> tuple[int, int | None]:
    """Mark the phones of a wide edit; give how many they are, and the number of the rollout that it became."""
    ids = sorted(session.scalars(wide.distinct()))
    if TRIED in session.info:
        session.info[TRIED].update(ids)
        return len(ids), None
    renderings.mark_stale(session, ids)
    if isinstance(edit.after, dict) and not retries.NAMES.isdisjoint(edit.after):
        retries.try_again(session, wide, house.clock())
    about = (actor.name, edit.what, edit.subject)
    rollout = rolling.start(session, actor.tenant_id, about, ids, house.clock())
    ring(session)
    return len(ids), rollout


def record(house: House, session: Session, actor: Actor, edit: Edit) -> int:
    """Write a line of the history, and give its number; for what touches no phone, or comes of another edit."""
    row = Change(
        tenant_id=actor.tenant_id,
        at=house.clock(),
        actor=actor.name,
        what=edit.what,
        subject=edit.subject,
        device_id=edit.device_id,
        before=edit.before,
        after=edit.after,
        undoes=session.info.get(UNDOING),
    )
    session.add(row)
    session.flush()
    return row.id


def _refresh(house: House, session: Session, device: Device, profiles: Profiles) -> renderings.Refreshed:
    outcome = renderings.refresh(session, device, profiles, house.clock())
    if outcome.files:
        tell(house, session, device, outcome)
        rolling.join(session, device, house.clock())
    else:
        rolling.hold(session, device, outcome, house.clock())
        if device.resync_attempts:
            retries.try_again(session, select(Device.id).where(Device.id == device.id), house.clock())
    return outcome


def tell(house: House, session: Session, device: Device, outcome: renderings.Refreshed) -> None:
    """Have the phone told of new files, unless what it holds is what they say again."""
    if fetches.is_proven(session, device.id):
        restarts.free(device)
        device.resync_due_at = device.resync_since = None
        device.changed_at = device.applied_at = house.clock()
        return
    resync.schedule(session, device, house.clock(), restart=bool(outcome.resync.restarts))
