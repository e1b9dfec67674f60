"""Do not disturb, forwarding and the LDAP directory (names and values: Tancredi, akuvox.tmpl)."""

from provserver.domain.phone import Phone
from provserver.domain.telephony import directory, do_not_disturb, forwards
from provserver.vendors.alike import put_forwards
from provserver.vendors.base import Params

WAYS = {"always": "ALWAYS", "busy": "BUSY", "no_answer": "TIMEOUT"}
LDAP = "Config.Ldap.LDAP"
TYPED = "#"
"""What stands in a filter for what is typed."""
EMPTY = ("Server", "Root", "User", "Pwd")
"""What a phone without a directory must not keep."""


def put_services(params: Params, phone: Phone) -> None:
    """Write what holds for the whole phone; the wait is in seconds (manual of the R47P, page 34)."""
    quiet, found = do_not_disturb(phone), forwards(phone)
    if quiet is not None:
        params.put("Config.Features.DND.Enable", quiet, "dnd")
    if found is None:
        return
    put_forwards(params, found, WAYS, "Config.Forward.%s.Enable", "Config.Forward.%s.Target")
    params.put("Config.Forward.TIMEOUT.Timeout", found.delay, "forward_delay")


def put_directory(params: Params, phone: Phone) -> None:
    """Write the directory, or that there is none; no source has a word for its encryption."""
    found = directory(phone, ("off",))
    if found is None:
        return
    params.put(f"{LDAP}.Enable", bool(found.host), "ldap_server")
    if not found.host:
        params.put_all({f"{LDAP}.{name}": "" for name in EMPTY}, "ldap_server")
        return
    by_name, by_number = found.filters(TYPED)
    params.put(f"{LDAP}.Server", found.host, "ldap_server")
    params.put(f"{LDAP}.Port", found.port, "ldap_server")
    params.put(f"{LDAP}.Root", found.base, "ldap_base")
    params.put(f"{LDAP}.User", found.user, "ldap_user")
    params.put(f"{LDAP}.Pwd", found.password, "ldap_password")
    params.put(f"{LDAP}.NameFilter", by_name, "ldap_name_filter")
    params.put(f"{LDAP}.NumberFilter", by_number, "ldap_number_filter")
    params.put(f"{LDAP}.NameAttr", found.names, "ldap_name_attributes")
    params.put(f"{LDAP}.NumberAttr", found.numbers, "ldap_number_attributes")
    params.put(f"{LDAP}.DisplayName", found.shown, "ldap_name_attributes")
