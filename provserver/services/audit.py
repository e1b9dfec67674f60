"""The history: what was changed, by whom, from what to what."""

from collections.abc import Sequence

from provserver.db.models import Change
from provserver.db.queries import device_by_mac, owned
from provserver.domain.roles import Actor, Right
from provserver.services.house import House


def history(house: House, actor: Actor, mac: str | None = None, limit: int = 100, before: int = 0) -> Sequence[Change]:
    """List changes, newest first; of one phone, or of the whole company. ``before`` is the id to go on from."""
    actor.require(Right.READ)
    with house.database.reading() as session:
        query = owned(Change, actor).order_by(Change.id.desc()).limit(limit)
        if mac is not None:
            query = query.where(Change.device_id == device_by_mac(session, actor, mac).id)
        if before:
            query = query.where(Change.id < before)
        return session.scalars(query).all()
