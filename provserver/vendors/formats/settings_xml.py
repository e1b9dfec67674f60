"""Settings as elements with an index, and function keys: Snom, and the phones of other makers that Snom builds.

A parameter is named ``time_24_format``, with an index ``user_name[2]`` or ``fkey[0]``, and an attribute of an element
``fkey[0].label``. Every element gets ``perm=""``: written at every provisioning (D7 manual, page 20).
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from provserver.vendors.formats.xml_elements import CONTENT_TYPE, cannot_carry, document, element

__all__ = ["CONTENT_TYPE", "cannot_carry", "list_files", "name_firmware", "write"]

_NAME = re.compile(r"(?P<element>(?P<tag>[A-Za-z]\w*)(?:\[(?P<index>\d{1,4})\])?)(?:\.(?P<attribute>\w+))?", re.ASCII)
_PLAIN = re.compile(r"[\w .,:;|*#/+@()=?!$-]*")
"""A text that needs no escape and no check; all others go the way of every element."""

_KEY = "fkey"


def write(items: Iterable[tuple[str, str]], comment: str) -> bytes:
    """Write settings, then keys; a name that the format does not know, or an attribute of nothing, is left out."""
    texts: dict[str, str] = {}
    attributes: dict[str, dict[str, str]] = {}
    for name, value in items:
        found, attribute = _parts(name)
        if attribute:
            attributes.setdefault(found, {})[attribute] = value
        elif found:
            texts[found] = value
    settings: list[str] = []
    keys: list[str] = []
    for name, text in texts.items():
        tag, index = _place(name)
        row = _row(tag, index, attributes.get(name, {}), text)
        (keys if tag == _KEY else settings).append(row)
    sections = [("phone-settings", settings), ("functionKeys", keys)]
    return document("settings", [section for section in sections if section[1]], comment)


def list_files(addresses: Iterable[str], comment: str) -> bytes:
    """Write the small file that names those to fetch next."""
    rows = [element("file", "", {"url": address}) for address in addresses]
    return document("setting-files", [("", rows)], comment)


def name_firmware(address: str, comment: str) -> bytes:
    """Write the small file that names the image to run."""
    return document("firmware-settings", [("", [element("firmware", address, {"perm": ""})])], comment)


@lru_cache(maxsize=16384)
def _parts(name: str) -> tuple[str, str]:
    match = _NAME.fullmatch(name)
    return (match["element"], match["attribute"] or "") if match else ("", "")


@lru_cache(maxsize=8192)
def _place(name: str) -> tuple[str, str]:
    match = _NAME.fullmatch(name)
    return (match["tag"], match["index"] or "") if match else (name, "")


def _row(tag: str, index: str, attributes: Mapping[str, str], text: str) -> str:
    if not attributes and _PLAIN.fullmatch(text):
        place = f' idx="{index}"' if index else ""
        return f'<{tag}{place} perm="">{text}</{tag}>'
    given = {"idx": index} if index else {}
    given |= {**attributes, "perm": attributes.get("perm", "")}
    if _PLAIN.fullmatch(text) and all(_PLAIN.fullmatch(value) for value in given.values()):
        inside = "".join(f' {name}="{value}"' for name, value in given.items())
        return f"<{tag}{inside}>{text}</{tag}>"
    return element(tag, text, given)
