"""Avaya J100 in the open SIP environment: a file that all ask for, which sends each to its own settings."""

from provserver.domain.phone import Phone
from provserver.vendors.avaya.parameters import put_calls, put_clock, put_codecs, put_line, put_network, put_server
from provserver.vendors.base import File, gathered
from provserver.vendors.formats import set_text
from provserver.vendors.formats.set_text import cannot_carry

__all__ = ["cannot_carry", "files"]

BUILDERS = (put_server, put_network, put_clock, put_line, put_calls, put_codecs)

UPGRADE = b"## Every phone goes on with the file of its own address.\nGET $MACADDR.cfg\n"
"""As Wazo ends its upgrade file (wazo_avaya, J100Supgrade.txt); firmware is named there too, and here it is not."""


def files(phone: Phone) -> list[File]:
    """Render the file that every phone asks for first, which tells nothing, and the phone's own, which alone proves."""
    params = gathered(BUILDERS, phone).merge(phone)
    about = f"Avaya {phone.model.title} {phone.mac} {phone.description}".strip()
    body = set_text.write(params.pairs(), about)
    return [
        File("j100supgrade.txt", set_text.CONTENT_TYPE, UPGRADE, proves=False),
        File(f"{phone.mac}.cfg", set_text.CONTENT_TYPE, body, params.as_dict()),
    ]
