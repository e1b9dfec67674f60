"""AudioCodes: one file for each phone, a name that is a path and its value on every line."""

from provserver.domain.phone import Phone
from provserver.vendors.audiocodes.clock import put_clock
from provserver.vendors.audiocodes.keys import put_keys
from provserver.vendors.audiocodes.lines import put_lines
from provserver.vendors.audiocodes.parameters import put_calls, put_codecs, put_network, put_personal, put_server
from provserver.vendors.base import File, gathered
from provserver.vendors.formats import path_text
from provserver.vendors.formats.path_text import cannot_carry

__all__ = ["cannot_carry", "files"]

BUILDERS = (put_server, put_network, put_clock, put_personal, put_lines, put_calls, put_codecs, put_keys)


def files(phone: Phone) -> list[File]:
    """Render the one file of the phone."""
    params = gathered(BUILDERS, phone).merge(phone)
    body = path_text.write(params.pairs())
    return [File(f"{phone.mac}.cfg", path_text.CONTENT_TYPE, body, params.as_dict())]
