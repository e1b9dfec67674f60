"""Firmware images: what one may be called, which phones it belongs to, and which of several a phone takes."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from provserver.domain.hardware import Feature, PhoneModel

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+,()~-]{0,79}")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+()-]{0,63}")


@dataclass(frozen=True, slots=True)
class Image:
    """One image: its name is what phones ask for, ``models`` are the maker's own names, ``size`` counts bytes."""

    name: str
    vendor: str
    models: tuple[str, ...]
    version: str
    sha256: str
    size: int

    def fits(self, model: PhoneModel) -> bool:
        """Tell whether the image belongs to a model."""
        return model.vendor == self.vendor and model.name in self.models


def image_name(text: str) -> str:
    """Return the name of an image as phones can ask for it; raises ValueError."""
    name = text.strip()
    if not _NAME.fullmatch(name):
        raise ValueError("a name starts with a letter or digit and holds only these, . _ + , ( ) ~ and - (at most 80)")
    return name


def image_version(text: str) -> str:
    """Return a version as the maker writes it; raises ValueError."""
    version = text.strip()
    if not _VERSION.fullmatch(version):
        raise ValueError("a version starts with a letter or digit and holds only these, . _ + ( ) and - (at most 64)")
    return version


def asked(name: str) -> str:
    """Give a name as it is looked up: phones and people do not agree on capitals."""
    return name.lower()


def choose(names: Iterable[str], images: Mapping[str, Image], model: PhoneModel) -> Image | None:
    """Give the chosen image that belongs to a model; ``images`` are by the name that they are looked up by."""
    if Feature.FIRMWARE not in model.supports:
        return None
    found = (images.get(asked(name)) for name in names)
    return next((image for image in found if image and image.fits(model)), None)
