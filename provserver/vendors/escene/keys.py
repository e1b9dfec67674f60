"""The keys of the phone and of its modules, each group counted from 0; an empty one watches nobody."""

from collections.abc import Mapping
from functools import lru_cache

from provserver.domain.phone import Phone
from provserver.domain.slots import KeyKind, Slot
from provserver.vendors.base import Params

TYPES: Mapping[KeyKind, int] = {
    KeyKind.NONE: 1,
    KeyKind.BLF: 1,
    KeyKind.DTMF: 4,
    KeyKind.SPEED_DIAL: 5,
    KeyKind.PICKUP: 5,
    KeyKind.VOICEMAIL: 5,
    KeyKind.PARK: 7,
    KeyKind.INTERCOM: 8,
}
"""Numbers as FusionPBX has them; an empty key is a monitored nobody (Issabel). What its *pickup*, 9, wants is not
told, so a whole code is dialled."""

MODULES = 6
KEY_GROUPS: Mapping[str, str] = {
    "hotline": "hotlines",
    "extension": "Extensions",
    **{f"extension{module}": f"Extension{module}s" for module in range(2, MODULES + 1)},
    "ProgramKey": "ProgramKeys",
}
"""The elements of the file of keys, and what they stand in."""


def put_keys(params: Params, phone: Phone) -> None:
    """Write all slots; a slot left out would keep the key that it had."""
    for slot in phone.slots:
        key, prefix, source = phone.key(slot), _prefix(slot), f"key {slot}"
        if key.kind is KeyKind.NONE or key.kind not in TYPES:
            params.put_all(_empty(prefix, slot.number), source)
            continue
        params.put(f"{prefix}.ID", slot.number - 1, source)
        params.put(f"{prefix}.SipAccounts", key.line - 1, source)
        params.put(f"{prefix}.Type", TYPES[key.kind], source)
        params.put(f"{prefix}.HotlineNum", phone.dialled(key), source)
        params.put(f"{prefix}.Name", key.label, source)


def _prefix(slot: Slot) -> str:
    element = f"extension{slot.module if slot.module > 1 else ''}" if slot.module else "hotline"
    return f"{element}[{slot.number - 1}]"


@lru_cache(maxsize=256)
def _empty(prefix: str, number: int) -> Mapping[str, str | int]:
    nobody: dict[str, str | int] = {
        "ID": number - 1,
        "SipAccounts": 0,
        "Type": TYPES[KeyKind.NONE],
        "HotlineNum": "",
        "Name": "",
    }
    return {f"{prefix}.{name}": value for name, value in nobody.items()}
