"""What phones with Htek's firmware are told, whoever's name is on them: forwarding and the LDAP directory.

``name`` gives the phone's own name of one of our words; Sangoma's S series and Htek's classic phones have the same
numbers for them (Tancredi, sangoma.tmpl), and Htek's U series has tags.
"""

from collections.abc import Callable

from provserver.domain.phone import Phone
from provserver.domain.telephony import directory, forwards
from provserver.vendors.base import Params

WAYS = ("always", "busy", "no_answer")
EMPTY = ("ldap_server", "ldap_base", "ldap_user", "ldap_password")
"""What a phone without a directory must not keep."""


def put_forwards(params: Params, phone: Phone, name: Callable[[str], str]) -> None:
    """Write what holds for the whole phone; the wait is in seconds (FusionPBX, uc926u: 60)."""
    found = forwards(phone)
    if found is None:
        return
    for way in WAYS:
        word, target = f"forward_{way}", getattr(found, way)
        params.put(name(f"{word}_active"), bool(target), word)
        params.put(name(word), target, word)
    params.put(name("forward_delay"), found.delay, "forward_delay")


def put_directory(params: Params, phone: Phone, name: Callable[[str], str]) -> None:
    """Write the directory, or that there is none; the scale of its encryption is not sourced."""
    found = directory(phone, ("off",))
    if found is None:
        return
    if not found.host:
        params.put_all({name(word): "" for word in EMPTY}, "ldap_server")
        return
    params.put(name("ldap_password"), found.password, "ldap_password")
    values: dict[str, tuple[str | int, str]] = {
        "ldap_server": (found.host, "ldap_server"),
        "ldap_port": (found.port, "ldap_server"),
        "ldap_base": (found.base, "ldap_base"),
        "ldap_user": (found.user, "ldap_user"),
        "ldap_name_filter": (found.name_filter, "ldap_name_filter"),
        "ldap_number_filter": (found.number_filter, "ldap_number_filter"),
        "ldap_names": (found.names, "ldap_name_attributes"),
        "ldap_numbers": (found.numbers, "ldap_number_attributes"),
        "ldap_shown": (found.shown, "ldap_name_attributes"),
    }
    for word, (value, source) in values.items():
        params.put(name(word), value, source)
