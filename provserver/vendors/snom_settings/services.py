"""Do not disturb and forwarding, identity by identity, and the LDAP directory of the whole phone."""

from provserver.domain.phone import Phone
from provserver.domain.telephony import Directory, directory, do_not_disturb, forwards
from provserver.vendors.alike import put_forwards
from provserver.vendors.base import Params
from provserver.vendors.snom_settings.settings import ON, SECURITIES

WAYS = {"always": "all", "busy": "busy", "no_answer": "time"}
EMPTY = ("server", "base", "username", "password")
"""What a phone without a directory must not keep."""


def put_services(params: Params, phone: Phone) -> None:
    """Write the same on every identity in use (names and values: sheet, section 3; Tancredi, snom.tmpl)."""
    quiet, found = do_not_disturb(phone), forwards(phone)
    for line in phone.lines:
        index = f"[{line.number}]"
        if quiet is not None:
            params.put(f"dnd_mode{index}", ON[quiet], "dnd")
        if found is not None:
            put_forwards(params, found, WAYS, f"fwd_%s_enabled{index}", f"fwd_%s_target{index}", ON)
            params.put(f"fwd_time_secs{index}", found.delay, "forward_delay")


def put_directory(params: Params, phone: Phone) -> None:
    """Write the directory, or that there is none."""
    found = directory(phone, SECURITIES)
    if found is None:
        return
    if not found.host:
        params.put_all({f"ldap_{name}": "" for name in EMPTY}, "ldap_server")
        return
    params.put("ldap_password", found.password, "ldap_password")
    for name, (value, source) in _values(found).items():
        params.put(f"ldap_{name}", value, source)


def _values(found: Directory) -> dict[str, tuple[str | int, str]]:
    return {
        "server": (found.host, "ldap_server"),
        "port": (found.port, "ldap_server"),
        "over_tls": (ON[found.security == "ldaps"], "ldap_security"),
        "base": (found.base, "ldap_base"),
        "username": (found.user, "ldap_user"),
        "search_filter": (found.name_filter, "ldap_name_filter"),
        "number_filter": (found.number_filter, "ldap_number_filter"),
        "name_attributes": (found.names, "ldap_name_attributes"),
        "number_attributes": (found.numbers, "ldap_number_attributes"),
        "display_name": (f"%{found.shown}", "ldap_name_attributes"),
    }
