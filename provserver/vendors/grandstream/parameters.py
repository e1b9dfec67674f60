"""What a Grandstream phone is told beside its accounts and keys: the server's own part, and the common settings."""

from urllib.parse import urlsplit

from provserver.domain.phone import Phone
from provserver.domain.secret import Secret
from provserver.domain.telephony import directory, may_be_quiet, web_callers
from provserver.vendors.base import Params
from provserver.vendors.grandstream.family import family_of

PHONEBOOK_FILE = "/phonebook.xml"
PHONEBOOK_MINUTES = 720
"""The longest interval that the phones take."""

DAY = 1440
WITH_WEB_ACTIONS = frozenset({"grp", "gxp21"})


def put_server(params: Params, phone: Phone) -> None:
    """Write what the server owns: where the phone asks, and that it takes an order to refresh without a password.

    The path has no scheme and no slash at its end; the phone adds ``/cfg<mac>.xml``. DHCP must not lead it elsewhere,
    as the factory's value lets it (sheet, pitfalls 5, 8 and 11).
    """
    family = family_of(phone)
    scheme, _, path = phone.provisioning_url.partition("://")
    family.put(params, "protocol", scheme, "server")
    family.put(params, "server_path", Secret(path.rstrip("/")), "server")
    family.put(params, "prefix", "", "server")
    family.put(params, "postfix", "", "server")
    family.put(params, "dhcp_server", False, "server")
    family.put(params, "notify", "open", "server")
    put_credentials(params, phone)
    put_polling(params, phone)


def put_credentials(params: Params, phone: Phone) -> None:
    """Write what the phone shows to this server, for its phonebook only where that is this server's too."""
    if phone.credentials is None:
        return
    is_here = phone.text("phonebook_url").startswith(phone.provisioning_url)
    for what in ("config", "firmware", "phonebook") if is_here else ("config", "firmware"):
        family_of(phone).put(params, f"{what}_username", phone.credentials.username, "server")
        family_of(phone).put(params, f"{what}_password", phone.credentials.password, "server")


def put_firmware(params: Params, phone: Phone) -> None:
    """Write where the chosen image lies, and that the phone does not ask its user first (sheet, section 8).

    The phone adds a file name of its own; what stands before that tells versions apart.
    """
    if not phone.firmware_name:
        return
    family = family_of(phone)
    scheme, _, path = phone.firmware_folder.partition("://")
    family.put(params, "firmware_protocol", scheme, "firmware")
    family.put(params, "firmware_path", Secret(path), "firmware")
    family.put(params, "firmware_prefix", phone.firmware_prefix, "firmware")
    family.put(params, "firmware_confirm", False, "firmware")


def put_polling(params: Params, phone: Phone) -> None:
    """Ask every night within one hour, at a minute that the phone draws, where its family knows hours."""
    family = family_of(phone)
    hour = int(phone.text("poll_hour"))
    family.put(params, "poll", bool(phone.setting("poll")), "poll")
    if "poll_hour" not in family.whole:
        family.put(params, "poll_minutes", DAY, "poll")
        return
    family.put(params, "poll_hour", hour, "poll_hour")
    family.put(params, "poll_end", (hour + 1) % 24, "poll_hour")
    family.put(params, "poll_random", True, "poll")


def put_passwords(params: Params, phone: Phone) -> None:
    """Write the passwords of the phone's own pages; without one the phone keeps what it has."""
    family = family_of(phone)
    for setting in ("admin_password", "user_password"):
        if password := phone.secret(setting):
            family.put(params, setting, password, setting)


def put_web_actions(params: Params, phone: Phone) -> None:
    """Have a phone of a family with web actions take this server's, without asking its user (CTI guides)."""
    family, callers = family_of(phone), web_callers(phone)
    if callers and family.name in WITH_WEB_ACTIONS:
        family.put(params, "web_actions", True, "push_ways")
        family.put(params, "web_asks", False, "push_ways")
        family.put(params, "web_callers", ",".join(callers), "push_http_from")


def put_network(params: Params, phone: Phone) -> None:
    """Write VLAN, LLDP and the STUN server that all accounts share; a change of VLAN or LLDP restarts the phone."""
    family = family_of(phone)
    vlan = int(phone.text("vlan"))
    line = next((line for line in phone.lines if line.stun), None)
    family.put(params, "vlan_manual", bool(vlan), "vlan")
    family.put(params, "vlan", vlan, "vlan")
    family.put(params, "lldp", bool(phone.setting("lldp")), "lldp")
    family.put(params, "stun", line.stun if line else "", f"line {line.number}" if line else "server")


def put_calls(params: Params, phone: Phone) -> None:
    """Write call waiting and the company's phonebook, whose path has no scheme and no file name."""
    family = family_of(phone)
    book = urlsplit(phone.text("phonebook_url"))
    family.put(params, "call_waiting", bool(phone.setting("call_waiting")), "call_waiting")
    family.put(params, "phonebook", book.scheme or "off", "phonebook_url")
    path = f"{book.netloc}{book.path.removesuffix(PHONEBOOK_FILE)}".rstrip("/")
    family.put(params, "phonebook_path", path, "phonebook_url")
    family.put(params, "phonebook_interval", PHONEBOOK_MINUTES if path else 0, "phonebook_url")


def put_services(params: Params, phone: Phone) -> None:
    """Write whether users may turn on do not disturb; the maker's templates provision no forwarding (WP820)."""
    allowed = may_be_quiet(phone)
    if allowed is not None:
        family_of(phone).put(params, "quiet_allowed", allowed, "dnd_allowed")


def put_directory(params: Params, phone: Phone) -> None:
    """Write the LDAP directory, or that there is none; P-values of desk phones know no encryption."""
    family = family_of(phone)
    found = directory(phone, ("off", "ldaps") if "ldap_security" in family.whole else ("off",))
    if found is None:
        return
    if not found.host:
        for word in ("ldap_server", "ldap_base", "ldap_user", "ldap_password"):
            family.put(params, word, "", "ldap_server")
        return
    values: dict[str, tuple[str | int | Secret, str]] = {
        "ldap_server": (found.host, "ldap_server"),
        "ldap_port": (found.port, "ldap_server"),
        "ldap_security": (found.security, "ldap_security"),
        "ldap_base": (found.base, "ldap_base"),
        "ldap_user": (found.user, "ldap_user"),
        "ldap_password": (found.password, "ldap_password"),
        "ldap_name_filter": (found.name_filter, "ldap_name_filter"),
        "ldap_number_filter": (found.number_filter, "ldap_number_filter"),
        "ldap_names": (found.names, "ldap_name_attributes"),
        "ldap_numbers": (found.numbers, "ldap_number_attributes"),
        "ldap_shown": (found.shown, "ldap_name_attributes"),
    }
    for word, (value, source) in values.items():
        family.put(params, word, value, source)


def put_monitoring(params: Params, phone: Phone) -> None:
    """Write the popup and the splash, both always: what is left out keeps its old value.

    The list of numbers that do not ring is emptied, so the splash sounds for every monitored extension. The phone has
    one sound; a dedicated tone is that sound as well.
    """
    family = family_of(phone)
    family.put(params, "popup", phone.popup, "monitor_popup")
    family.put(params, "splash", phone.monitor_ring != "off", "monitor_ring")
    family.put(params, "splash_list", "all", "monitor_ring")
    family.put(params, "splash_except", "", "monitor_ring")


SERVER = (put_server, put_firmware, put_passwords, put_web_actions, put_network)
"""What stands first in every file: the server's own part, and what the phone needs to come back."""
