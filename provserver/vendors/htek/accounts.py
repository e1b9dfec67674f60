"""The SIP accounts: one for each line with a profile of its own, the rest of the model's switched off."""

from collections.abc import Mapping
from functools import lru_cache

from provserver.domain.numbers import host_port
from provserver.domain.phone import Line, Phone
from provserver.domain.secret import Secret
from provserver.domain.telephony import dial_plan
from provserver.vendors.alike import put_every_account
from provserver.vendors.base import Params
from provserver.vendors.htek import names
from provserver.vendors.htek.names import has_tags

TRANSPORTS = {"udp": 0, "tcp": 1, "tls": 2}
SRTP = {"off": 0, "optional": 1, "required": 2}
DTMF = {"rfc2833": 0, "inband": 1, "info": 2}
CODECS = {"pcmu": 0, "pcma": 8, "g722": 9, "g729": 18, "opus": 120}
"""RTP's own numbers; 120 is the number that the phone gives Opus (WZ, 2.0.4.6.41)."""

DIAL_PLAN = "{[x*]+}"
"""Any digits and stars, as Wazo and FusionPBX write it."""

CHOICES = 6
LEFT_BEHIND = ("label", "user", "auth_user", "password", "display_name")
"""What a line that was taken away must not leave in the phone."""


def put_accounts(params: Params, phone: Phone) -> None:
    """Write every account of the model, so that a line taken away goes off the phone."""
    tags = has_tags(phone.model)
    put_every_account(params, phone, _put_line, lambda number: _unused(number, tags))


@lru_cache(maxsize=64)
def _unused(number: int, tags: bool) -> Mapping[str, str | int]:
    blank = {names.account(name, number, tags): "" for name in LEFT_BEHIND}
    return {names.account("active", number, tags): 0, **blank}


def _put_line(params: Params, phone: Phone, line: Line) -> None:
    source, tags = f"line {line.number}", has_tags(phone.model)

    def put(name: str, value: str | int | Secret, of: str = source) -> None:
        params.put(names.account(name, line.number, tags), value, of)

    put("active", 1)
    put("profile", line.number - 1)
    put("label", line.display_name or line.extension)
    put("user", line.username)
    put("auth_user", line.username)
    put("password", line.password)
    put("display_name", line.display_name)
    put("voicemail", phone.voicemail(line))
    put("pickup_code", phone.text("pickup_code"), "pickup_code")
    put("group_pickup_code", phone.text("group_pickup_code"), "group_pickup_code")
    put("server", _address(*line.server))
    put("outbound_proxy", _address(*line.proxy))
    put("transport", TRANSPORTS[line.transport])
    put("register", 1)
    put("expires", -(-int(phone.text("register_expires")) // 60), "register_expires")
    put("dtmf", DTMF[phone.text("dtmf")], "dtmf")
    put("srtp", SRTP[phone.text("srtp")], "srtp")
    put("mwi", 1)
    put("dial_plan", dial_plan(phone, DIAL_PLAN) or DIAL_PLAN, "dial_plan")
    for choice, codec in enumerate(_codecs(phone), start=1):
        put(f"codec_{choice}", codec, "codecs")


def _address(host: str, port: int) -> str:
    """Write ``host:port``, which is how this maker takes a port; empty for no host."""
    return host_port(host, port) if host else ""


def _codecs(phone: Phone) -> list[int]:
    """Fill all six choices with the wanted codecs, the last one again and again, so that no other slips in."""
    numbers = [CODECS[codec] for codec in phone.codecs if codec in CODECS]
    return (numbers + numbers[-1:] * CHOICES)[:CHOICES]
