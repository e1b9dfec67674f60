"""Bytes of a small XML document: what the master file and the directory share."""

from lxml import etree

_DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def to_bytes(root: etree._Element) -> bytes:
    """Write a document, indented, with the declaration that the maker's own examples have."""
    return _DECLARATION + etree.tostring(root, encoding="UTF-8", pretty_print=True)
