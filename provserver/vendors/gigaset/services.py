"""Do not disturb, forwarding and the LDAP directory of Maxwell phones (names and values: Tancredi, gigaset-Maxwell)."""

from provserver.domain.phone import Phone
from provserver.domain.telephony import directory, do_not_disturb, forwards
from provserver.vendors.base import Params

WAYS = {"always": "All", "busy": "Busy", "no_answer": "NoAnswer"}
SECURITY = {"off": 0, "starttls": 1, "ldaps": 2}
GROUP = "NetDir.LDAP.0"
EMPTY = ("Server.Address", "BaseDN", "Username", "Password")
"""What a phone without a directory must not keep."""


def put_services(params: Params, phone: Phone) -> None:
    """Write do not disturb for the whole phone, and the same forwards on every account in use."""
    quiet, found = do_not_disturb(phone), forwards(phone)
    if quiet is not None:
        params.put("Telephony.DnD.Active", quiet, "dnd")
    for line in phone.lines if found else ():
        for way, name in WAYS.items():
            divert, target = f"Telephony.CallDivert.{line.number - 1}.{name}", getattr(found, way)
            params.put(f"{divert}.Active", bool(target), f"forward_{way}")
            params.put(f"{divert}.VoiceMail", 0, f"forward_{way}")
            params.put(f"{divert}.Target", target, f"forward_{way}")
        if found:
            params.put(f"Telephony.CallDivert.{line.number - 1}.NoAnswer.Delay", found.delay, "forward_delay")


def put_directory(params: Params, phone: Phone) -> None:
    """Write the directory, or that there is none; the phone keeps a name for each of three numbers."""
    found = directory(phone)
    if found is None:
        return
    params.put(f"{GROUP}.Enable", bool(found.host), "ldap_server")
    if not found.host:
        params.put_all({f"{GROUP}.{name}": "" for name in EMPTY}, "ldap_server")
        return
    first, *rest = found.names.split() or [""]
    office, home, mobile = [*found.numbers.split(), "", "", ""][:3]
    params.put(f"{GROUP}.DirectoryName", "LDAP", "ldap_server")
    params.put(f"{GROUP}.Server.Address", found.host, "ldap_server")
    params.put(f"{GROUP}.Server.Port", found.port, "ldap_server")
    params.put(f"{GROUP}.Security", SECURITY[found.security], "ldap_security")
    params.put(f"{GROUP}.BaseDN", found.base, "ldap_base")
    params.put(f"{GROUP}.Username", found.user, "ldap_user")
    params.put(f"{GROUP}.Password", found.password, "ldap_password")
    params.put(f"{GROUP}.NameFilter", found.name_filter, "ldap_name_filter")
    params.put(f"{GROUP}.NumberFilter", found.number_filter, "ldap_number_filter")
    params.put(f"{GROUP}.DisplayFormat", f"%{found.shown}", "ldap_name_attributes")
    params.put(f"{GROUP}.FirstName", first, "ldap_name_attributes")
    params.put(f"{GROUP}.Surname", "".join(rest[:1]), "ldap_name_attributes")
    params.put(f"{GROUP}.PhoneOffice", office, "ldap_number_attributes")
    params.put(f"{GROUP}.PhoneHome", home, "ldap_number_attributes")
    params.put(f"{GROUP}.PhoneMobile", mobile, "ldap_number_attributes")
