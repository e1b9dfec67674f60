"""The master document: the first file that a phone asks for, which names all others."""

from functools import lru_cache

from lxml import etree

from provserver.domain.phone import Phone
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

``APP_FILE_PATH`` is left out: firmware is not assigned here, and a phone that finds no image keeps its own.
"""

_SIP_3_FILES = ("phone1.cfg", "sip.cfg")
"""SIP 2 and 3 take their defaults from the maker's own two files, listed last because the first value counts
(wazo-provd-plugins, v3_2_4B); they come with the firmware and cannot be made here."""


def write(phone: Phone, mac: str) -> bytes:
    """Write the master document for one phone, or with ``ANY_MAC`` for whoever asks under the common name."""
    return _document(mac, is_uc_software(phone))


@lru_cache(maxsize=64)
def _document(mac: str, uc_software: bool) -> bytes:
    names = [f"{mac}-config.cfg", *(() if uc_software else _SIP_3_FILES)]
    root = etree.Element("APPLICATION", CONFIG_FILES=", ".join(names))
    for name, folder in _SAME_PLACE.items():
        root.set(name, folder)
    return to_bytes(root)
