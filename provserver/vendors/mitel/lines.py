"""The SIP accounts: one for each line, the rest of the model's without a registrar."""

from collections.abc import Mapping
from functools import lru_cache

from provserver.domain.phone import Line, Phone
from provserver.domain.secret import Secret
from provserver.vendors.alike import put_every_account
from provserver.vendors.base import Params
from provserver.vendors.mitel.texts import legible

_SRTP = {"off": 0, "optional": 1, "required": 2}
_DTMF_METHODS = {"rfc2833": 0, "inband": 0, "info": 1}

_NOWHERE = "0.0.0.0"  # noqa: S104  a server that is none, not an address to listen on
"""As a line's registrar it means: do not register, and complain of no missing service (guide 3.2.2, page A-91)."""


def put_lines(params: Params, phone: Phone) -> None:
    """Write every account of the model, so that a line taken away goes off the phone."""
    put_every_account(params, phone, _put_line, _unused)


@lru_cache(maxsize=64)
def _unused(number: int) -> Mapping[str, str]:
    return {f"sip line{number} {server} ip": _NOWHERE for server in ("proxy", "registrar")}


def _put_line(params: Params, phone: Phone, line: Line) -> None:
    prefix, source = f"sip line{line.number} ", f"line {line.number}"
    values: dict[str, str | int | Secret] = {
        "user name": line.username,
        "auth name": line.username,
        "password": line.password,
        "display name": legible(line.display_name),
        "screen name": legible(line.display_name or line.extension),
        "screen name 2": line.extension,
        **_servers(line),
        "vmail": phone.voicemail(line),
    }
    for name, value in values.items():
        params.put(prefix + name, value, source)
    params.put(f"{prefix}registration period", phone.text("register_expires"), "register_expires")
    params.put(f"{prefix}srtp mode", _SRTP[phone.text("srtp")], "srtp")
    params.put(f"{prefix}dtmf method", _DTMF_METHODS[phone.text("dtmf")], "dtmf")
    params.put(f"line{line.number} ring tone", int(phone.text("ring_tone")) - 1, "ring_tone")


def _servers(line: Line) -> dict[str, str | int]:
    """Give the same host as proxy and registrar, as the peers do.

    Without an outbound proxy none is written: what the files do not say has the factory's value, because the phone
    takes a new set of files for all that the server ever said (guide 4.2.0 SP2, page 1-25).
    """
    host, port = line.server
    proxy, proxy_port = line.proxy
    servers: dict[str, str | int] = {
        "proxy ip": host or _NOWHERE,
        "proxy port": port,
        "registrar ip": host or _NOWHERE,
        "registrar port": port,
    }
    if proxy:
        servers |= {"outbound proxy": proxy, "outbound proxy port": proxy_port}
    return servers
