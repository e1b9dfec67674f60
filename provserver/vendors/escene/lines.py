"""The accounts, counted from 0: one for each line, the rest of the model's switched off; and the codecs of all."""

from collections.abc import Mapping
from functools import lru_cache

from provserver.domain.numbers import SIP_PORTS, host_port
from provserver.domain.phone import Line, Phone
from provserver.domain.secret import Secret
from provserver.vendors.alike import put_every_account
from provserver.vendors.base import Params

TRANSPORTS = {"udp": 0, "tcp": 1, "tls": 2}
CODECS = {"g722": (4, "G722"), "pcma": (0, "G711A"), "pcmu": (1, "G711U"), "g729": (3, "G729A")}
"""Numbers and names (Issabel, RCA_template; FusionPBX agrees on the first two and spells the last ``G729``)."""

PLACES = 9
UNUSED_CODEC = 255

LEFT_BEHIND = ("Describe", "UserName", "UserNumber", "approveName", "Password", "DomainName", "ProxyServerAddress")
"""What a line that was taken away must not leave in the phone."""


def put_lines(params: Params, phone: Phone) -> None:
    """Write every account of the model, so that a line taken away goes off the phone."""
    put_every_account(params, phone, _put_line, _unused)
    params.put_all(_codecs(phone.codecs), "codecs")


@lru_cache(maxsize=16)
def _unused(number: int) -> Mapping[str, str | int]:
    account = f"sipUser[{number - 1}]"
    return {f"{account}.EnableAccount": 0, **{f"{account}.{name}": "" for name in LEFT_BEHIND}}


def _put_line(params: Params, phone: Phone, line: Line) -> None:
    account, source = f"sipUser[{line.number - 1}]", f"line {line.number}"
    values: Mapping[str, str | int | Secret] = {
        "EnableAccount": 1,
        "Describe": line.display_name or line.extension,
        "UserName": line.display_name or line.username,
        "UserNumber": line.username,
        "approveName": line.username,
        "Password": line.password,
        "DomainName": line.server[0],
        "ProxyServerAddress": _proxy(line),
        "LinkUse": TRANSPORTS[line.transport],
        "CallLeaveMessageNum": phone.voicemail(line),
        "STUNEnableFlag": int(bool(line.stun)),
        "STUNAddress": line.stun,
    }
    params.put_all({f"{account}.{name}": value for name, value in values.items()}, source)
    params.put(f"{account}.RefreshTime", phone.text("register_expires"), "register_expires")
    if phone.text("srtp") == "off":
        params.put(f"SipEncry[{line.number - 1}].RTPEncryption", 0, "srtp")


def _proxy(line: Line) -> str:
    """Give where the account registers: the proxy, or the server itself, with a port that is not the usual one."""
    host, port = line.proxy if line.outbound_proxy else line.server
    return host_port(host, port if port != SIP_PORTS["udp"] else None)


@lru_cache(maxsize=512)
def _codecs(wanted: tuple[str, ...]) -> Mapping[str, str | int]:
    """Write the wanted codecs by number and by name, and empty the places behind them."""
    chosen = [CODECS[codec] for codec in wanted if codec in CODECS] or [CODECS["pcma"]]
    places = chosen + [(UNUSED_CODEC, "")] * (PLACES - len(chosen))
    numbers: dict[str, str | int] = {f"dsp.CodecType{place or ''}": number for place, (number, _) in enumerate(places)}
    return numbers | {f"dsp.enableCode{place}": name for place, (_, name) in enumerate(places)}
