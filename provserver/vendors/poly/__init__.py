"""Poly: SoundPoint IP, SoundStation IP, VVX, Edge E, CCX and Trio; SIP 2 and 3 for accounts alone."""

import re
from hashlib import sha256

from provserver.domain.phone import Phone
from provserver.vendors.base import File
from provserver.vendors.formats import xml_attributes
from provserver.vendors.formats.xml_attributes import cannot_carry
from provserver.vendors.poly import directory, master
from provserver.vendors.poly.groups import grouped
from provserver.vendors.poly.keys import plan
from provserver.vendors.poly.parameters import parameters

__all__ = ["cannot_carry", "files"]

_DIRECTORY_TYPE = "application/xml; charset=utf-8"


def files(phone: Phone) -> list[File]:
    """Render the master document under both its names, the configuration that it lists, and the directory."""
    keys = plan(phone)
    contacts = directory.write(keys.favourites.values())
    params = parameters(phone, keys).merge(phone)
    body = xml_attributes.write("PHONE_CONFIG", grouped(params), _comment(phone, contacts))
    own, common = master.write(phone, phone.mac), master.write(phone, master.ANY_MAC)
    image = master.image(phone)
    return [
        File(f"{phone.mac}.cfg", xml_attributes.CONTENT_TYPE, own, image, proves=False),
        File("000000000000.cfg", xml_attributes.CONTENT_TYPE, common, image, proves=False),
        File(f"{phone.mac}-config.cfg", xml_attributes.CONTENT_TYPE, body, params.as_dict()),
        File(f"{phone.mac}-directory.xml", _DIRECTORY_TYPE, contacts),
    ]


def _comment(phone: Phone, contacts: bytes) -> str:
    """Say which phone this is, and end with a digest of its directory, and the firmware that is chosen for it.

    On a check-sync the phone compares only the files that the master names, and the directory is not among them
    (poly_restart.md, section 3: one added space is a change). The digest makes a changed favourite a changed
    configuration, and so does the name a changed image.
    """
    shown = "".join(letter for letter in phone.description if letter.isprintable())
    name = re.sub("-+", "-", shown).strip()  # two hyphens would end the comment
    title = f"{name}: {phone.model.title}" if name else phone.model.title
    image = f"; firmware {phone.firmware_name}" if phone.firmware_name else ""
    return f"{title}, {phone.mac}; directory {sha256(contacts).hexdigest()[:12]}{image}"
