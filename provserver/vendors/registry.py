"""Every maker by name, and who a request comes from; a maker is found by its folder, no list names it."""

import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module
from pathlib import Path
from typing import cast
from urllib.parse import parse_qsl

from provserver.domain.hardware import PhoneModel
from provserver.vendors.base import Identity, Package, Vendor
from provserver.vendors.catalogue import load


@cache
def vendors() -> Mapping[str, Vendor]:
    """Load every maker's table once; a folder of this package with a ``models.toml`` is a maker."""
    here = Path(__file__).parent
    names = [item.name for item in pkgutil.iter_modules([str(here)]) if (here / item.name / "models.toml").exists()]
    return {
        name: load(here / name, cast(Package, import_module(f"provserver.vendors.{name}"))) for name in sorted(names)
    }


def get(name: str) -> Vendor | None:
    """Find a maker by name, in any case."""
    return vendors().get(name.strip().lower())


def find_model(vendor: str, model: str) -> PhoneModel | None:
    """Find a model by maker and any spelling of its name."""
    maker = get(vendor)
    return maker.model(model) if maker else None


def model_of(vendor: str, model: str) -> PhoneModel:
    """Give a model that is known to exist, as stored with a device; raises KeyError."""
    return vendors()[vendor].models[model]


def identify(user_agent: str) -> Identity | None:
    """Tell the maker, model, firmware and address that a User-Agent names; None where none does."""
    for vendor in vendors().values():
        identity = vendor.identify(user_agent)
        if identity is not None:
            return identity
    return None


@lru_cache(maxsize=8192)
def disagreement(user_agent: str, vendor: str, mac: str) -> str:
    """Say why a User-Agent is surely not that of a phone of this maker and address; nothing where it may be.

    Makers whose patterns fit the same text, and rebadged phones (``kin`` in the tables), are given the benefit of the
    doubt; an address counts only if it lies in a block of the maker's, for some print a serial number in its place.
    """
    found = [identity for one in vendors().values() if (identity := one.identify(user_agent)) is not None]
    mine = [identity for identity in found if are_kin(identity.vendor, vendor)]
    if found and not mine:
        return f"it says that it is made by {vendors()[found[0].vendor].rules.title}"
    named = {identity.mac for identity in mine if identity.mac and _is_address(identity.mac, identity.vendor, mac)}
    if named and mac not in named:
        return f"it says that it is the phone {min(named)}"
    return ""


@lru_cache(maxsize=4096)
def told_serials(user_agent: str, query: str) -> Mapping[str, str]:
    """Give the serial number that a request tells, as it stands there, by the makers that tell it so."""
    asked = dict(parse_qsl(query))
    told = {}
    for name, vendor in vendors().items():
        if (places := vendor.rules.serial) is not None:
            match = places.user_agent.search(user_agent)
            told[name] = asked.get(places.query) or (match["serial"] if match else "")
    return {name: serial for name, serial in told.items() if serial}


def are_kin(one: str, other: str) -> bool:
    """Tell whether two makers are one, or one house's."""
    return one == other or other in vendors()[one].rules.kin or one in vendors()[other].rules.kin


def _is_address(named: str, vendor: str, mac: str) -> bool:
    return named[6:] != "000000" and (named[:6] in vendors()[vendor].rules.ouis or named[:6] == mac[:6])


def vendor_of_mac(mac: str) -> Vendor | None:
    """Find the maker that an address block belongs to, as far as the tables know."""
    return next((vendor for vendor in vendors().values() if mac[:6] in vendor.rules.ouis), None)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a file name says: the makers that ask for such names, and the address in it."""

    vendors: frozenset[str]
    mac: str | None


@lru_cache(maxsize=4096)
def claim(file: str) -> Claim | None:
    """Read a file name, in lower case; None where no maker asks for such a name."""
    makers: set[str] = set()
    mac: str | None = None
    for vendor in vendors().values():
        rules = vendor.rules
        for pattern in (*rules.files, *rules.optional, *rules.uploads):
            if match := pattern.fullmatch(file):
                makers.add(vendor.name)
                mac = match.groupdict().get("mac") or mac
    return Claim(frozenset(makers), None if mac == "0" * 12 else mac) if makers else None
