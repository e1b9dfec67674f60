"""The keys: every slot of the phone, an empty one written as none."""

from collections.abc import Mapping
from functools import lru_cache

from provserver.domain.phone import Phone
from provserver.domain.slots import KeyKind
from provserver.vendors.base import Params
from provserver.vendors.formats.flat_text import legible

TYPES: Mapping[KeyKind, int] = {
    KeyKind.NONE: 0,
    KeyKind.DND: 1,
    KeyKind.FORWARD: 6,
    KeyKind.PICKUP: 8,
    KeyKind.INTERCOM: 9,
    KeyKind.SPEED_DIAL: 10,
    KeyKind.LINE: 14,
    KeyKind.BLF: 16,
    KeyKind.DTMF: 22,
    KeyKind.VOICEMAIL: 26,
    KeyKind.PARK: 28,
    KeyKind.URL: 32,
}
"""Types of Tancredi's akuvox.macros. 8 is group pickup, which carries the code to dial; 26 is the phone's own key for
messages, and where there is a number to dial, a speed dial calls it."""


def put_keys(params: Params, phone: Phone) -> None:
    """Write all slots; a slot left out would keep the key that it had."""
    for slot in phone.slots:
        key, prefix, source = phone.key(slot), f"Config.Programable.LINEKEY{slot.number}", f"key {slot}"
        if key.kind is KeyKind.NONE:
            params.put_all(_empty(prefix), source)
            continue
        value = phone.dialled(key)
        kind = KeyKind.SPEED_DIAL if key.kind is KeyKind.VOICEMAIL and value else key.kind
        code = phone.text("pickup_code") if key.kind is KeyKind.BLF else ""
        params.put(f"{prefix}.Type", TYPES[kind], source)
        params.put(f"{prefix}.Label", legible(key.label), source)
        params.put(f"{prefix}.Param1", value, source)
        params.put(f"{prefix}.Param2", key.line, source)
        params.put(f"{prefix}.Param3", code, "pickup_code" if code else source)


@lru_cache(maxsize=64)
def _empty(prefix: str) -> Mapping[str, str | int]:
    return {f"{prefix}.Type": 0, **{f"{prefix}.{field}": "" for field in ("Label", "Param1", "Param2", "Param3")}}
