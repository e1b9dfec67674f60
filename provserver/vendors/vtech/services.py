"""Do not disturb and forwarding of every account, and the LDAP directory (names: FusionPBX, vtech)."""

from provserver.domain.phone import Phone
from provserver.domain.telephony import directory, do_not_disturb, forwards
from provserver.vendors.alike import put_forwards
from provserver.vendors.base import Params

WAYS = {"always": "call_fwd_always", "busy": "call_fwd_busy", "no_answer": "cfna"}
RING, MOST_RINGS = 6, 10
"""Seconds that a ring is taken for, and the most that the phone counts (service.snom.com, cfna_delay: 1 to 10)."""

EMPTY = ("server_address", "base", "user_name", "access_password")
"""What a phone without a directory must not keep."""


def put_services(params: Params, phone: Phone) -> None:
    """Write the same on every account in use."""
    quiet, found = do_not_disturb(phone), forwards(phone)
    for line in phone.lines:
        account = f"call_settings.account.{line.number}"
        if quiet is not None:
            params.put(f"{account}.dnd_enable", quiet, "dnd")
        if found is not None:
            put_forwards(params, found, WAYS, f"{account}.%s_enable", f"{account}.%s_target")
            params.put(f"{account}.cfna_delay", min(found.rings(RING), MOST_RINGS), "forward_delay")


def put_directory(params: Params, phone: Phone) -> None:
    """Write the directory, or that there is none; each part of a name has a filter of its own."""
    found = directory(phone, ("off",))
    if found is None:
        return
    params.put("remoteDir.ldap_enable", bool(found.host), "ldap_server")
    if not found.host:
        params.put_all({f"remoteDir.ldap_{name}": "" for name in EMPTY}, "ldap_server")
        return
    first, *rest = found.names.split() or [""]
    last = rest[0] if rest else first
    work, mobile, other = [*found.numbers.split(), "", "", ""][:3]
    params.put("remoteDir.ldap_directory_name", "LDAP", "ldap_server")
    params.put("remoteDir.ldap_server_address", found.host, "ldap_server")
    params.put("remoteDir.ldap_port", found.port, "ldap_server")
    params.put("remoteDir.ldap_protocol_version", "version_3", "server")
    params.put("remoteDir.ldap_authentication_type", "simple", "server")
    params.put("remoteDir.ldap_base", found.base, "ldap_base")
    params.put("remoteDir.ldap_user_name", found.user, "ldap_user")
    params.put("remoteDir.ldap_access_password", found.password, "ldap_password")
    for word, attribute in (("firstname", first), ("lastname", last)):
        params.put(f"remoteDir.ldap_{word}_attribute", attribute, "ldap_name_attributes")
        params.put(f"remoteDir.ldap_{word}_filter", f"({attribute}=%)", "ldap_name_attributes")
    params.put("remoteDir.ldap_number_filter", found.number_filter, "ldap_number_filter")
    params.put("remoteDir.ldap_work_number_attributes", work, "ldap_number_attributes")
    params.put("remoteDir.ldap_mobile_number_attributes", mobile, "ldap_number_attributes")
    params.put("remoteDir.ldap_other_number_attributes", other, "ldap_number_attributes")
