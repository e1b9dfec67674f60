"""Do not disturb and forwarding, line by line, and the LDAP directory.

Names and factory values: FusionPBX (x6, x7a; x4 for the first firmwares); values of a directory: Tancredi, fanvil-X5.
"""

from provserver.domain.phone import Phone
from provserver.domain.telephony import directory, do_not_disturb, forwards
from provserver.vendors.alike import put_forwards
from provserver.vendors.base import Params
from provserver.vendors.fanvil.dialect import is_old

WAYS = {"always": "AlwaysFWD", "busy": "BusyFWD", "no_answer": "NoAnswerFWD"}
SSL = {"off": 0, "ldaps": 1, "starttls": 2}
ANONYMOUS, SIMPLE = 0, 3
LDAP = "phone/ldap[1]"
EMPTY = ("Server", "Base", "Username", "Password", "Title")
"""What a phone without a directory must not keep."""


def put_services(params: Params, phone: Phone) -> None:
    """Write the same on every line in use; the wait is in seconds."""
    quiet, found = do_not_disturb(phone), forwards(phone)
    for line in phone.lines:
        account = f"sip/line[{line.number}]"
        if quiet is not None:
            params.put(f"{account}/EnableDND", quiet, "dnd")
        if found is not None:
            put_forwards(params, found, WAYS, f"{account}/%s", f"{account}/%sNum")
            params.put(f"{account}/FWDTimer", found.delay, "forward_delay")


def put_directory(params: Params, phone: Phone) -> None:
    """Write the first directory, or that there is none; the first firmwares have no encryption for it."""
    found = directory(phone, ("off",) if is_old(phone) else tuple(SSL))
    if found is None:
        return
    if not found.host:
        params.put_all({f"{LDAP}/{name}": "" for name in EMPTY}, "ldap_server")
        return
    first, second, third = [*found.numbers.split(), "", "", ""][:3]
    params.put(f"{LDAP}/Title", "LDAP", "ldap_server")
    params.put(f"{LDAP}/Server", found.host, "ldap_server")
    params.put(f"{LDAP}/port", found.port, "ldap_server")
    params.put(f"{LDAP}/Base", found.base, "ldap_base")
    params.put(f"{LDAP}/UseSSL", SSL[found.security], "ldap_security")
    params.put(f"{LDAP}/Version", 3, "server")
    params.put(f"{LDAP}/Authenticate", SIMPLE if found.user else ANONYMOUS, "ldap_user")
    params.put(f"{LDAP}/Username", found.user, "ldap_user")
    params.put(f"{LDAP}/Password", found.password, "ldap_password")
    params.put(f"{LDAP}/TelAttr", first, "ldap_number_attributes")
    params.put(f"{LDAP}/MobileAttr", second, "ldap_number_attributes")
    params.put(f"{LDAP}/OtherAttr", third, "ldap_number_attributes")
    params.put(f"{LDAP}/NameAttr", found.names, "ldap_name_attributes")
    params.put(f"{LDAP}/SortAttr", found.shown, "ldap_name_attributes")
    params.put(f"{LDAP}/Displayname", found.shown, "ldap_name_attributes")
    params.put(f"{LDAP}/NameFilter", found.name_filter, "ldap_name_filter")
    params.put(f"{LDAP}/NumberFilter", found.number_filter, "ldap_number_filter")
