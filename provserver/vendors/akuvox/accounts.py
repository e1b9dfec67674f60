"""The SIP accounts: one for each line, the rest of the model's switched off."""

from collections.abc import Mapping
from functools import lru_cache

from provserver.domain.phone import Line, Phone
from provserver.vendors.alike import put_every_account
from provserver.vendors.base import Params
from provserver.vendors.dotted import SRTP, TRANSPORTS, priority
from provserver.vendors.formats.flat_text import legible

DTMF = {"inband": 0, "rfc2833": 1, "info": 2}
WIRELESS_DTMF = {"inband": 1, "rfc2833": 2, "info": 3}
"""The WP phones count from 1 (Tancredi, akuvox.macros against akuvoxw.macros)."""

CODECS = {"g729": 0, "pcmu": 1, "pcma": 2, "g722": 5, "opus": 9}
"""The place of a codec in the phone's list (Tancredi). That priority 1 is asked for first is inferred: Tancredi gives
it to the codec that it names first to other makers."""

OTHERS = (3, 4, 6, 7, 8, 10, 11)
"""Codecs that no setting names (G723, G726, iLBC): off, or the phone would offer them."""

LEFT_BEHIND = ("Label", "DisplayName", "UserName", "AuthName", "Pwd")
"""What a line that was taken away must not leave in the phone."""


def put_accounts(params: Params, phone: Phone) -> None:
    """Write every account of the model, so that a line taken away goes off the phone."""
    put_every_account(params, phone, _put_line, _unused)


@lru_cache(maxsize=16)
def _unused(number: int) -> Mapping[str, str | int]:
    general = f"Config.Account{number}.GENERAL."
    return {f"{general}Enable": 0, **{general + name: "" for name in LEFT_BEHIND}}


def _put_line(params: Params, phone: Phone, line: Line) -> None:
    source = f"line {line.number}"
    account = f"Config.Account{line.number}."
    dtmf = WIRELESS_DTMF if phone.model.facts.get("wireless") else DTMF
    params.put(f"{account}GENERAL.Enable", 1, source)
    params.put(f"{account}GENERAL.Label", legible(line.display_name or line.extension), source)
    params.put(f"{account}GENERAL.DisplayName", legible(line.display_name), source)
    params.put(f"{account}GENERAL.UserName", line.username, source)
    params.put(f"{account}GENERAL.AuthName", line.username, source)
    params.put(f"{account}GENERAL.Pwd", line.password, source)
    params.put_all(_servers(line, account), source)
    params.put(f"{account}REG.Timeout", phone.text("register_expires"), "register_expires")
    params.put(f"{account}ENCRYPTION.SRTPEncryption", SRTP[phone.text("srtp")], "srtp")
    params.put(f"{account}DTMF.Type", dtmf[phone.text("dtmf")], "dtmf")
    params.put(f"{account}VOICEMSG.Number", phone.voicemail(line), source)
    params.put(f"{account}SUBSCRIBE.SubsribeMWI", 1, source)  # the maker's spelling
    params.put(f"{account}RINGTONE.Type", f"Ring{phone.text('ring_tone')}.wav", "ring_tone")
    params.put_all(_codecs(line.number, phone.codecs), "codecs")


def _servers(line: Line, account: str) -> dict[str, str | int]:
    host, port = line.server
    proxy, proxy_port = line.proxy
    stun, stun_port = line.stun_server
    return {
        f"{account}SIP.Server": host,
        f"{account}SIP.Port": port,
        f"{account}SIP.TransType": TRANSPORTS[line.transport],
        f"{account}OUTPROXY.Enable": bool(proxy),
        f"{account}OUTPROXY.Server": proxy,
        f"{account}OUTPROXY.Port": proxy_port,
        f"{account}STUN.Enable": bool(stun),
        f"{account}STUN.Server": stun,
        f"{account}STUN.Port": stun_port,
    }


@lru_cache(maxsize=256)
def _codecs(number: int, wanted: tuple[str, ...]) -> Mapping[str, int]:
    values: dict[str, int] = {}
    for codec, place in CODECS.items():
        values[f"Config.Account{number}.Audio{place}.Enable"] = int(codec in wanted)
        values[f"Config.Account{number}.Audio{place}.Priority"] = priority(codec, wanted)
    return values | {f"Config.Account{number}.Audio{place}.Enable": 0 for place in OTHERS}
