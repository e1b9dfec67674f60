"""What models of phones there are, for doors that show or list them."""

from collections.abc import Sequence

from provserver.domain.hardware import PhoneModel
from provserver.errors import NotFound
from provserver.vendors.registry import find_model, vendors


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


def _text(model: PhoneModel) -> str:
    return f"{model.vendor} {model.name} {model.title}".lower()
