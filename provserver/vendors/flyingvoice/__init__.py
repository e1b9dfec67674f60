"""Flyingvoice: a boot file that names the phone's own, which has all parameters, in Yealink's words."""

import re
from collections.abc import Sequence

from provserver.domain.phone import Phone
from provserver.vendors.base import File, gathered
from provserver.vendors.dotted_services import put_directory, put_services
from provserver.vendors.flyingvoice.parameters import (
    put_accounts,
    put_calls,
    put_clock,
    put_keys,
    put_monitoring,
    put_network,
    put_passwords,
    put_server,
    put_web_actions,
)
from provserver.vendors.formats import flat_text
from provserver.vendors.formats.flat_text import cannot_carry

__all__ = ["cannot_carry", "files"]

VERSION = "#!version:1.0.0.1"
"""Must be line 1 (the maker's text in FusionPBX, fip15g)."""

BUILDERS = (
    put_server,
    put_passwords,
    put_web_actions,
    put_network,
    put_clock,
    put_calls,
    put_services,
    put_directory,
    put_monitoring,
    put_accounts,
    put_keys,
)


def files(phone: Phone) -> Sequence[File]:
    """Render the boot file, one for all models, and the phone's own; only the last proves that the phone has it."""
    params = gathered(BUILDERS, phone).merge(phone)
    name, who = f"{phone.mac}.cfg", _who(phone)
    boot = f'{VERSION}\n# {who}\ninclude:config "{name}"\n'.encode()
    items = [(parameter.partition(":")[0], value.value) for parameter, value in params.items()]
    return [
        File("y000000000000.boot", flat_text.CONTENT_TYPE, boot, proves=False),
        File(name, flat_text.CONTENT_TYPE, flat_text.write(items, VERSION, who), params.as_dict()),
    ]


def _who(phone: Phone) -> str:
    about = "" if cannot_carry(phone.description) else re.sub(r"\s+", " ", phone.description).strip()
    who = f"Flyingvoice {phone.model.title} {phone.mac}" + (f", {about}" if about else "")
    return f"{who}; written by provserver, changes made here are lost"
