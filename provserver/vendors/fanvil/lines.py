"""The SIP accounts: one for each line, the rest of the model's switched off."""

from collections.abc import Mapping
from functools import lru_cache

from provserver.domain.phone import Line, Phone
from provserver.domain.secret import Secret
from provserver.vendors.alike import put_every_account
from provserver.vendors.base import Params
from provserver.vendors.fanvil.dialect import is_old

TRANSPORTS = {"udp": 0, "tcp": 1, "tls": 3}
OLD_TRANSPORTS = {**TRANSPORTS, "tls": 2}
"""Sheet, section 3: TLS is 3 for Wazo and Tancredi, 2 in FusionPBX's files for the first firmwares."""

SRTP = {"off": 0, "optional": 1, "required": 2}
DTMF = {"inband": 0, "rfc2833": 1, "info": 2}

CODECS = {"opus": "opus", "g722": "G722", "pcma": "PCMA", "pcmu": "PCMU", "g729": "G729"}
OLD_CODECS = {"g722": "G722", "pcma": "G711A", "pcmu": "G711U", "g729": "G729"}

LEFT_BEHIND = ("PhoneNumber", "DisplayName", "RegisterAddr", "RegisterUser", "RegisterPswd", "ProxyAddr", "ProxyPswd")
"""What a line that was taken away must not leave in the phone."""


def put_lines(params: Params, phone: Phone) -> None:
    """Write every account of the model, so that a line taken away goes off the phone."""
    put_every_account(params, phone, _put_line, _unused)


@lru_cache(maxsize=64)
def _unused(number: int) -> Mapping[str, str | int]:
    account = f"sip/line[{number}]/"
    return {f"{account}EnableReg": 0, **{account + name: "" for name in LEFT_BEHIND}}


def _put_line(params: Params, phone: Phone, line: Line) -> None:
    source = f"line {line.number}"
    account, old = f"sip/line[{line.number}]/", is_old(phone)
    params.put(f"{account}EnableReg", 1, source)
    params.put(f"{account}PhoneNumber", line.username, source)
    params.put(f"{account}DisplayName", line.display_name, source)
    _put_servers(params, line, account, source)
    params.put(f"{account}Transport", (OLD_TRANSPORTS if old else TRANSPORTS)[line.transport], source)
    params.put(f"{account}RegisterTTL", phone.text("register_expires"), "register_expires")
    params.put(f"{account}MediaCrypto", SRTP[phone.text("srtp")], "srtp")
    params.put(f"{account}DTMFMode", DTMF[phone.text("dtmf")], "dtmf")
    params.put(f"{account}PickupNum", phone.text("pickup_code"), "pickup_code")
    params.put(f"{account}MWINum", phone.voicemail(line), source)
    params.put(f"{account}Subscribe", True, source)
    if codecs := _codecs(phone, OLD_CODECS if old else CODECS):
        params.put(f"{account}VoiceCodecMap", codecs, "codecs")


def _put_servers(params: Params, line: Line, account: str, source: str) -> None:
    host, port = line.server
    proxy, proxy_port = line.proxy
    params.put(f"{account}RegisterAddr", host, source)
    params.put(f"{account}RegisterPort", port, source)
    params.put(f"{account}RegisterUser", line.username, source)
    params.put(f"{account}RegisterPswd", line.password, source)
    params.put(f"{account}ProxyAddr", proxy, source)
    params.put(f"{account}ProxyPort", proxy_port, source)
    params.put(f"{account}ProxyUser", line.username if proxy else "", source)
    params.put(f"{account}ProxyPswd", line.password if proxy else Secret(""), source)


def _codecs(phone: Phone, names: Mapping[str, str]) -> str:
    """Name the wanted codecs, first wanted first; empty where the phone has none of them, and keeps its own."""
    return ",".join(names[codec] for codec in phone.codecs if codec in names)
