"""Flyingvoice: a boot file that names the phone's own, which has all parameters, in Yealink's words."""

from collections.abc import Sequence

from provserver.domain.phone import Phone
from provserver.vendors.alike import heading
from provserver.vendors.base import File, gathered
from provserver.vendors.dotted_services import put_directory, put_services
from provserver.vendors.flyingvoice.parameters import (
    SERVER,
    put_accounts,
    put_calls,
    put_clock,
    put_keys,
    put_monitoring,
)
from provserver.vendors.formats import flat_text
from provserver.vendors.formats.flat_text import cannot_carry

__all__ = ["cannot_carry", "files"]

VERSION = "#!version:1.0.0.1"
"""Must be line 1 (the maker's text in FusionPBX, fip15g)."""

BUILDERS = (*SERVER, put_clock, put_calls, put_services, put_directory, put_monitoring, put_accounts, put_keys)


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
    return heading(phone, "Flyingvoice", about="" if cannot_carry(phone.description) else None)
