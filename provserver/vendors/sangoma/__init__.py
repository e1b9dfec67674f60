"""Sangoma S: one XML file of numbered parameters; the phones run Htek's firmware."""

from functools import lru_cache

from provserver.domain.phone import Phone
from provserver.vendors.base import File, Params, gathered
from provserver.vendors.formats import xml_elements
from provserver.vendors.formats.xml_elements import cannot_carry
from provserver.vendors.htek_firmware.table import hints
from provserver.vendors.sangoma.common import SERVER, put_calls, put_clock, put_directory, put_monitoring, put_services
from provserver.vendors.sangoma.keys import put_keys
from provserver.vendors.sangoma.lines import put_lines

__all__ = ["cannot_carry", "files"]

BUILDERS = (*SERVER, put_clock, put_calls, put_services, put_directory, put_monitoring, put_lines, put_keys)


def files(phone: Phone) -> list[File]:
    """Render the phone's own file; no common one is known by name."""
    params = parameters(phone)
    elements = [(_written if one.secret else _remembered)(name, one.value) for name, one in params.items()]
    about = f"Sangoma {phone.model.title} {phone.mac} {phone.description}".strip()
    body = xml_elements.document("hl_provision", [('config version="1"', elements)], about, opening=' version="1"')
    return [File(f"cfg{phone.mac}.xml", xml_elements.CONTENT_TYPE, body, params.as_dict())]


def parameters(phone: Phone) -> Params:
    """Give every parameter of the phone, the free ones laid over the rest."""
    return gathered(BUILDERS, phone).merge(phone)


def _written(name: str, value: str) -> str:
    hint = hints().get(name)
    return xml_elements.element(name, value, {"para": hint} if hint else None)


_remembered = lru_cache(maxsize=16384)(_written)
"""What is the same on phone after phone, written once; a secret is never kept here."""
