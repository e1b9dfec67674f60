"""What a phone can be told to do, and the word for a restart that waits."""

from flask import request

from provserver.api import schemas
from provserver.api.calls import call, subject
from provserver.domain.rollout import When
from provserver.doorway import actor, house
from provserver.errors import Invalid
from provserver.services.pushing import progress
from provserver.services.steering import actions, waiting

calls = subject("actions", "Resync, reboot and factory reset, and a restart that waits.")


_ACTION = {"type": "string", "enum": ["resync", "reboot", "factory-reset"]}


@call(
    calls,
    "POST",
    '/devices/<mac>/actions/<any(resync, reboot, "factory-reset"):action>',
    gives=schemas.Action,
    status=202,
    problems=[404, 409, 422],
    query=[schemas.ActionAsked],
    parameters=[{"in": "path", "name": "action", "required": True, "schema": _ACTION}],
)
def act(mac: str, action: str) -> object:
    """Have a phone fetch its files, restart, or forget everything; 409 says why its model cannot.

    A reboot may wait for the company's hours (``window``) or the end of a call (``idle``).
    """
    actions.act(house(), actor(), mac, action, _when())
    return _going(mac, action)


@call(
    calls,
    "POST",
    "/devices/<mac>/actions/restart-now",
    gives=schemas.Action,
    status=202,
    problems=[404, 409, 422],
)
def restart_now(mac: str) -> object:
    """Give the word to a phone whose restart waits; 409 where none does."""
    waiting.restart_now(house(), actor(), mac)
    return _going(mac, "restart-now")


def _when() -> When:
    text = request.args.get("when", When.NOW.value)
    if text not in schemas.WHEN_TO_REBOOT:
        raise Invalid.field("when", "one of " + ", ".join(schemas.WHEN_TO_REBOOT))
    return When(text)


def _going(mac: str, action: str) -> dict[str, object]:
    standing = progress.state(house(), actor(), mac)
    return {"state": standing.state.value, "reason": standing.reason, "action": action}
