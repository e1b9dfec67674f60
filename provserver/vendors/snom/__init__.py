"""Snom: a file for the model, one for the phone that names the third, and that one with all parameters."""

from collections.abc import Sequence

from provserver.domain.phone import Phone
from provserver.vendors.alike import heading
from provserver.vendors.base import File
from provserver.vendors.formats import settings_xml
from provserver.vendors.formats.settings_xml import cannot_carry
from provserver.vendors.snom import dect
from provserver.vendors.snom_settings import firmware_files, parameters, with_firmware

__all__ = ["cannot_carry", "files"]


def files(phone: Phone) -> Sequence[File]:
    """Render what a phone asks for, in its order; a phone whose address is a whole file's asks for the last alone.

    The maker writes addresses and models in capitals; names here are as this server compares them.
    """
    model = (phone.model.hardware or phone.model.name).lower()
    address = f"{phone.provisioning_url}{phone.mac}.xml"
    build = dect.parameters if phone.model.facts.get("dect") else parameters
    params = build(phone).merge(phone)
    body = settings_xml.write(params.pairs(), _who(phone))
    common = settings_xml.write((), f"Snom {phone.model.title}: nothing that all of them share")
    own = settings_xml.list_files([address], _who(phone))
    return [
        File(f"snom{model}.htm", settings_xml.CONTENT_TYPE, common, proves=False),
        File(f"snom{model}-{phone.mac}.htm", settings_xml.CONTENT_TYPE, own, proves=False),
        File(f"{phone.mac}.xml", settings_xml.CONTENT_TYPE, body, params.as_dict()),
        *firmware_files(phone, _who(phone)),
    ]


def _who(phone: Phone) -> str:
    return with_firmware(heading(phone, "Snom", phone.mac.upper()), phone)
