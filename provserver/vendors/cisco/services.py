"""Do not disturb and forwarding: for the whole phone, on adapters line by line.

Names and factory values: FusionPBX (8851, 9861, spa504g, spa525g2, spa122, spa192). The wait is in seconds there, 20.
"""

from provserver.domain.phone import Phone
from provserver.domain.telephony import Forwards, do_not_disturb, forwards, may_be_quiet
from provserver.vendors.base import Params
from provserver.vendors.cisco.dialects import dialect, yes

WAYS = {"always": "Cfwd_All", "busy": "Cfwd_Busy", "no_answer": "Cfwd_No_Ans"}
SWITCHES = {"always": "Cfwd_All", "busy": "Cfwd_Busy", "no_answer": "Cfwd_No_Answer"}
"""What PhoneOS has beside the target: whether it is in use (FusionPBX, 9861)."""


def put_services(params: Params, phone: Phone) -> None:
    """Write what the server says; an adapter's names end with the number of the line."""
    if dialect(phone).phone:
        _put(params, phone, "")
        return
    for line in phone.lines:
        _put(params, phone, f"_{line.number}_")


def _put(params: Params, phone: Phone, end: str) -> None:
    allowed, quiet, found = may_be_quiet(phone), do_not_disturb(phone), forwards(phone)
    if allowed is not None:
        params.put(f"DND_Serv{end}", yes(allowed), "dnd_allowed")
    if quiet is not None:
        params.put(f"DND_Setting{end}", yes(quiet), "dnd")
    if found is not None:
        _put_forwards(params, phone, found, end)


def _put_forwards(params: Params, phone: Phone, found: Forwards, end: str) -> None:
    """Write the targets, and that the service is on, without which they are passed over."""
    for way, name in WAYS.items():
        target = getattr(found, way)
        params.put(f"{name}_Serv{end}", "Yes", "call_services")
        params.put(f"{name}_Dest{end}", target, f"forward_{way}")
        if phone.model.facts["dialect"] == "phoneos":
            params.put(SWITCHES[way], yes(target), f"forward_{way}")
    if dialect(phone).phone and phone.model.facts["dialect"] != "phoneos":
        params.put("Cfwd_Setting", "Yes", "call_services")
    params.put(f"Cfwd_No_Ans_Delay{end}", found.delay, "forward_delay")
