"""The lines, counted from 0, and the one SIP server that all of them share."""

from collections.abc import Mapping
from functools import lru_cache

from provserver.domain.phone import Line, Phone
from provserver.domain.secret import Secret
from provserver.vendors.base import Params

SIGNALLING = "voip/signalling/sip"
LEFT_BEHIND = ("id", "description", "auth_name", "auth_password")
"""What a line that was taken away must not leave in the phone."""


def put_lines(params: Params, phone: Phone) -> None:
    """Write every line of the model, so that one taken away goes off the phone, and the server of the first."""
    for number, line in phone.accounts:
        if line:
            params.put_all(_line(line), f"line {number}")
        else:
            params.put_all(_unused(number), f"line {number}")
    if phone.lines:
        first = phone.lines[0]
        params.put_all(_server(first), f"line {first.number}")
    params.put(f"{SIGNALLING}/proxy_timeout", phone.text("register_expires"), "register_expires")


@lru_cache(maxsize=8)
def _unused(number: int) -> Mapping[str, str | int]:
    line = f"voip/line/{number - 1}"
    return {f"{line}/enabled": 0, **{f"{line}/{name}": "" for name in LEFT_BEHIND}}


def _line(line: Line) -> Mapping[str, str | int | Secret]:
    prefix = f"voip/line/{line.number - 1}"
    return {
        f"{prefix}/enabled": 1,
        f"{prefix}/id": line.username,
        f"{prefix}/description": line.display_name or line.extension,
        f"{prefix}/auth_name": line.username,
        f"{prefix}/auth_password": line.password,
    }


def _server(line: Line) -> Mapping[str, str | int]:
    """Give where the phone registers and sends its calls, and where it asks for messages left."""
    host, port = line.server
    proxy, proxy_port = line.proxy
    return {
        f"{SIGNALLING}/transport_protocol": line.transport.upper(),
        f"{SIGNALLING}/use_proxy": 1,
        f"{SIGNALLING}/proxy_address": host,
        f"{SIGNALLING}/proxy_port": port,
        f"{SIGNALLING}/use_proxy_ip_port_for_registrar": 1,
        f"{SIGNALLING}/sip_registrar/enabled": 1,
        f"{SIGNALLING}/sip_registrar/addr": host,
        f"{SIGNALLING}/sip_registrar/port": port,
        f"{SIGNALLING}/sip_outbound_proxy/enabled": int(bool(proxy)),
        f"{SIGNALLING}/sip_outbound_proxy/addr": proxy,
        f"{SIGNALLING}/sip_outbound_proxy/port": proxy_port,
        "voip/services/msg_waiting_ind/subscribe_address": host,
        "voip/services/msg_waiting_ind/subscribe_port": port,
    }
