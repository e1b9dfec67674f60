"""When and where phones were last seen, and what their User-Agents tell."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from provserver.db.holding import hold
from provserver.db.models import Device
from provserver.db.session import ring
from provserver.domain.requests import Sighting, Verdict
from provserver.services.delivery import suspicion
from provserver.services.guarding import alarms
from provserver.services.guarding.alarms import Ringing
from provserver.services.rendering.renderings import mark_stale
from provserver.vendors.registry import identify

NOT_SEEN = frozenset(
    {Verdict.MISMATCH, Verdict.LOCKED, Verdict.CHALLENGED, Verdict.WRONG_PASSWORD, Verdict.UNKNOWN_TOKEN}
)
"""Requests that say nothing of the phone: somebody else may have sent them."""


def see(session: Session, sightings: Iterable[Sighting]) -> set[int]:
    """Write down when and where phones were last seen, and what their User-Agents tell, in the order of the requests.

    A firmware that was not known before may want other words in the files, so they are rendered again. Returns the
    ids of those phones that are still there.
    """
    seen = [sighting for sighting in sightings if sighting.device_id is not None]
    if not seen:
        return set()
    hold(session, {one.device_id for one in seen if one.device_id is not None})
    found = session.execute(_BEFORE, {"ids": sorted({one.device_id for one in seen if one.device_id is not None})})
    before = {row["id"]: dict(row) for row in found.mappings()}
    after, reasons = dict(before), list[Ringing]()
    for sighting in sorted(seen, key=lambda one: one.at):
        if sighting.device_id in after and sighting.reply.verdict not in NOT_SEEN:
            moved, reason = suspicion.move(after[sighting.device_id], sighting)
            after[sighting.device_id] = {**_seen(sighting, after[sighting.device_id]), **moved}
            reasons += [reason] if reason else []
    changed = [row for number, row in after.items() if row is not before[number]]
    if changed:
        session.connection().execute(_SEE, [{f"new_{name}": row[name] for name in row} for row in changed])
    alarms.ring(session, reasons)
    upgraded = [number for number, row in after.items() if row["firmware"] != before[number]["firmware"]]
    if upgraded:
        mark_stale(session, upgraded)
        ring(session)
    return set(before)


_FACTS = ("last_seen", "address", "address_before", "moved_at", "user_agent", "firmware", "seen_model")
_BEFORE = select(Device.id, *(Device.__table__.c[name] for name in _FACTS)).where(
    Device.id.in_(bindparam("ids", expanding=True))
)
_SEE = (
    update(Device.__table__)  # type: ignore[arg-type]  # one statement for many rows, past the ORM
    .where(Device.__table__.c.id == bindparam("new_id"))
    .values({name: bindparam(f"new_{name}") for name in _FACTS})
)


def _seen(sighting: Sighting, before: dict[str, Any]) -> dict[str, Any]:
    agent = sighting.request.user_agent[:200]
    identity = identify(agent) if agent and agent != before["user_agent"] else None
    firmware = identity.firmware[:64] if identity and identity.firmware else before["firmware"]
    model = f"{identity.vendor}/{identity.model}"[:64] if identity and identity.model else before["seen_model"]
    return {
        "id": sighting.device_id,
        "last_seen": sighting.at,
        "user_agent": agent or before["user_agent"],
        "firmware": firmware,
        "seen_model": model,
    }
