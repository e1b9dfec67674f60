"""Htek: one file for each phone, in P-numbers for the classic phones and in tags for the U series."""

from collections.abc import Sequence

from provserver.domain.phone import Phone
from provserver.vendors.alike import heading
from provserver.vendors.base import File, Params, gathered
from provserver.vendors.formats import xml_elements
from provserver.vendors.formats.xml_elements import cannot_carry, element
from provserver.vendors.htek.accounts import put_accounts
from provserver.vendors.htek.keys import put_keys
from provserver.vendors.htek.names import has_tags, meanings
from provserver.vendors.htek.parameters import SERVER, put_calls, put_clock, put_directory, put_monitoring, put_services

__all__ = ["cannot_carry", "files"]

BUILDERS = (*SERVER, put_clock, put_calls, put_services, put_directory, put_monitoring, put_accounts, put_keys)


def files(phone: Phone) -> Sequence[File]:
    """Render the phone's own file; the common file of its model would hold nothing more."""
    params = gathered(BUILDERS, phone).merge(phone)
    elements = _tagged(params) if has_tags(phone.model) else _numbered(params)
    body = xml_elements.document(
        "hl_provision", [('config version="1"', elements)], _comment(phone), opening=' version="1"'
    )
    return [File(f"cfg{phone.mac}.xml", xml_elements.CONTENT_TYPE, body, params.as_dict())]


def _tagged(params: Params) -> list[str]:
    return [element(name, parameter.value) for name, parameter in params.items()]


def _numbered(params: Params) -> list[str]:
    """Write the numbers, each with its meaning beside it as the maker's own files have it; only the number counts."""
    known = meanings()
    return [element(name, parameter.value, known.get(name)) for name, parameter in params.items()]


def _comment(phone: Phone) -> str:
    return heading(phone, "Htek")
