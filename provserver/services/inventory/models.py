"""What models of phones there are, for doors that show or list them."""

from collections.abc import Sequence

from provserver.domain.hardware import PhoneModel
from provserver.domain.mac import parse_mac
from provserver.errors import Invalid, NotFound
from provserver.vendors.registry import find_model, vendor_of_mac, vendors


def models(search: str = "") -> Sequence[PhoneModel]:
    """List every model by maker, in the order of its table; ``search`` looks in maker, name and title."""
    words = search.lower().split()
    every = [model for vendor in vendors().values() for model in vendor.models.values()]
    return [model for model in every if all(word in _text(model) for word in words)]


def find(vendor: str, name: str) -> PhoneModel:
    """Give a model by maker and any spelling of its name; raises NotFound."""
    model = find_model(vendor, name)
    if model is None:
        raise NotFound(f"there is no model {vendor}/{name}")
    return model


def maker_of(mac: str) -> str:
    """Give the maker whose address block this is, in any spelling; raises Invalid where none is known."""
    try:
        maker = vendor_of_mac(parse_mac(mac))
    except ValueError as error:
        raise Invalid.field("mac", str(error)) from error
    if maker is None:
        raise Invalid.field("vendor", "the address belongs to no maker known here; name the maker")
    return maker.name


def _text(model: PhoneModel) -> str:
    return f"{model.vendor} {model.name} {model.title}".lower()
