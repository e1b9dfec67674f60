"""The identities: always six, one for each line, the rest out of use."""

from collections.abc import Mapping
from functools import lru_cache

from provserver.domain.phone import Line, Phone
from provserver.domain.secret import Secret
from provserver.vendors.alike import put_every_account
from provserver.vendors.auerswald.words import FLAGS, VERSION
from provserver.vendors.base import Params

DTMF = {"rfc2833": "rtpPayload", "inband": "inband", "info": "sipInfo"}
SHORTEST, LONGEST = 5, 60
"""Minutes between two registrations."""

LEFT_BEHIND = ("username", "password", "displayname", "registrar", "domain")
"""What a line that was taken away must not leave in the phone."""


def put_lines(params: Params, phone: Phone) -> None:
    """Write all six identities: the list has neither fewer nor more (wiki, settings/identities)."""
    params.put("identities/@version", VERSION, "server")
    put_every_account(params, phone, _put_line, _unused)


@lru_cache(maxsize=8)
def _unused(number: int) -> Mapping[str, str]:
    identity = f"identities/identity[{number}]"
    return {f"{identity}/active": FLAGS[False], **{f"{identity}/{name}": "" for name in LEFT_BEHIND}}


def _put_line(params: Params, phone: Phone, line: Line) -> None:
    """Write an identity; an outbound proxy is the registrar of a domain that differs from it, as the wiki puts it."""
    identity, source = f"identities/identity[{line.number}]", f"line {line.number}"
    registrar, port = line.proxy if line.outbound_proxy else line.server
    values: Mapping[str, str | int | Secret] = {
        "active": FLAGS[True],
        "username": line.username,
        "password": line.password,
        "displayname": line.display_name,
        "registrar": registrar,
        "registrarPort": port,
        "domain": line.server[0],
        "sendRegister": FLAGS[True],
    }
    params.put_all({f"{identity}/{name}": value for name, value in values.items()}, source)
    minutes = int(phone.text("register_expires")) // 60
    params.put(f"{identity}/registerInterval", min(max(minutes, SHORTEST), LONGEST), "register_expires")
    params.put(f"{identity}/dtmfMethod", DTMF[phone.text("dtmf")], "dtmf")
