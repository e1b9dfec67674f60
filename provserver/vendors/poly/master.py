"""The master document: the first file that a phone asks for, which names all others."""

from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote

from lxml import etree

from provserver.domain.phone import Phone
from provserver.vendors.base import Parameter
from provserver.vendors.poly.document import to_bytes
from provserver.vendors.poly.firmware import is_uc_software

ANY_MAC = "[PHONE_MAC_ADDRESS]"
"""What the phone itself replaces by its address (sheet, section 2)."""

_SAME_PLACE = {
    "MISC_FILES": "",
    "LOG_FILE_DIRECTORY": "",
    "OVERRIDES_DIRECTORY": "",
    "CONTACTS_DIRECTORY": "",
    "LICENSE_DIRECTORY": "",
    "USER_PROFILES_DIRECTORY": "",
    "CALL_LISTS_DIRECTORY": "",
    "COREFILE_DIRECTORY": "",
}
"""Empty: uploads and the rest go where the master came from, so that the phone's secret path covers them.

``APP_FILE_PATH`` is left out unless an image is chosen, and a phone that finds no image keeps its own.
"""

_SIP_3_FILES = ("phone1.cfg", "sip.cfg")
"""SIP 2 and 3 take their defaults from the maker's own two files, listed last because the first value counts
(wazo-provd-plugins, v3_2_4B); they come with the firmware and cannot be made here."""


def write(phone: Phone, mac: str) -> bytes:
    """Write the master document for one phone, or with ``ANY_MAC`` for whoever asks under the common name."""
    return _document(mac, is_uc_software(phone), phone.firmware_name)


def image(phone: Phone) -> Mapping[str, Parameter]:
    """Give the attribute that names the chosen image; nothing where none is chosen.

    A path is seen from where the master came from (administrator's guide of 2006, page 14).
    """
    return {"APP_FILE_PATH": Parameter(_path(phone.firmware_name), "firmware")} if phone.firmware_name else {}


def _path(name: str) -> str:
    return f"firmware/{quote(name)}"


@lru_cache(maxsize=64)
def _document(mac: str, uc_software: bool, firmware: str) -> bytes:
    names = [f"{mac}-config.cfg", *(() if uc_software else _SIP_3_FILES)]
    root = etree.Element("APPLICATION", {"APP_FILE_PATH": _path(firmware)} if firmware else {})
    root.set("CONFIG_FILES", ", ".join(names))
    for name, folder in _SAME_PLACE.items():
        root.set(name, folder)
    return to_bytes(root)
