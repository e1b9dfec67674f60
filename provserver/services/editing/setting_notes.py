"""Which of a phone's settings do not take effect, and why."""

from collections.abc import Mapping

from provserver.domain.settings import Effective, Scope, effective_ring

WITHOUT_POPUP = "takes effect only while monitor_popup is on"
BY_USERS = "takes effect only while call_services is server"
SERVICES = ("dnd", "forward_always", "forward_busy", "forward_no_answer")
"""Settings that count only where the server sets them."""


def notes(values: Mapping[str, Effective], wanted: Mapping[str, object] | None = None) -> dict[str, str]:
    """Say which values do not take effect, and why; ``wanted`` are values that a dry run would set on the phone."""
    laid = dict(values)
    for name in ("monitor_ring", "monitor_popup", "call_services", *SERVICES):
        value = (wanted or {}).get(name)
        if isinstance(value, (str, bool)):
            laid[name] = Effective(value, Scope.DEVICE)
    found = {"monitor_ring": WITHOUT_POPUP} if laid["monitor_ring"].value != effective_ring(laid) else {}
    if laid["call_services"].value == "users":
        found |= {name: BY_USERS for name in SERVICES if laid[name].value}
    return found
