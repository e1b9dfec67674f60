"""What a phone can be told to do at once."""

from provserver.api import schemas
from provserver.api.calls import call, subject
from provserver.doorway import actor, house
from provserver.services import devices, progress

calls = subject("actions", "Resync, reboot and factory reset.")


_ACTION = {"type": "string", "enum": ["resync", "reboot", "factory-reset"]}


@call(
    calls,
    "POST",
    '/devices/<mac>/actions/<any(resync, reboot, "factory-reset"):action>',
    gives=schemas.Action,
    status=202,
    problems=[404, 409, 422],
    parameters=[{"in": "path", "name": "action", "required": True, "schema": _ACTION}],
)
def act(mac: str, action: str) -> object:
    """Have a phone fetch its files, restart, or forget everything; 409 says why its model cannot."""
    devices.act(house(), actor(), mac, action)
    standing = progress.state(house(), actor(), mac)
    return {"state": standing.state.value, "reason": standing.reason, "action": action}
