"""Words that Yealink and the makers that write as it does share: ``account.1.label``, ``linekey.3.type``."""

from collections.abc import Mapping
from functools import lru_cache

from provserver.domain.phone import Line
from provserver.domain.slots import KeyKind
from provserver.domain.vocabulary import CODECS

KEY_TYPES: Mapping[KeyKind, int] = {
    KeyKind.NONE: 0,
    KeyKind.FORWARD: 2,
    KeyKind.DND: 5,
    KeyKind.PARK: 10,
    KeyKind.DTMF: 11,
    KeyKind.VOICEMAIL: 12,
    KeyKind.SPEED_DIAL: 13,
    KeyKind.INTERCOM: 14,
    KeyKind.LINE: 15,
    KeyKind.BLF: 16,
    KeyKind.URL: 17,
    KeyKind.PICKUP: 23,
}
"""Key types as the sheet, FusionPBX, Tancredi and Wazo agree. A pickup key is 23, group pickup, and not 9: what it
carries is a whole code to dial, such as ``*98``, while 9 wants the extension whose call to take."""

LANGUAGES = {"en": "English", "it": "Italian", "de": "German", "fr": "French", "es": "Spanish", "ro": "English"}
"""Names that Wazo and Tancredi write. No source lists Romanian among the languages of these phones (Wazo ships
Yealink's own 14 language files of V83), so a Romanian company reads English."""

TRANSPORTS = {"udp": 0, "tcp": 1, "tls": 2}
SRTP = {"off": 0, "optional": 1, "required": 2}
DTMF = {"inband": 0, "rfc2833": 1, "info": 2}

LEFT_BEHIND = ("label", "display_name", "user_name", "auth_name", "password")
"""What a line that was taken away must not leave in the phone."""


@lru_cache(maxsize=64)
def unused_account(number: int) -> Mapping[str, str | int]:
    """Give the parameters that switch an account off."""
    blank = {f"account.{number}.{name}": "" for name in LEFT_BEHIND}
    return {f"account.{number}.enable": 0, **blank}


def servers(line: Line) -> dict[str, str | int]:
    """Give where an account registers, by the names behind ``account.N.``."""
    host, port = line.server
    proxy, proxy_port = line.proxy
    return {
        "sip_server.1.address": host,
        "sip_server.1.port": port,
        "sip_server.1.transport_type": TRANSPORTS[line.transport],
        "outbound_proxy_enable": bool(proxy),
        "outbound_proxy.1.address": proxy,
        "outbound_proxy.1.port": proxy_port,
    }


@lru_cache(maxsize=1024)
def codecs(number: int, wanted: tuple[str, ...]) -> Mapping[str, int]:
    """Write every codec; 1 is asked for first, an unwanted one is off (names: FusionPBX, T46U)."""
    values: dict[str, int] = {}
    for codec in CODECS:
        values[f"account.{number}.codec.{codec}.enable"] = int(codec in wanted)
        values[f"account.{number}.codec.{codec}.priority"] = priority(codec, wanted)
    return values


def priority(codec: str, wanted: tuple[str, ...]) -> int:
    """Give the place of a codec, counted from 1; 0 for an unwanted one."""
    return wanted.index(codec) + 1 if codec in wanted else 0


@lru_cache(maxsize=1024)
def empty_key(prefix: str) -> Mapping[str, str | int]:
    """Give the parameters of a key that does nothing."""
    return {f"{prefix}.type": 0, f"{prefix}.line": "", f"{prefix}.value": "", f"{prefix}.label": ""}
