"""Grandstream phones and what they make of their file, for the tests of this maker."""

from collections.abc import Mapping

from provserver.domain.phone import Phone
from provserver.vendors.base import Vendor
from provserver.vendors.registry import vendors
from tests.vendors.reader_grandstream import read_grandstream
from tests.vendors.readers import Reading
from tests.vendors.standard import standard_phone


def grandstream() -> Vendor:
    return vendors()["grandstream"]


def phone(model: str, **changes: object) -> Phone:
    """Give the standard phone of a model."""
    return standard_phone(grandstream().models[model], **changes)  # type: ignore[arg-type]


def body(of: Phone) -> bytes:
    (file,) = grandstream().package.files(of)
    return file.body


def reading(of: Phone) -> Reading:
    return read_grandstream({f"cfg{of.mac}.xml": body(of)}, of.model)


def parameters(of: Phone) -> Mapping[str, str]:
    return reading(of).parameters
