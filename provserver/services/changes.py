"""The one way out for every edit: rows, audit, renderings and what is due commit together (invariant 2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from provserver.db.models import Change, Device
from provserver.db.session import ring
from provserver.domain.roles import Actor, Right
from provserver.services import renderings, resync, rolling
from provserver.services.house import House
from provserver.services.profiles import Profiles

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
    of the rollout that a wide edit became.
    """

    changed: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    restarts: tuple[str, ...] = ()
    may_restart: tuple[str, ...] = ()
    touched: int = 0
    values: tuple[str, ...] = ()
    rollout: int | None = None


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
    record(house, session, actor, edit)
    profiles = Profiles(session, actor.tenant_id, house.config.base_url)
    outcomes = [_refresh(house, session, device, profiles) for device in devices]
    touched, rollout = 0, None
    if wide is not None:
        touched = renderings.mark_stale(session, wide)
        about = (actor.name, edit.what, edit.subject)
        rollout = rolling.start(session, actor.tenant_id, about, sorted(session.scalars(wide)), house.clock())
        ring(session)
    return Saved(
        changed=tuple(name for outcome in outcomes for name in outcome.parameters),
        files=tuple(name for outcome in outcomes for name in outcome.files),
        restarts=tuple(name for outcome in outcomes for name in outcome.resync.restarts),
        may_restart=tuple(name for outcome in outcomes for name in outcome.resync.may_restart),
        touched=touched + len(outcomes),
        rollout=rollout,
    )


def record(house: House, session: Session, actor: Actor, edit: Edit) -> None:
    """Audit an edit that touches no phone, such as what people change of their own account."""
    session.add(
        Change(
            tenant_id=actor.tenant_id,
            at=house.clock(),
            actor=actor.name,
            what=edit.what,
            subject=edit.subject,
            device_id=edit.device_id,
            before=edit.before,
            after=edit.after,
        )
    )
    session.flush()


def _refresh(house: House, session: Session, device: Device, profiles: Profiles) -> renderings.Refreshed:
    outcome = renderings.refresh(session, device, profiles, house.clock())
    if outcome.files:
        tell(house, session, device, outcome)
        rolling.join(session, device, house.clock())
    else:
        rolling.hold(session, device, outcome, house.clock())
    return outcome


def tell(house: House, session: Session, device: Device, outcome: renderings.Refreshed) -> None:
    """Have the phone told of new files, unless what it holds is what they say again."""
    if resync.is_proven(session, device.id):
        device.resync_due_at = device.resync_since = None
        device.changed_at = device.applied_at = house.clock()
        return
    resync.schedule(session, device, house.clock(), restarts=bool(outcome.resync.restarts))
