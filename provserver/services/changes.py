"""The one way out for every edit: rows, audit, renderings and what is due commit together (invariant 2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from provserver.db.models import Change, Device
from provserver.db.session import ring
from provserver.domain.roles import Actor, Right
from provserver.services import renderings, resync
from provserver.services.house import House
from provserver.services.profiles import Profiles


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

    ``values`` names the settings and overrides that really changed, where those were saved; ``change`` is the number
    of the line in the history, 0 where nothing was done.
    """

    changed: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    restarts: tuple[str, ...] = ()
    may_restart: tuple[str, ...] = ()
    touched: int = 0
    values: tuple[str, ...] = ()
    change: int = 0


TRIED = "phones that a trial touches"
"""Where a trial's session collects ids (``services/previews.py``); there wide edits mark nothing."""
UNDOING = "changes that are taken back"
"""Where an undo's session says which changes the next edit takes back (``services/undoing.py``)."""


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
    worker to render and tell where the result differs.
    """
    actor.require(Right.EDIT)
    change = record(house, session, actor, edit)
    profiles = Profiles(session, actor.tenant_id, house.config.base_url)
    near = list(devices)
    outcomes = [_refresh(house, session, device, profiles) for device in near]
    session.info.get(TRIED, set()).update(device.id for device in near)
    return Saved(
        changed=tuple(name for outcome in outcomes for name in outcome.parameters),
        files=tuple(name for outcome in outcomes for name in outcome.files),
        restarts=tuple(name for outcome in outcomes for name in outcome.resync.restarts),
        may_restart=tuple(name for outcome in outcomes for name in outcome.resync.may_restart),
        touched=len(outcomes) + (0 if wide is None else _mark(session, wide)),
        change=change,
    )


def _mark(session: Session, wide: Select[int]) -> int:
    ids = list(session.scalars(wide.distinct()))
    if TRIED in session.info:
        session.info[TRIED].update(ids)
        return len(ids)
    renderings.mark_stale(session, ids)
    ring(session)
    return len(ids)


def record(house: House, session: Session, actor: Actor, edit: Edit) -> int:
    """Write a line of the history, and give its number; for what an edit brings about beside itself."""
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
    return outcome


def tell(house: House, session: Session, device: Device, outcome: renderings.Refreshed) -> None:
    """Have the phone told of new files, unless what it holds is what they say again."""
    if resync.is_proven(session, device.id):
        device.resync_due_at = device.resync_since = None
        device.changed_at = device.applied_at = house.clock()
        return
    resync.schedule(session, device, house.clock(), restarts=bool(outcome.resync.restarts))
