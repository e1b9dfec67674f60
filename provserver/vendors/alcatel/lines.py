"""The SIP accounts: one for each line, the rest of the model's switched off."""

from collections.abc import Mapping
from functools import lru_cache

from provserver.domain.phone import Line, Phone
from provserver.domain.secret import Secret
from provserver.vendors.alike import put_every_account
from provserver.vendors.base import Params

DTMF = {"inband": 1, "rfc2833": 2, "info": 4}
CODECS = {"pcmu": "0", "pcma": "8", "g722": "9", "g729": "18"}
"""By payload type (Wazo); which of its other two numbers is Opus stands in no source."""

LEFT_BEHIND = ("RegName", "UserName", "Password", "Label", "DisplayName")
"""What a line that was taken away must not leave in the phone."""


def put_lines(params: Params, phone: Phone) -> None:
    """Write every account of the model, so that a line taken away goes off the phone."""
    put_every_account(params, phone, _put_line, _unused)


@lru_cache(maxsize=16)
def _unused(number: int) -> Mapping[str, str]:
    return {f"Account{number}Enable": "false", **{f"Account{number}{name}": "" for name in LEFT_BEHIND}}


def _put_line(params: Params, phone: Phone, line: Line) -> None:
    """Write an account; messages are asked for by its own name, as Wazo asks by the mailbox, not by what one dials."""
    account, source = f"Account{line.number}", f"line {line.number}"
    host, port = line.server
    proxy, proxy_port = line.proxy
    voicemail = phone.voicemail(line)
    values: Mapping[str, str | int | Secret] = {
        "Enable": "true",
        "RegName": line.username,
        "UserName": line.username,
        "Password": line.password,
        "Label": line.display_name or line.extension,
        "DisplayName": line.display_name,
        "Server1Address": host,
        "Server1Port": port,
        "Server1Transport": line.transport,
        "OutboundProxy1Address": proxy,
        "OutboundProxy1Port": proxy_port,
        "VmNumber": voicemail,
        "MwiUri": line.username if voicemail else "",
    }
    params.put_all({f"{account}{name}": value for name, value in values.items()}, source)
    params.put(f"{account}Server1Expire", phone.text("register_expires"), "register_expires")
    params.put(f"{account}DtmfMode", DTMF[phone.text("dtmf")], "dtmf")
    if phone.text("srtp") == "off":
        params.put(f"{account}SrtpWorkingMode", 0, "srtp")
    if codecs := [CODECS[codec] for codec in phone.codecs if codec in CODECS]:
        params.put(f"{account}AudioCodec", ";".join(codecs), "codecs")
