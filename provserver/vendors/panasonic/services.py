"""What the families know of do not disturb, forwarding, dialling and an LDAP directory."""

from provserver.domain.numbers import host_port
from provserver.domain.phone import Phone
from provserver.domain.telephony import Directory, dial_plan, directory, do_not_disturb, forwards
from provserver.vendors.alike import put_forwards
from provserver.vendors.base import Params
from provserver.vendors.panasonic.texts import UTG, family, yes

WAYS = {"always": "UNCONDITIONAL", "busy": "BUSY", "no_answer": "NO_ANSWER"}
"""Names of the UTG, whose lines have them one by one (FusionPBX, utg200b)."""

EMPTY = ("SERVER", "PASSWORD")
"""What a phone without a directory must not keep."""


def put_services(params: Params, phone: Phone) -> None:
    """Write what the server says on every line in use; the wait is left to the phone, whose unit no source tells."""
    quiet, found = do_not_disturb(phone), forwards(phone)
    for line in phone.lines:
        if quiet is not None:
            params.put(f"DND_ENABLE_{line.number}", yes(quiet), "dnd")
        if found is not None:
            names = (f"FWD_%s_ENABLE_{line.number}", f"FWD_%s_NUMBER_{line.number}")
            put_forwards(params, found, WAYS, *names, {flag: yes(flag) for flag in (True, False)})


def put_dialling(params: Params, phone: Phone) -> None:
    """Write the dial plan of every line in use; whether it also forbids what does not fit is left to the phone."""
    plan = dial_plan(phone)
    if plan is None:
        return
    for line in phone.lines:
        params.put(f"DIAL_PLAN_{line.number}", plan, "dial_plan")


def put_directory(params: Params, phone: Phone) -> None:
    """Write the directory, or that there is none; names of the HDV: sail, names of the UTG: FusionPBX."""
    found = directory(phone, ("off",))
    if found is None:
        return
    params.put("LDAP_ENABLE", yes(bool(found.host)), "ldap_server")
    if not found.host:
        params.put_all({f"LDAP_{name}": "" for name in EMPTY}, "ldap_server")
        return
    params.put("LDAP_PASSWORD", found.password, "ldap_password")
    values = _utg(found) if family(phone.model) == UTG else _hdv(found)
    for name, (value, source) in values.items():
        params.put(f"LDAP_{name}", value, source)


def _utg(found: Directory) -> dict[str, tuple[str | int, str]]:
    return {
        "SERVER": (found.host, "ldap_server"),
        "PORT": (found.port, "ldap_server"),
        "SEARCH_BASE_DN": (found.base, "ldap_base"),
        "USER_DN": (found.user, "ldap_user"),
    }


def _hdv(found: Directory) -> dict[str, tuple[str | int, str]]:
    return {
        "SERVER": (f"ldap://{host_port(found.host, None)}", "ldap_server"),
        "SERVER_PORT": (found.port, "ldap_server"),
        "BASEDN": (found.base, "ldap_base"),
        "USERID": (found.user, "ldap_user"),
        "NAME_FILTER": (found.name_filter, "ldap_name_filter"),
        "NUMB_FILTER": (found.number_filter, "ldap_number_filter"),
        "NAME_ATTRIBUTE": (",".join(found.names.split()), "ldap_name_attributes"),
        "NUMB_ATTRIBUTE": (",".join(found.numbers.split()), "ldap_number_attributes"),
    }
