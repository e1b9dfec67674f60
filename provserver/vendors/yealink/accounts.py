"""The SIP accounts: one for each line, the rest of the model's switched off."""

from collections.abc import Mapping
from functools import lru_cache

from provserver.domain.phone import Line, Phone
from provserver.domain.secret import Secret
from provserver.vendors.alike import put_every_account
from provserver.vendors.base import Params
from provserver.vendors.dotted import DTMF, SRTP, codecs, priority, servers, unused_account
from provserver.vendors.formats.flat_text import legible
from provserver.vendors.yealink.generation import V80, generation

OLD_NAMES: Mapping[str, tuple[str, ...]] = {
    "sip_server.1.address": ("sip_server.1.address", "sip_server_host"),
    "sip_server.1.port": ("sip_server.1.port", "sip_server_port"),
    "sip_server.1.transport_type": ("transport",),
    "sip_server.1.expires": ("expires",),
    "outbound_proxy.1.address": ("outbound_proxy.1.address", "outbound_host"),
    "outbound_proxy.1.port": ("outbound_proxy.1.port", "outbound_port"),
}
"""V7x spellings. Where two peers disagree (FusionPBX T28P and T38G, Wazo V73), both are written: a phone passes
over a name that it does not know."""


def put_accounts(params: Params, phone: Phone) -> None:
    """Write every account of the model, so that a line taken away goes off the phone."""
    put_every_account(params, phone, _put_line, unused_account)


def _put_line(params: Params, phone: Phone, line: Line) -> None:
    account, source = f"account.{line.number}.", f"line {line.number}"
    old = generation(phone) < V80
    values: dict[str, str | int | Secret] = {
        "enable": 1,
        "label": legible(line.display_name or line.extension),
        "display_name": legible(line.display_name),
        "user_name": line.username,
        "auth_name": line.username,
        "password": line.password,
        **servers(line),
    }
    for name, value in values.items():
        for spelled in OLD_NAMES.get(name, (name,)) if old else (name,):
            params.put(account + spelled, value, source)
    for name in OLD_NAMES["sip_server.1.expires"] if old else ("sip_server.1.expires",):
        params.put(account + name, phone.text("register_expires"), "register_expires")
    params.put(f"{account}srtp_encryption", SRTP[phone.text("srtp")], "srtp")
    params.put(f"{account}dtmf.type", DTMF[phone.text("dtmf")], "dtmf")
    params.put(f"{account}subscribe_mwi", 1, source)
    params.put(f"voice_mail.number.{line.number}", phone.voicemail(line), source)
    params.put(f"{account}nat.nat_traversal", bool(line.stun), source)
    written = _old_codecs if old else codecs
    params.put_all(written(line.number, phone.codecs), "codecs")


OLD_CODECS = {"pcmu": (1, "PCMU"), "pcma": (2, "PCMA"), "g729": (5, "G729"), "g722": (6, "G722")}
"""V7x numbers its codecs and says the name in a value (FusionPBX, T28P and T38G); none of them speaks Opus."""


@lru_cache(maxsize=1024)
def _old_codecs(number: int, wanted: tuple[str, ...]) -> Mapping[str, str | int]:
    values: dict[str, str | int] = {}
    for codec, (index, name) in OLD_CODECS.items():
        prefix = f"account.{number}.codec.{index}."
        values[f"{prefix}enable"] = int(codec in wanted)
        values[f"{prefix}payload_type"] = name
        values[f"{prefix}priority"] = priority(codec, wanted)
    return values
