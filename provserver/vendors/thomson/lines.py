"""The SIP accounts: one for each line, the rest of the model's switched off."""

from collections.abc import Mapping
from functools import lru_cache

from provserver.domain.numbers import split_port
from provserver.domain.phone import Line, Phone
from provserver.domain.secret import Secret
from provserver.vendors.alike import put_every_account
from provserver.vendors.base import Params
from provserver.vendors.thomson.texts import legible

TRANSPORTS = {"udp": 0, "tcp": 1, "tls": 2}
SIP_PORT, TLS_PORT = 5060, 5061

LEFT_BEHIND = ("DisplayNum{}", "DisplayName{}", "ProxyServerMP{}", "ServiceDomainMP{}", "RegisterServerMP{}")
CREDENTIALS = ("TEL{}Number", "regid{}", "regpwd{}")
"""What a line that was taken away must not leave in the phone."""


def put_lines(params: Params, phone: Phone) -> None:
    """Write every account of the model, so that a line taken away goes off the phone, and what they share."""
    put_every_account(params, phone, _put_line, _unused)
    if phone.lines:
        params.put_all(_shared(phone.lines[0]), f"line {phone.lines[0].number}")


@lru_cache(maxsize=8)
def _unused(number: int) -> Mapping[str, str | int]:
    empty = {f"sip.{name.format(number)}": "" for name in (*LEFT_BEHIND, *CREDENTIALS)}
    return {f"sip.TEL0{number}Use": 0, f"sip.DisplayNumFlag{number}": 0, **empty}


def _put_line(params: Params, phone: Phone, line: Line) -> None:
    number, source = line.number, f"line {line.number}"
    host, own = split_port(line.domain)
    port = line.port or own
    plain = (port or SIP_PORT) if line.transport != "tls" else SIP_PORT
    values: Mapping[str, str | int | Secret] = {
        f"TEL0{number}Use": 1,
        f"DisplayNumFlag{number}": 1,
        f"DisplayNum{number}": line.extension,
        f"DisplayName{number}": legible(line.display_name),
        f"ProxyServerMP{number}": host,
        f"ServiceDomainMP{number}": host,
        f"RegisterServerMP{number}": host,
        f"TEL{number}Number": line.username,
        f"regid{number}": line.username,
        f"regpwd{number}": line.password,
        f"sip_pxy_srv_portMP{number}": plain,
        f"sip_reg_srv_portMP{number}": plain,
        f"sip_pxy_tls_srv_portMP{number}": (port or TLS_PORT) if line.transport == "tls" else TLS_PORT,
        f"TransportFlgMP{number}": TRANSPORTS[line.transport],
    }
    params.put_all({f"sip.{name}": value for name, value in values.items()}, source)
    params.put(f"sip.ExpireTimeMP{number}", phone.text("register_expires"), "register_expires")


def _shared(line: Line) -> Mapping[str, str | int]:
    """Give what the phone has once, from its first line: the outbound proxy and the STUN server."""
    proxy, proxy_port = split_port(line.outbound_proxy)
    stun, stun_port = line.stun_server
    return {
        "sip.OutBoundProxy0": proxy,
        "sip.OutBoundPort0": proxy_port or SIP_PORT,
        "sip.subscribe_event": 1,
        "stun.STUNFlag": int(bool(stun)),
        "stun.STUNSrv": stun,
        "stun.STUNPort": stun_port if stun else 0,
    }
