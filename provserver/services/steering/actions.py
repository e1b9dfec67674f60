"""What a phone is told to do at somebody's word: ask again, restart, forget everything."""

from provserver.db.models import Device
from provserver.db.queries import device_by_mac
from provserver.domain.hardware import Feature
from provserver.domain.roles import Actor, Right
from provserver.domain.rollout import When
from provserver.errors import Unsupported
from provserver.services import changes
from provserver.services.changes import Edit
from provserver.services.house import House
from provserver.services.pushing import resync
from provserver.vendors.registry import model_of, vendors


def act(house: House, actor: Actor, mac: str, action: str, when: When = When.NOW) -> Device:
    """Have a phone resync, reboot or forget everything; raises Unsupported where its maker knows no way.

    ``when`` lets a reboot wait for the company's hours or the end of a call.
    """
    actor.require(Right.EDIT)
    with house.database.transaction() as session:
        device = device_by_mac(session, actor, mac, lock=True)
        rules = vendors()[device.vendor].rules
        model = model_of(device.vendor, device.model)
        if action not in rules.pushes or Feature(action) not in model.supports:
            reason = rules.refusals.get(action) or model.lacks.get(action)
            raise Unsupported(reason or f"{model.title} cannot be told to {action} over SIP")
        if not resync.is_reachable(device):
            raise Unsupported("this phone has no address yet: it has not asked for its configuration")
        resync.request_action(session, device, action, house.clock(), when if action == "reboot" else When.NOW)
        changes.commit(house, session, actor, Edit(f"action {action}", device.mac, None, action, device.id))
        return device
