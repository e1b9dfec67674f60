"""Accounts: one registration a line, and an empty address for those that the phone has and nobody uses."""

from provserver.domain.keys import Key
from provserver.domain.phone import Line, Phone
from provserver.domain.slots import KeyKind
from provserver.vendors.base import Params
from provserver.vendors.poly.firmware import is_uc_software
from provserver.vendors.poly.keys import Plan

_TRANSPORTS = {"udp": "UDPOnly", "tcp": "TCPOnly", "tls": "TLS"}
_TRANSPORTS_SIP_3 = {**_TRANSPORTS, "udp": "UDPonly"}
"""The spelling changed with UC Software 4 (sipXecs, types.xml)."""


def put(params: Params, phone: Phone, plan: Plan) -> None:
    """Write every account of the phone; a line that has keys is named as the first of them."""
    keys: dict[int, list[Key]] = {}
    for _, _, key in plan.keys:
        if key.kind is KeyKind.LINE:
            keys.setdefault(key.line, []).append(key)
    for number, line in phone.accounts:
        if line:
            own = keys.get(number, [])
            label = next((key.label for key in own if key.label), line.extension)
            _put_line(params, phone, line, label, len(own) or 1)
        else:
            params.put(f"reg.{number}.address", "", f"line {number}")


def _put_line(params: Params, phone: Phone, line: Line, label: str, keys: int) -> None:
    reg, source = f"reg.{line.number}", f"line {line.number}"
    params.put(f"{reg}.address", line.username, source)
    params.put(f"{reg}.label", label, source)
    params.put(f"{reg}.displayName", line.display_name, source)
    params.put(f"{reg}.auth.userId", line.username, source)
    params.put(f"{reg}.auth.password", line.password, source)
    params.put(f"{reg}.type", "private", source)
    params.put(f"{reg}.lineKeys", keys, source)
    params.put(f"{reg}.ringType", _ringer(phone), "ring_tone")
    _put_server(params, phone, line)
    _put_outbound_proxy(params, phone, line)


def _put_server(params: Params, phone: Phone, line: Line) -> None:
    server, source = f"reg.{line.number}.server.1", f"line {line.number}"
    host, port = line.server
    params.put(f"{server}.address", host, source)
    params.put(f"{server}.port", port, source)
    params.put(f"{server}.transport", _transport(phone, line), source)
    params.put(f"{server}.expires", phone.text("register_expires"), "register_expires")
    params.put(f"{server}.register", bool(host), source)


def _put_outbound_proxy(params: Params, phone: Phone, line: Line) -> None:
    proxy, source = f"reg.{line.number}.outboundProxy", f"line {line.number}"
    host, port = line.proxy
    params.put(f"{proxy}.address", host, source)
    if host:
        params.put(f"{proxy}.port", port, source)
        params.put(f"{proxy}.transport", _transport(phone, line), source)


def _transport(phone: Phone, line: Line) -> str:
    return (_TRANSPORTS if is_uc_software(phone) else _TRANSPORTS_SIP_3)[line.transport]


def _ringer(phone: Phone) -> str:
    """Name the ringer of a tone; the first is silent, so that tone 1 is ringer 2, the maker's own choice."""
    number = int(phone.text("ring_tone")) + 1
    return f"ringer{number}" if is_uc_software(phone) else str(number)
