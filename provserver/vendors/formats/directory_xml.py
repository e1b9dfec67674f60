"""A phonebook's document: elements in elements, whose texts are names and numbers that people typed."""

from collections.abc import Iterable, Mapping

from provserver.vendors.formats.xml_attributes import attribute
from provserver.vendors.formats.xml_elements import CONTENT_TYPE, cannot_carry, element

__all__ = ["CONTENT_TYPE", "branch", "cannot_carry", "element", "write"]


def branch(name: str, inside: Iterable[str], attributes: Mapping[str, str] | None = None) -> str:
    """Write one element around finished ones; an attribute that XML cannot carry raises ValueError."""
    given = "".join(f" {key}={attribute(value)}" for key, value in (attributes or {}).items())
    return f"<{name}{given}>{''.join(inside)}</{name}>"


def write(root: str, rows: Iterable[str], attributes: Mapping[str, str] | None = None) -> bytes:
    """Write a document, one finished element a line, without a comment: the phones' readers of it are small."""
    given = "".join(f" {key}={attribute(value)}" for key, value in (attributes or {}).items())
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', f"<{root}{given}>", *rows, f"</{root}>\n"]).encode()
