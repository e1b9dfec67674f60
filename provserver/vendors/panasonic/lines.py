"""The SIP accounts: one for each line, the rest of the model's emptied."""

from collections.abc import Mapping
from functools import lru_cache

from provserver.domain.phone import Line, Phone
from provserver.domain.secret import Secret
from provserver.vendors.base import Params
from provserver.vendors.panasonic.texts import HDV, TGP, UTG, family, legible, yes

TRANSPORTS = {"udp": 0, "tcp": 1, "tls": 2}

_CODECS = ("g722", "pcma", "g726", "g729", "pcmu")
"""The maker's list in its order, which the parameters count from 0: G722, PCMA, G726-32, G729A, PCMU (UTG guide,
contents of 4.5.3.7; FusionPBX, TGP). It knows no Opus; G726 is never wanted here, and so is off."""

_NAMED_CODECS = {"g722": "G722", "pcma": "PCMA", "g729": "G729A", "pcmu": "PCMU"}
"""Words of the UTG: two as FusionPBX has them, the others in the same form by the contents of the guide."""

_EMPTIED = (
    "PHONE_NUMBER", "SIP_AUTHID", "SIP_PASS", "DISPLAY_NAME", "SIP_RGSTR_ADDR", "SIP_PRXY_ADDR", "SIP_PRSNC_ADDR",
    "SIP_OUTPROXY_ADDR",
)  # fmt: skip
"""What a line that was taken away must not leave in the phone."""


def put_lines(params: Params, phone: Phone) -> None:
    """Write every account of the model, so that a line taken away goes off the phone."""
    for number, line in phone.accounts:
        if family(phone.model) == UTG:
            params.put(f"LINE_ENABLE_{number}", "Yes" if line else "No", f"line {number}")
        if line:
            _put_line(params, phone, line)
        else:
            params.put_all(_unused(number), f"line {number}")


@lru_cache(maxsize=64)
def _unused(number: int) -> Mapping[str, str]:
    return {f"{name}_{number}": "" for name in _EMPTIED}


def _put_line(params: Params, phone: Phone, line: Line) -> None:
    source = f"line {line.number}"
    values: dict[str, str | int | Secret] = {
        "PHONE_NUMBER": line.username,
        "SIP_AUTHID": line.username,
        "SIP_PASS": line.password,
        "DISPLAY_NAME": legible(line.display_name or line.extension),
        **_servers(line),
        "VM_NUMBER": phone.voicemail(line),
    }
    for name, value in values.items():
        params.put(f"{name}_{line.number}", value, source)
    params.put(f"REG_EXPIRE_TIME_{line.number}", phone.text("register_expires"), "register_expires")
    if family(phone.model) != TGP:
        params.put(f"CW_ENABLE_{line.number}", yes(bool(phone.setting("call_waiting"))), "call_waiting")
    if family(phone.model) == HDV:
        params.put(f"SIP_TLS_MODE_{line.number}", int(line.transport == "tls"), source)
    _put_speech(params, phone, line.number)


def _servers(line: Line) -> dict[str, str | int]:
    """Give every server of a line; the presence server is where monitored extensions are asked for (sail)."""
    host, port = line.server
    proxy, proxy_port = line.proxy
    servers: dict[str, str | int] = {}
    for name in ("RGSTR", "PRXY", "PRSNC"):
        servers |= {f"SIP_{name}_ADDR": host, f"SIP_{name}_PORT": port}
    servers |= {"SIP_OUTPROXY_ADDR": proxy, "SIP_OUTPROXY_PORT": proxy_port}
    return {**servers, "SIP_SVCDOMAIN": host, "SIP_TRANSPORT": TRANSPORTS[line.transport]}


def _put_speech(params: Params, phone: Phone, number: int) -> None:
    """Write the codecs, the tones and, for HDV, encryption.

    Tones by SIP INFO are not known of these phones: they get telephone events. Sail writes 1 for plain speech and 0
    for ``SRTP/RTP``; a mode that refuses plain speech is not known.
    """
    kind = family(phone.model)
    if kind == UTG:
        params.put(f"DTMF_MODE_{number}", int(phone.text("dtmf") != "inband"), "dtmf")
    else:
        params.put(f"OUTBANDDTMF_{number}", yes(phone.text("dtmf") != "inband"), "dtmf")
    if kind == HDV:
        params.put(f"SRTP_CONNECT_MODE_{number}", int(phone.text("srtp") == "off"), "srtp")
    if kind != TGP and set(phone.codecs) & set(_CODECS):
        params.put_all(_codecs(number, phone.codecs, kind == UTG), "codecs")


@lru_cache(maxsize=1024)
def _codecs(number: int, wanted: tuple[str, ...], named: bool) -> Mapping[str, str | int]:
    """Switch every codec of the list, and number the wanted ones from 1."""
    values: dict[str, str | int] = {}
    for place, codec in enumerate(_CODECS):
        if named and codec not in _NAMED_CODECS:
            continue
        word = f"_{_NAMED_CODECS[codec]}" if named else str(place)
        values[f"CODEC_ENABLE{word}_{number}"] = yes(codec in wanted)
        if codec in wanted:
            values[f"CODEC_PRIORITY{word}_{number}"] = wanted.index(codec) + 1
    return values
