"""The image that a phone should run: a small file of its own names it, and the settings name that file.

The phone asks for that file only where ``firmware_status`` names it (service.snom.com, Firmware Configuration File),
and loads nothing unless ``update_policy`` says so, whose factory value is ``settings_only`` (the same, update_policy).
"""

from provserver.domain.phone import Phone
from provserver.domain.secret import Secret
from provserver.vendors.base import File, Parameter, Params
from provserver.vendors.formats import settings_xml


def put_firmware(params: Params, phone: Phone) -> None:
    """Write where the image is named, once one is chosen."""
    if phone.firmware_name:
        params.put("firmware_status", Secret(f"{phone.provisioning_url}{_file(phone)}"), "firmware")
        params.put("update_policy", "auto_update", "firmware")


def firmware_files(phone: Phone, comment: str) -> list[File]:
    """Render the file that names the image; none where none is chosen."""
    if not phone.firmware_name:
        return []
    body = settings_xml.name_firmware(phone.firmware_url, comment)
    parameters = {"firmware": Parameter(phone.firmware_url, "firmware", secret=True)}
    return [File(_file(phone), settings_xml.CONTENT_TYPE, body, parameters, proves=False)]


def with_firmware(comment: str, phone: Phone) -> str:
    """Name the image in the comment of the settings, so that another image is another file and its fetch a proof."""
    return f"{comment}; firmware {phone.firmware_name}" if phone.firmware_name else comment


def _file(phone: Phone) -> str:
    return f"{phone.mac}-firmware.xml"
