"""Akuvox: one text file for each phone, ``Config.Section.GROUP.Name = value``."""

from collections.abc import Sequence

from provserver.domain.phone import Phone
from provserver.vendors.akuvox.accounts import put_accounts
from provserver.vendors.akuvox.keys import put_keys
from provserver.vendors.akuvox.parameters import SERVER, put_calls, put_clock, put_monitoring
from provserver.vendors.akuvox.services import put_directory, put_services
from provserver.vendors.alike import heading
from provserver.vendors.base import File, gathered
from provserver.vendors.formats import flat_text
from provserver.vendors.formats.flat_text import cannot_carry

__all__ = ["cannot_carry", "files"]

VERSION = "#!version:1.0.0.1"
"""The first line of the file (Tancredi, akuvox.tmpl)."""

BUILDERS = (*SERVER, put_clock, put_calls, put_services, put_directory, put_monitoring, put_accounts, put_keys)


def files(phone: Phone) -> Sequence[File]:
    """Render the phone's own file."""
    params = gathered(BUILDERS, phone).merge(phone)
    items = params.pairs()
    body = flat_text.write(items, VERSION, _who(phone))
    return [File(f"{phone.mac}.cfg", flat_text.CONTENT_TYPE, body, params.as_dict())]


def _who(phone: Phone) -> str:
    return heading(phone, "Akuvox", about="" if cannot_carry(phone.description) else None)
