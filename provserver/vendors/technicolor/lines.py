"""The SIP profiles: one for each line, the rest of the model's emptied and out of use."""

import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from provserver.domain.numbers import split_port
from provserver.domain.phone import Line, Phone
from provserver.domain.secret import Secret
from provserver.vendors.base import Params

TRANSPORTS = {"udp": 0, "tcp": 1, "tls": 2}
SIP_PORTS = {"udp": 5060, "tcp": 5060, "tls": 5061}
DTMF = {"inband": 0, "rfc2833": 1, "info": 4}
CODECS = {"pcma": "g711a", "pcmu": "g711mu", "g729": "g729", "g722": "g722"}
ALL_CODECS = ("g711a", "g711mu", "g729", "g723", "gsmwbamr", "g722", "l16", "ilbc", "ilbc133")
"""As the factory orders them; no source has a word for *none*, so the unwanted ones stay behind the wanted."""

LEFT_BEHIND = ("DisplayNum", "DisplayName", "ProxyServerMP", "regid", "regpwd", "RegisterServerMP", "ServiceDomainMP")
"""What a line that was taken away must not leave in the phone."""


def put_lines(params: Params, phone: Phone) -> None:
    """Write every profile of the model, so that a line taken away goes off the phone, then what all lines share."""
    lines = {line.number: line for line in phone.lines}
    for number in range(1, phone.model.accounts + 1):
        if line := lines.get(number):
            _put_line(params, phone, line)
        else:
            params.put_all(_unused(number), f"line {number}")
    first = lines.get(1)
    voicemail = (first.voicemail if first else "") or phone.text("voicemail_number")
    params.put("sip.VoiceMailTelNum", voicemail, "line 1" if first and first.voicemail else "voicemail_number")
    params.put("sip.subscribe_event", 1, "server")
    params.put("sys.dtmf_mode_flag", DTMF[phone.text("dtmf")], "dtmf")
    if phone.text("srtp") == "off":
        params.put("sys.SRTPFlag", 0, "srtp")
    wanted = phone.setting("codecs")
    params.put("sys.CodecPriority", _codecs(wanted if isinstance(wanted, tuple) else ()), "codecs")


@lru_cache(maxsize=8)
def _unused(number: int) -> Mapping[str, str | int]:
    blank = {f"sip.{name}{number}": "" for name in LEFT_BEHIND}
    return {f"sip.TEL0{number}Use": 0, f"sip.TEL{number}Number": "", f"sip.DisplayNumFlag{number}": 0, **blank}


def _put_line(params: Params, phone: Phone, line: Line) -> None:
    number, source = line.number, f"line {line.number}"
    host, port = split_port(line.domain)
    proxy, proxy_port = split_port(line.outbound_proxy)
    usual = SIP_PORTS[line.transport]
    own = line.port or port or usual
    secure = "_tls" if line.transport == "tls" else ""
    values: Mapping[str, str | int | Secret] = {
        f"TEL0{number}Use": 1,
        f"TEL{number}Number": line.username,
        f"DisplayNumFlag{number}": 1,
        f"DisplayNum{number}": line.extension,
        f"DisplayName{number}": latin(line.display_name),
        f"regid{number}": line.username,
        f"regpwd{number}": line.password,
        f"ServiceDomainMP{number}": host,
        f"RegisterServerMP{number}": host,
        f"sip_reg_srv_portMP{number}": own,
        f"ProxyServerMP{number}": proxy or host,
        f"sip_pxy{secure}_srv_portMP{number}": (proxy_port or usual) if proxy else own,
        f"TransportFlgMP{number}": TRANSPORTS[line.transport],
    }
    params.put_all({f"sip.{name}": value for name, value in values.items()}, source)
    params.put(f"sip.ExpireTimeMP{number}", phone.text("register_expires"), "register_expires")


def latin(text: str) -> str:
    """Give a name in letters that the phone has: ``Ștefan`` loses its comma, and what has no likeness is a ``?``."""
    return "".join(letter if letter <= "\xff" else _nearest(letter) for letter in text)


def _nearest(letter: str) -> str:
    plain = unicodedata.normalize("NFKD", letter)[0]
    return plain if plain <= "\xff" else "?"


@lru_cache(maxsize=512)
def _codecs(wanted: tuple[str, ...]) -> str:
    first = [CODECS[codec] for codec in wanted if codec in CODECS]
    ordered = first + [codec for codec in ALL_CODECS if codec not in first]
    return "".join(f"{codec}({place})" for place, codec in enumerate(ordered, start=1))
