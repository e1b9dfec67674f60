"""The keys: every slot of the phone and of its module, an empty one written as none."""

from collections.abc import Mapping
from functools import lru_cache

from provserver.domain.keys import Key
from provserver.domain.phone import Phone
from provserver.domain.slots import KeyKind, Slot
from provserver.vendors.base import Params
from provserver.vendors.panasonic.texts import HDV, family, legible

_WORD = "X_PANASONIC_IPTEL_"

_HDV_WORDS = {KeyKind.LINE: "LINE", KeyKind.BLF: "BLF"}
_UT_WORDS = {KeyKind.LINE: "DN", KeyKind.BLF: "CONTACT"}
"""The families differ in these two (sail, ABS, FusionPBX)."""

_DIALS = "ONETOUCH"
"""Dials the number beside it, which stands in QUICK_DIAL and not in the argument (ABS)."""


def put_keys(params: Params, phone: Phone) -> None:
    """Write all slots; a slot left out would keep the key that it had."""
    words = _HDV_WORDS if family(phone.model) == HDV else _UT_WORDS
    for slot in phone.slots:
        key = phone.key(slot)
        action, argument, dialled = _meaning(phone, key, words)
        action_name, argument_name, dial_name, label_name = _names(slot)
        source = f"key {slot}"
        params.put(action_name, action, source)
        params.put(argument_name, argument, source)
        params.put(dial_name, dialled, source)
        params.put(label_name, legible(key.label) if action else "", source)


@lru_cache(maxsize=1024)
def _names(slot: Slot) -> tuple[str, str, str, str]:
    """Give the names of a key's action, argument, number to dial and label."""
    keys = "DSS_BUTTON" if slot.module else "FLEX_BUTTON"
    number = slot.number
    return (
        f"{keys}_FACILITY_ACT{number}",
        f"{keys}_FACILITY_ARG{number}",
        f"{keys}_QUICK_DIAL{number}",
        f"{keys}_LABEL{number}",
    )


def _meaning(phone: Phone, key: Key, words: Mapping[KeyKind, str]) -> tuple[str, str, str]:
    """Give a key's action, its argument and what it dials; an unset key has none of them."""
    match key.kind:
        case KeyKind.LINE:
            return _WORD + words[key.kind], str(key.line), ""
        case KeyKind.BLF:
            return _WORD + words[key.kind], key.target, ""
        case KeyKind.SPEED_DIAL | KeyKind.PICKUP | KeyKind.VOICEMAIL:
            return _WORD + _DIALS, "", phone.dialled(key)
        case _:
            return "", "", ""
