"""The identities: one for each line, the rest of the model's switched off."""

from collections.abc import Mapping
from functools import lru_cache

from provserver.domain.numbers import host_port
from provserver.domain.phone import Line, Phone
from provserver.vendors.alike import put_every_account
from provserver.vendors.base import Params

SRTP = {"off": ("off", "off"), "optional": ("on", "optional"), "required": ("on", "mandatory")}
"""``user_srtp`` and ``user_savp``."""

CODECS = ("g722", "pcma", "pcmu", "g729")
EVENTS = "telephone-event"
LEFT_BEHIND = ("user_name", "user_pname", "user_pass", "user_realname", "user_idle_text")
"""What a line that was taken away must not leave in the phone."""


def put_accounts(params: Params, phone: Phone) -> None:
    """Write every identity of the model, so that a line taken away goes off the phone (sheet, pitfall 9)."""
    put_every_account(params, phone, _put_line, _unused)


def wanted_codecs(phone: Phone) -> str:
    """List the codecs, first wanted first, with the tones where they go in the speech; empty where none is known."""
    names = [name for name in phone.codecs if name in CODECS]
    return ",".join([*names, EVENTS] if phone.text("dtmf") == "rfc2833" else names) if names else ""


def tones(phone: Phone) -> str:
    """Say whether tones go by SIP INFO."""
    return "sip_info_only" if phone.text("dtmf") == "info" else "off"


@lru_cache(maxsize=64)
def _unused(number: int) -> Mapping[str, str]:
    blank = {f"{name}[{number}]": "" for name in LEFT_BEHIND}
    return {f"user_active[{number}]": "off", **blank}


def _put_line(params: Params, phone: Phone, line: Line) -> None:
    number, source = line.number, f"line {line.number}"
    params.put(f"user_active[{number}]", "on", source)
    params.put(f"user_name[{number}]", line.username, source)
    params.put(f"user_pname[{number}]", line.username, source)
    params.put(f"user_pass[{number}]", line.password, source)
    params.put(f"user_realname[{number}]", line.display_name, source)
    params.put(f"user_idle_text[{number}]", line.display_name or line.extension, source)
    params.put(f"user_host[{number}]", line.server[0], source)
    params.put(f"user_outbound[{number}]", _route(line), source)
    params.put(f"user_mailbox[{number}]", phone.voicemail(line), source)
    params.put(f"stun_server[{number}]", line.stun, source)
    params.put(f"user_expiry[{number}]", phone.text("register_expires"), "register_expires")
    params.put(f"user_ringer[{number}]", f"Ringer{phone.text('ring_tone')}", "ring_tone")
    params.put(f"user_dtmf_info[{number}]", tones(phone), "dtmf")
    srtp, offer = SRTP[phone.text("srtp")]
    params.put(f"user_srtp[{number}]", srtp, "srtp")
    params.put(f"user_savp[{number}]", offer, "srtp")
    if codecs := wanted_codecs(phone):
        params.put(f"codec_priority_list[{number}]", codecs, "codecs")


def _route(line: Line) -> str:
    """Say where requests go: the outbound proxy or else the registrar, with port and transport (sheet, section 3)."""
    host, port = line.proxy if line.outbound_proxy else line.server
    return f"{host_port(host, port)};transport={line.transport}" if host else ""
