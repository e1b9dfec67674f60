"""Grandstream: one XML file for each phone, with P-values or with alias items, as its family takes them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from provserver.domain.phone import Phone
from provserver.vendors.base import File, Params, gathered
from provserver.vendors.formats import xml_attributes, xml_elements
from provserver.vendors.formats.xml_elements import cannot_carry, element
from provserver.vendors.grandstream.accounts import put_accounts
from provserver.vendors.grandstream.clock import put_clock
from provserver.vendors.grandstream.family import Family, family_of
from provserver.vendors.grandstream.keys import put_keys
from provserver.vendors.grandstream.parameters import SERVER, put_calls, put_directory, put_monitoring, put_services

__all__ = ["cannot_carry", "files"]

BUILDERS = (*SERVER, put_clock, put_calls, put_services, put_directory, put_monitoring, put_accounts, put_keys)

OWN_SOURCES = ("line", "key", "override")
"""Sources of what is one phone's own, and not kept for the next."""

P_VALUE = re.compile(r"P\d+")
ROOT = ' version="1"'
P_VALUES, ALIAS_ITEMS = 'config version="1"', 'config version="2"'


def files(phone: Phone) -> Sequence[File]:
    """Render ``cfg<mac>.xml``; the phone passes over a file whose address is not its own (sheet, pitfall 7)."""
    family = family_of(phone)
    params = parameters(phone)
    sections = (
        ("", (element("mac", phone.mac),)),
        (ALIAS_ITEMS if family.is_alias else P_VALUES, _elements(family, params)),
    )
    body = xml_elements.document("gs_provision", sections, _who(phone), opening=ROOT)
    return [File(f"cfg{phone.mac}.xml", xml_attributes.CONTENT_TYPE, body, params.as_dict())]


def parameters(phone: Phone) -> Params:
    """Give every parameter of the phone, the free ones of its own dialect laid over the rest.

    A file that mixes P-values and alias items is not read; so a free parameter in the other dialect, which a whole
    company may have set for its other phones, is left out.
    """
    params = gathered(BUILDERS, phone)
    is_alias = family_of(phone).is_alias
    own = {name: value for name, value in phone.overrides.items() if is_alias != bool(P_VALUE.fullmatch(name))}
    return params.merge(replace(phone, overrides=own))


def _elements(family: Family, params: Params) -> Iterator[str]:
    """Write the parameters in order, each P-value with a word of what it is."""
    for name, parameter in params.items():
        if family.is_alias:
            own = parameter.secret or parameter.source.startswith(OWN_SOURCES)
            yield (_item if own and parameter.value else _common_item)(name, parameter.value)
        else:
            yield f"{element(name, parameter.value)} <!-- {family.meanings.get(name, 'free parameter')} -->"


def _item(name: str, value: str) -> str:
    return element("item", value, {"name": name})


_common_item = lru_cache(maxsize=8192)(_item)
"""What many phones share: settings, and what is empty. Nothing of a person and no secret is kept."""


def _who(phone: Phone) -> str:
    """Say which phone the file is for."""
    about = "".join(letter for letter in phone.description if letter.isprintable()).strip()
    title = f"{about}: Grandstream {phone.model.title}" if about else f"Grandstream {phone.model.title}"
    return f"{title}, {phone.mac}; written by provserver, changes made here are lost"
