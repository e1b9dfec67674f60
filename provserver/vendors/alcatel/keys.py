"""The keys: every slot is written, an empty one without a type."""

from collections.abc import Mapping
from functools import lru_cache

from provserver.domain.phone import Phone
from provserver.domain.slots import KeyKind
from provserver.vendors.base import Params

TYPES: Mapping[KeyKind, int] = {
    KeyKind.SPEED_DIAL: 1,
    KeyKind.PICKUP: 1,
    KeyKind.VOICEMAIL: 1,
    KeyKind.BLF: 59,
    KeyKind.PARK: 59,
}
"""The two types that a source names (Wazo); a parking place is monitored, what dials a code is a speed dial."""

FIRST = 2
"""The position of the first slot: position 1 is the first line's (Wazo)."""


def put_keys(params: Params, phone: Phone) -> None:
    """Write all slots; a slot left out would keep the key that it had."""
    for slot in phone.slots:
        key, prefix, source = phone.key(slot), f"ProgramKey{slot.number + FIRST - 1}", f"key {slot}"
        if key.kind not in TYPES:
            params.put_all(_empty(prefix), source)
            continue
        number = phone.dialled(key)
        params.put(f"{prefix}Type", TYPES[key.kind], source)
        params.put(f"{prefix}Account", key.line, source)
        params.put(f"{prefix}Label", key.label, source)
        params.put(f"{prefix}Value", number, source)
        params.put(f"{prefix}Extension", number, source)


@lru_cache(maxsize=64)
def _empty(prefix: str) -> Mapping[str, str]:
    return {f"{prefix}{field}": "" for field in ("Type", "Account", "Label", "Value", "Extension")}
