"""The XML of the KX-UTG: every parameter in its place among the maker's sections, and each line in one of its own."""

import re
from collections.abc import Iterator
from functools import lru_cache

from provserver.vendors.base import Params
from provserver.vendors.formats import xml_elements

_ALWAYS = {"perm": "!RW", "access": "A"}
"""``!``: the server's value also replaces what was typed at the phone (UTG300 guide, section 2.4.2, page 45)."""

_SECTIONS = (
    ("System", "LoginAcc", re.compile(r"(ADMIN|USER)_(ID|PASS)")),
    ("System", "SysTime", re.compile(r"TIME_ZONE|DST_\w+")),
    ("System", "Prov", re.compile(r"PROVISION_ENABLE|CFG_\w+|USR_PROV_\w+|OPTION\d+_ENABLE|SIPPNP_ENABLE")),
    ("Network", "EthernetPort", re.compile(r"\w*_PORT_\w*(ENABLE|DUPLEX)")),
    ("Network", "CDP", re.compile(r"CDP_ENABLE")),
    ("Network", "LLDP", re.compile(r"LLDP_\w+")),
    ("Network", "NTP", re.compile(r"NTP_\w+|TIME_(SYNC|QUERY)_INTVL")),
    ("Network", "HTTP", re.compile(r"HTTP_\w+|WEB_\w+")),
    ("Network", "STUN", re.compile(r"STUN_\w+")),
    ("Network", "LDAP", re.compile(r"LDAP_\w+")),
    ("Phone", "Telephone", re.compile(r"")),
)
"""Where FusionPBX's files have a parameter; the first that fits counts, and the last takes the rest."""

_LINE = re.compile(r"(?P<name>\w+)_(?P<line>[1-6])")
_LINE_SECTIONS = (
    ("Voip", re.compile(r"CODEC_\w+|DTMF_\w+|DSCP_RTC?P|RTCP\w*|TELEVENT_PAYLOAD|RFC2543_HOLD_ENABLE")),
    ("Sip", re.compile(r"SIP_\w+|PHONE_NUMBER|LINE_ENABLE|REG_\w+|SUB_\w+|DSCP_SIP|PORT_PUNCH_INTVL")),
    ("CallCtrl", re.compile(r"")),
)


def write(params: Params, comment: str) -> bytes:
    """Write the file; a value that XML cannot carry raises ValueError with the parameter's name."""
    places: dict[tuple[str, ...], list[str]] = {}
    for name, parameter in params.items():
        place, element = _place(name)
        places.setdefault(place, []).append(xml_elements.element(element, parameter.value, _ALWAYS))
    rows = [row for top in ("System", "Network", "Phone", "Lines") for row in _branch(top, places)]
    return xml_elements.document("PANASIPPhoneConfig", [("Device", rows)], comment)


@lru_cache(maxsize=4096)
def _place(name: str) -> tuple[tuple[str, ...], str]:
    """Give the sections that a parameter stands in, outermost first, and its name there."""
    if match := _LINE.fullmatch(name):
        section = next(word for word, pattern in _LINE_SECTIONS if pattern.match(match["name"]))
        return ("Lines", f'Line idx="{match["line"]}"', section), match["name"]
    for top, section, pattern in _SECTIONS:
        if pattern.match(name):
            return (top, section), name
    raise KeyError(name)


def _branch(top: str, places: dict[tuple[str, ...], list[str]], depth: int = 1) -> Iterator[str]:
    """Walk one section: what it holds, and the sections in it, in the order that they were met."""
    inside = {place[1:]: elements for place, elements in places.items() if place[0] == top}
    if not inside:
        return
    indent = "  " * (depth - 1)
    yield f"{indent}<{top}>"
    for element in inside.pop((), ()):
        yield f"{indent}  {element}"
    for word in dict.fromkeys(place[0] for place in inside):
        yield from _branch(word, inside, depth + 1)
    yield f"{indent}</{top.split()[0]}>"
