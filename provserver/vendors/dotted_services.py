"""Do not disturb, forwarding and the LDAP directory in the words that Yealink and Flyingvoice share."""

from functools import lru_cache

from provserver.domain.phone import Phone
from provserver.domain.telephony import Directory, Forwards, directory, do_not_disturb, forwards
from provserver.vendors.alike import put_forwards
from provserver.vendors.base import Params

RING, MOST_RINGS = 6, 20
"""Seconds of one ring, and how many the phone waits at most (easymanua.ls, T48G, page 340)."""

TLS = {"off": 0, "starttls": 1, "ldaps": 2}
"""``ldap.tls_mode`` (Tancredi, yealink.tmpl)."""

WAYS = {way: way for way in ("always", "busy", "no_answer")}
EMPTY = ("host", "base", "user", "password")
"""What a phone without a directory must not keep."""


def put_services(params: Params, phone: Phone) -> None:
    """Write what holds for the whole phone, where the server says it: mode 0 is *phone*, not account by account."""
    quiet, found = do_not_disturb(phone), forwards(phone)
    if quiet is not None:
        params.put("features.dnd_mode", 0, "call_services")
        params.put("features.dnd.enable", quiet, "dnd")
    if found is not None:
        params.put("features.fwd_mode", 0, "call_services")
        put_forwards(params, found, WAYS, "forward.%s.enable", "forward.%s.target")
        params.put("forward.no_answer.timeout", rings(found), "forward_delay")


def rings(found: Forwards) -> int:
    """Give how often the phone rings before it forwards."""
    return min(found.rings(RING), MOST_RINGS)


def put_directory(params: Params, phone: Phone) -> None:
    """Write the LDAP directory, or that there is none."""
    found = directory(phone)
    if found is None:
        return
    params.put("ldap.enable", bool(found.host), "ldap_server")
    if not found.host:
        params.put_all(_nowhere(), "ldap_server")
        return
    params.put("ldap.password", found.password, "ldap_password")
    for name, (value, source) in _values(found).items():
        params.put(f"ldap.{name}", value, source)


@lru_cache(maxsize=1)
def _nowhere() -> dict[str, str]:
    return {f"ldap.{name}": "" for name in EMPTY}


def _values(found: Directory) -> dict[str, tuple[str | int, str]]:
    return {
        "host": (found.host, "ldap_server"),
        "port": (found.port, "ldap_server"),
        "tls_mode": (TLS[found.security], "ldap_security"),
        "base": (found.base, "ldap_base"),
        "user": (found.user, "ldap_user"),
        "version": (3, "server"),
        "name_filter": (found.name_filter, "ldap_name_filter"),
        "number_filter": (found.number_filter, "ldap_number_filter"),
        "name_attr": (found.names, "ldap_name_attributes"),
        "numb_attr": (found.numbers, "ldap_number_attributes"),
        "display_name": (f"%{found.shown}", "ldap_name_attributes"),
    }
