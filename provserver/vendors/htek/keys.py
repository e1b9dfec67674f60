"""The keys: every slot of the phone and of its modules, an empty one written as none."""

from collections.abc import Mapping
from functools import lru_cache

from provserver.domain.keys import Key
from provserver.domain.phone import Phone
from provserver.domain.slots import KeyKind, Slot
from provserver.vendors.base import Params
from provserver.vendors.htek import names
from provserver.vendors.htek.names import has_tags

TYPES: Mapping[KeyKind, int] = {
    KeyKind.NONE: 0,
    KeyKind.LINE: 1,
    KeyKind.SPEED_DIAL: 2,
    KeyKind.PICKUP: 2,
    KeyKind.BLF: 3,
    KeyKind.VOICEMAIL: 5,
    KeyKind.PARK: 8,
    KeyKind.INTERCOM: 9,
    KeyKind.DTMF: 10,
    KeyKind.FORWARD: 18,
    KeyKind.DND: 21,
    KeyKind.URL: 35,
}
"""Types of FusionPBX's list for this maker; Wazo agrees for those that it has. A pickup key dials its code as a speed
dial: what the maker's own pickup types (6, 7) make of a value is not sourced."""


def put_keys(params: Params, phone: Phone) -> None:
    """Write all slots; a slot left out would keep the key that it had."""
    tags = has_tags(phone.model)
    for slot in phone.slots:
        key = phone.key(slot)
        if key.kind is KeyKind.NONE:
            params.put_all(_empty(slot, tags), f"key {slot}")
        else:
            _put_key(params, phone, slot, key, tags)


@lru_cache(maxsize=2048)
def _empty(slot: Slot, tags: bool) -> Mapping[str, str | int]:
    at = names.key(slot, tags)
    values: dict[str, str | int] = {at.kind: 0}
    if at.mode:
        values[at.mode] = 0
    return {**values, at.value: "", at.label: "", at.account: 0, at.extension: ""}


def _put_key(params: Params, phone: Phone, slot: Slot, key: Key, tags: bool) -> None:
    """Write one key; accounts count from 0 here."""
    at, source = names.key(slot, tags), f"key {slot}"
    params.put(at.kind, TYPES[key.kind], source)
    if at.mode:
        params.put(at.mode, 0, source)
    params.put(at.value, phone.dialled(key), source)
    params.put(at.label, key.label, source)
    params.put(at.account, key.line - 1, source)
    if key.kind is KeyKind.BLF:
        params.put(at.extension, phone.text("pickup_code"), "pickup_code")
    else:
        params.put(at.extension, "", source)
