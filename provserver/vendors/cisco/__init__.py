"""Cisco: SPA and Linksys phones and adapters, and Multiplatform phones; one language, the flat profile, for all."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from provserver.domain.mac import format_mac
from provserver.domain.phone import Phone
from provserver.vendors.alike import heading
from provserver.vendors.base import File, Parameter, Params, gathered
from provserver.vendors.cisco.accounts import put_accounts
from provserver.vendors.cisco.dialects import ROUTER
from provserver.vendors.cisco.keys import put_keys
from provserver.vendors.cisco.parameters import SERVER, own_file, put_calls, put_clock, put_monitoring
from provserver.vendors.cisco.services import put_services
from provserver.vendors.formats.xml_elements import CONTENT_TYPE, cannot_carry, document, element
from provserver.vendors.sections import sorter

__all__ = ["cannot_carry", "files"]

BUILDERS = (*SERVER, put_clock, put_calls, put_services, put_monitoring, put_accounts, put_keys)

SECTIONS = (
    (re.compile(r"Unit_(?P<number>\d+)_(Key|Extension|Short_Name)_"), "Keys of module"),
    (re.compile(r"(Extension|Short_Name|Share_Call_Appearance|Extended_Function)_\d+_"), "Keys"),
    (re.compile(r"Number_of_Units|Unit_\d+_Enable|KEM_Type|PoE_"), "Modules"),
    (re.compile(r".*_(?P<number>\d+)_{1,2}$"), "Line"),
    (re.compile(r"Profile_|Resync_|Provision_|Custom_CA_"), "Provisioning"),
    (re.compile(r"(Admin|User)_Passw"), "Passwords of the phone's own pages"),
    (re.compile(r"STUN_|Enable_(VLAN|LLDP)|VLAN_"), "Network"),
    (re.compile(r"Primary_NTP|Time_|Daylight_|Language_|Phone_Language|Default_Character"), "Time and language"),
    (re.compile(r"Server_Type|Call_Pickup_(Audio|Tone)|Wake_up"), "Monitored extensions"),
    (re.compile(r"CW_|Secure_|SRTP_|Voice_Mail|XML_Directory|\w*Call_Pickup_Code"), "Calls"),
)
"""Where a name stands in the file, for people: the phone reads names alone. The first that fits counts."""

_section = sorter(SECTIONS)


def files(phone: Phone) -> Sequence[File]:
    """Render what a factory phone asks for, and the phone's own file; only the own one proves anything."""
    params = gathered(BUILDERS, phone).merge(phone)
    own = document("flat-profile", _sections(params), _who(phone))
    return [*_first(phone), File(f"{phone.mac}.xml", CONTENT_TYPE, own, params.as_dict())]


def _first(phone: Phone) -> Sequence[File]:
    """Point a factory phone to its own file; the second rule lets it fetch that one right away.

    wazo-provd-plugins bootstraps in the same way. The phone's own file then empties the second rule. Multiplatform
    phones ask for their product's number, or for its whole name with ``CP-`` in front (both seen at peers).
    """
    first = phone.model.facts.get("first")
    if not first:
        return []
    names = [first, f"cp-{first}"] if phone.model.facts["dialect"] == "mpp" else [first]
    params = Params()
    params.put("Profile_Rule", own_file(phone), "server")
    params.put("Profile_Rule_B", own_file(phone), "server")
    rows = [element(name, parameter.value) for name, parameter in params.items()]
    body = document("flat-profile", [("", rows)], _who(phone))
    return [File(name, CONTENT_TYPE, body, params.as_dict(), proves=False) for name in names]


def _who(phone: Phone) -> str:
    return heading(phone, "Cisco", format_mac(phone.mac).lower())


def _sections(params: Params) -> Iterator[tuple[str, Iterable[str]]]:
    """Sort the parameters under comments, the nested ones last, each keeping its order."""
    sections: dict[str, list[str]] = {}
    nested: dict[str, list[str]] = {}
    for name, parameter in params.items():
        if name.startswith(ROUTER):
            _, _, path = name.partition("/")
            group, _, leaf = path.rpartition("/")
            nested.setdefault(group, []).append(_row(leaf, parameter))
        else:
            sections.setdefault(_section(name), []).append(_row(name, parameter))
    for title, rows in sections.items():
        yield "", [f"<!-- {title} -->", *rows]
    if nested:
        yield ROUTER.rstrip("/"), [row for group, rows in nested.items() for row in _wrapped(group, rows)]


def _row(name: str, parameter: Parameter) -> str:
    """Write one element; what most phones share is remembered, a secret never is."""
    return element(name, parameter.value) if parameter.secret else _shared_row(name, parameter.value)


@lru_cache(maxsize=16384)
def _shared_row(name: str, value: str) -> str:
    return element(name, value)


def _wrapped(group: str, rows: list[str]) -> list[str]:
    return [f"<{group}>", *(f"  {row}" for row in rows), f"</{group}>"] if group else rows
