"""Panasonic: a file of the model that leads to the phone's own, as text; the KX-UTG has one file of XML."""

import re
from collections.abc import Iterator, Sequence

from provserver.domain.mac import format_mac
from provserver.domain.phone import Phone
from provserver.vendors.alike import heading
from provserver.vendors.base import File, Params, gathered
from provserver.vendors.formats import quoted_text, xml_elements
from provserver.vendors.panasonic import utg
from provserver.vendors.panasonic.keys import put_keys
from provserver.vendors.panasonic.lines import put_lines
from provserver.vendors.panasonic.parameters import SERVER, put_calls, put_clock, put_monitoring, server
from provserver.vendors.panasonic.services import put_dialling, put_directory, put_services
from provserver.vendors.panasonic.texts import TGP, UTG, family
from provserver.vendors.sections import grouped, sorter

__all__ = ["cannot_carry", "files"]

FIRST_LINES = {TGP: "# PCC Standard Format File # DO NOT CHANGE THIS LINE!"}
FIRST_LINE = "# Panasonic SIP Phone Standard Format File # DO NOT CHANGE THIS LINE!"
"""The first 44 bytes must be exactly these, else the phone passes over the whole file (UT123 guide, page 46)."""

SETTINGS = (put_clock, put_calls, put_services, put_dialling, put_directory, put_monitoring)
BUILDERS = (*SERVER, *SETTINGS, put_lines, put_keys)

SECTIONS = (
    (re.compile(r"PROVISION_ENABLE|CFG_|HTTP_AUTH_"), "Provisioning"),
    (re.compile(r"FIRM_"), "Firmware"),
    (re.compile(r"(ADMIN|USER)_"), "Passwords of the phone's own pages"),
    (re.compile(r"VLAN_|LLDP_"), "Network"),
    (re.compile(r"NTP_|TIME_|LOCAL_TIME_|DST_"), "Time"),
    (re.compile(r"VM_SUBSCRIBE|NUM_PLAN_"), "Calls"),
    (re.compile(r"LDAP_"), "LDAP directory"),
    (re.compile(r"FLEX_BUTTON_"), "Keys"),
    (re.compile(r"DSS_BUTTON_"), "Keys of the expansion module"),
    (re.compile(r"[A-Z0-9_]+_(?P<number>\d{1,2})\Z"), "Line"),
)
"""Where a name stands in the file; the first that fits counts."""

_section = sorter(SECTIONS)


def cannot_carry(value: str) -> str | None:
    """Say why one of the two formats cannot carry a value, or None where both can."""
    return quoted_text.cannot_carry(value) or xml_elements.cannot_carry(value)


def files(phone: Phone) -> Sequence[File]:
    """Render the model's file and the phone's own; only the last proves that the phone has it."""
    params = parameters(phone)
    own = f"config{phone.mac}.cfg"
    if family(phone.model) == UTG:
        return [File(own, xml_elements.CONTENT_TYPE, utg.write(params, _who(phone)), params.as_dict())]
    return [*_models_files(phone), File(own, quoted_text.CONTENT_TYPE, _body(phone, params), params.as_dict())]


def parameters(phone: Phone) -> Params:
    """Give every parameter of the phone, the free ones laid over the rest."""
    return gathered(BUILDERS, phone).merge(phone)


def _names(phone: Phone) -> Sequence[str]:
    """Give the names that a phone may ask for its model's file by, before it knows its own."""
    names: Sequence[str] = phone.model.facts["files"]
    return names


def _models_files(phone: Phone) -> Iterator[File]:
    """Write what a phone that was given only a directory reads first: the way to its own file."""
    params = Params()
    params.put_all(server(phone), "server")
    items = params.pairs()
    body = quoted_text.write([("The way to the phone's own file", items)], _first_line(phone))
    for name in _names(phone):
        yield File(f"{name.lower()}.cfg", quoted_text.CONTENT_TYPE, body, params.as_dict(), proves=False)


def _first_line(phone: Phone) -> str:
    return FIRST_LINES.get(family(phone.model), FIRST_LINE)


def _who(phone: Phone) -> str:
    return heading(phone, "Panasonic", format_mac(phone.mac).lower())


def _body(phone: Phone, params: Params) -> bytes:
    sections = {_who(phone): [], **grouped(params.pairs(), _section)}
    return quoted_text.write(sections.items(), _first_line(phone))
