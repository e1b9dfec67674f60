"""The SIP accounts: one for each line, the rest of the model's switched off."""

from collections.abc import Mapping
from functools import lru_cache

from provserver.domain.numbers import host_port
from provserver.domain.phone import Line, Phone
from provserver.domain.secret import Secret
from provserver.domain.telephony import dial_plan
from provserver.vendors.alike import put_every_account
from provserver.vendors.base import Params
from provserver.vendors.htek_firmware.table import account

TRANSPORTS = {"udp": 0, "tcp": 1, "tls": 2}
SRTP = {"off": 0, "optional": 1, "required": 2}
DTMF = {"rfc2833": 0, "inband": 1, "info": 2}
CODECS = {"pcmu": 0, "pcma": 8, "g722": 9, "g729": 18}
"""By payload type; no source tells whether this firmware speaks Opus."""

DIAL_PLAN = "{[x*]+}"
"""Any digits and stars, as FusionPBX writes it."""

CHOICES = 6
LEFT_BEHIND = ("label", "user", "auth_user", "password", "display_name")
"""What a line that was taken away must not leave in the phone."""


def put_lines(params: Params, phone: Phone) -> None:
    """Write every account of the model, so that a line taken away goes off the phone."""
    put_every_account(params, phone, _put_line, _unused)


@lru_cache(maxsize=16)
def _unused(number: int) -> Mapping[str, str | int]:
    names = account(number)
    return {names["active"]: 0, **{names[word]: "" for word in LEFT_BEHIND}}


def _put_line(params: Params, phone: Phone, line: Line) -> None:
    names, source = account(line.number), f"line {line.number}"
    values: Mapping[str, str | int | Secret] = {
        "active": 1,
        "server": _address(*line.server),
        "outbound_proxy": _address(*line.proxy),
        "transport": TRANSPORTS[line.transport],
        "label": line.display_name or line.extension,
        "user": line.username,
        "auth_user": line.username,
        "password": line.password,
        "display_name": line.display_name,
        "register": int(bool(line.domain)),
        "voicemail": phone.voicemail(line),
        "mwi": 1,
    }
    params.put_all({names[word]: value for word, value in values.items()}, source)
    params.put(names["expires"], _minutes(phone.text("register_expires")), "register_expires")
    params.put(names["dtmf"], DTMF[phone.text("dtmf")], "dtmf")
    params.put(names["srtp"], SRTP[phone.text("srtp")], "srtp")
    params.put(names["dial_plan"], dial_plan(phone, DIAL_PLAN) or DIAL_PLAN, "dial_plan")
    params.put(names["pickup_code"], phone.text("pickup_code"), "pickup_code")
    params.put(names["group_pickup_code"], phone.text("group_pickup_code"), "group_pickup_code")
    params.put_all(_codecs(line.number, phone.codecs), "codecs")


def _address(host: str, port: int) -> str:
    """Write ``host:port``, as this phone wants both in one value (TC); empty for no host."""
    return host_port(host, port) if host else ""


def _minutes(seconds: str) -> int:
    """Turn seconds into the whole minutes that this phone counts (sheet, pitfall 5)."""
    return max(1, int(seconds) // 60)


@lru_cache(maxsize=512)
def _codecs(number: int, wanted: tuple[str, ...]) -> Mapping[str, int]:
    """Fill all six choices, the last wanted codec repeated; where the phone has none of them, leave it its own."""
    known = [CODECS[codec] for codec in wanted if codec in CODECS]
    if not known:
        return {}
    filled = known + known[-1:] * (CHOICES - len(known))
    names = account(number)
    return {names[f"codec_{place}"]: codec for place, codec in enumerate(filled[:CHOICES], start=1)}
