"""Mitel, once Aastra: two names of one common file, and a file for the phone with all parameters."""

import re
from collections.abc import Sequence
from functools import lru_cache

from provserver.domain.mac import format_mac
from provserver.domain.phone import Phone
from provserver.vendors.alike import heading
from provserver.vendors.base import File, Params, gathered
from provserver.vendors.formats import colon_text
from provserver.vendors.formats.colon_text import cannot_carry
from provserver.vendors.mitel.keys import put_keys
from provserver.vendors.mitel.lines import put_lines
from provserver.vendors.mitel.parameters import SERVER, SETTINGS
from provserver.vendors.mitel.release import prefix
from provserver.vendors.sections import grouped, sorter

__all__ = ["cannot_carry", "files"]

COMMON = ("startup.cfg", "aastra.cfg")
"""One file under both its names: release 4 asks for the first, older phones for the second, and never for their own
unless it has something in it (sheet, sections 2 and 10)."""

BUILDERS = (*SERVER, *SETTINGS, put_lines, put_keys)

SECTIONS = (
    (
        re.compile(r"download protocol|https? (server|port|path)|contact rcs|firmware server|auto resync "),
        "Provisioning",
    ),
    (re.compile(r"(admin|user) password|web interface enabled"), "Passwords of the phone's own pages"),
    (re.compile(r"tagging enabled|vlan |lldp"), "Network"),
    (re.compile(r"time |dst |(input )?language"), "Time and language"),
    (re.compile(r"play a ring splash"), "Monitored extensions"),
    (re.compile(r"call waiting|directed call pickup|directory script|sip explicit mwi |sip dial plan|ldap "), "Calls"),
    (re.compile(r"sip (transport|out-of-band|use basic|customized) ?"), "Speech"),
    (re.compile(r"(sip )?line(?P<number>\d+) "), "Line"),
    (re.compile(r"(prgkey|topsoftkey|softkey)\d+ "), "Keys"),
    (re.compile(r"expmod(?P<number>\d+) key"), "Keys of expansion module"),
)
"""Where a name stands in the file; the first that fits counts."""

_section = sorter(SECTIONS)


def files(phone: Phone) -> Sequence[File]:
    """Render the common file under both names and the phone's own; only the last proves that the phone has it."""
    common = [File(name, colon_text.CONTENT_TYPE, _common(), proves=False) for name in COMMON]
    params = parameters(phone)
    return [*common, File(f"{phone.mac}.cfg", colon_text.CONTENT_TYPE, _body(phone, params), params.as_dict())]


def parameters(phone: Phone) -> Params:
    """Give every parameter of the phone, the free ones laid over the rest."""
    return gathered(BUILDERS, phone).merge(phone)


@lru_cache(maxsize=1)
def _common() -> bytes:
    """Write what anybody may read; the phone's own file, which comes last, says the rest."""
    return colon_text.write([("contact rcs", "0")], "What all of them share; each phone's own file says the rest")


def _who(phone: Phone) -> str:
    return heading(phone, "Mitel", format_mac(phone.mac).lower())


def _body(phone: Phone, params: Params) -> bytes:
    before = prefix(phone)
    bodies = (colon_text.write(items, title, before) for title, items in grouped(params.pairs(), _section).items())
    return colon_text.write((), _who(phone)) + b"".join(bodies)
