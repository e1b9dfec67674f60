"""Do not disturb, forwarding and dialling, as desk phones and as DECT bases are told."""

from provserver.domain.phone import Phone
from provserver.domain.telephony import dial_plan, do_not_disturb, forwards, may_be_quiet
from provserver.vendors import dotted_services
from provserver.vendors.alike import put_forwards
from provserver.vendors.base import Params
from provserver.vendors.dotted_services import rings
from provserver.vendors.yealink.generation import V84, generation

BY_ACCOUNT = frozenset({"VP530"})
"""A desk phone whose files know forwarding by account alone (FusionPBX, vp530); bases do likewise (w60b, w70b)."""

WAYS = {"always": "always_fwd", "busy": "busy_fwd", "no_answer": "timeout_fwd"}


def put_permission(params: Params, phone: Phone) -> None:
    """Write whether users may turn on do not disturb; 0 hides it from them (sheet, section 3)."""
    allowed = may_be_quiet(phone)
    if allowed is not None:
        params.put("features.dnd.allow", allowed, "dnd_allowed")


def put_services(params: Params, phone: Phone) -> None:
    """Write what holds for the whole phone, or line by line where it knows no other way."""
    if phone.model.name in BY_ACCOUNT:
        put_line_services(params, phone)
    else:
        dotted_services.put_services(params, phone)


def put_line_services(params: Params, phone: Phone) -> None:
    """Write the same on every line."""
    quiet, found = do_not_disturb(phone), forwards(phone)
    for line in phone.lines:
        account = f"account.{line.number}."
        if quiet is not None:
            params.put(f"{account}dnd.enable", quiet, "dnd")
        if found is not None:
            put_forwards(params, found, WAYS, f"{account}%s.enable", f"{account}%s.target")
            params.put(f"{account}timeout_fwd.timeout", rings(found), "forward_delay")


def put_dialling(params: Params, phone: Phone) -> None:
    """Write the digit map, which firmware knows from V84 on; without one everything can be dialled."""
    plan = dial_plan(phone)
    if plan is not None and generation(phone) >= V84:
        params.put("dialplan.digitmap.enable", bool(plan), "dial_plan")
        params.put("dialplan.digitmap.string", plan, "dial_plan")
