"""The phone's own directory: speed dials are its favourites, found by their index (sheet, section 4c)."""

from collections.abc import Iterable

from lxml import etree

from provserver.vendors.poly.document import to_bytes
from provserver.vendors.poly.keys import Favourite

FIELD_LIMIT = 40
"""Bytes of UTF-8 that a name may have (administrator's guide 1.4, page 37, and of the CX5500, page 81)."""


def write(favourites: Iterable[Favourite]) -> bytes:
    """Write the favourites, each once; without any an empty directory, which takes away those that were there."""
    root = etree.Element("directory")
    items = etree.SubElement(root, "item_list")
    for favourite in dict.fromkeys(favourites):
        item = etree.SubElement(items, "item")
        name = shortened(favourite.label)
        for field, text in (
            ("lb", name),
            ("fn", name),
            ("ct", favourite.contact),
            ("sd", str(favourite.index)),
        ):
            etree.SubElement(item, field).text = text
    return to_bytes(root)


def shortened(name: str) -> str:
    """Cut a name to what the field holds, between two characters."""
    return name.encode()[:FIELD_LIMIT].decode(errors="ignore")
