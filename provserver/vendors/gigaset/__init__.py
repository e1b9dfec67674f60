"""Gigaset: P-series phones with Snom's software, Maxwell phones and N bases with the maker's own; one file each."""

from collections.abc import Sequence

from provserver.domain.phone import Phone
from provserver.vendors.alike import heading
from provserver.vendors.base import File, Parameter, Params
from provserver.vendors.formats import provisioning_xml, settings_xml
from provserver.vendors.formats.provisioning_xml import cannot_carry
from provserver.vendors.gigaset import dect, maxwell
from provserver.vendors.snom_settings import firmware_files, with_firmware
from provserver.vendors.snom_settings import parameters as snom_parameters

__all__ = ["cannot_carry", "files"]

MAXWELL = "maxwell"
DECT = "dect"


def files(phone: Phone) -> Sequence[File]:
    """Render the one file that a device of this maker asks for, and on the P series the one that names an image.

    Maxwell phones and N bases read the image in their own file, and load it where its version is another (sheet, 8).
    """
    family = phone.model.facts.get("family")
    params = _parameters(phone, family).merge(phone)
    items = params.pairs()
    known = params.as_dict()
    if family not in {MAXWELL, DECT}:
        who = with_firmware(_who(phone), phone)
        body = settings_xml.write(items, who)
        return [File(f"{phone.mac}.xml", provisioning_xml.CONTENT_TYPE, body, known), *firmware_files(phone, who)]
    image = (phone.firmware_version, phone.firmware_url) if phone.firmware_name else None
    if family == MAXWELL:
        body = provisioning_xml.write(items, _who(phone), steps=maxwell.STEPS, image=image)
    else:
        orders = dect.orders(phone)
        body = provisioning_xml.write(items, _who(phone), product=dect.PRODUCT, orders=orders, image=image)
    if image:
        known["firmware"] = Parameter(phone.firmware_url, "firmware", secret=True)
    return [File(f"{phone.mac}.xml", provisioning_xml.CONTENT_TYPE, body, known)]


def _parameters(phone: Phone, family: str | None) -> Params:
    if family == MAXWELL:
        return maxwell.parameters(phone)
    if family == DECT:
        return dect.parameters(phone)
    params = snom_parameters(phone)
    params.put("checksync_action", "", "server")  # empty: the order itself says whether to restart (GW)
    return params


def _who(phone: Phone) -> str:
    return heading(phone, "Gigaset", phone.mac.upper())
