"""The word for one phone whose restart waits."""

from sqlalchemy.orm import Session

from provserver.db.models import Device
from provserver.db.queries import device_by_mac
from provserver.db.session import ring
from provserver.domain.roles import Actor, Right
from provserver.domain.rollout import When
from provserver.errors import Conflict
from provserver.services import changes
from provserver.services.changes import Edit
from provserver.services.house import House
from provserver.services.pushing import restarts


def restart_now(house: House, actor: Actor, mac: str) -> Device:
    """Have a phone restart now that waits for it; raises Conflict where it does not."""
    actor.require(Right.EDIT)
    with house.database.transaction() as session:
        device = device_by_mac(session, actor, mac, lock=True)
        waits = restarts.waits_of(device)
        if waits is None:
            raise Conflict("this phone has no restart that waits")
        _go(house, session, device)
        changes.commit(house, session, actor, Edit("action restart-now", device.mac, waits.what, "now", device.id))
        return device


def _go(house: House, session: Session, device: Device) -> None:
    now = house.clock()
    restarts.free(device)
    device.restart_when = When.NOW.value
    device.resync_attempts = 0
    device.resync_since = device.resync_due_at = now
    ring(session)
