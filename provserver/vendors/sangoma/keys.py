"""The keys: every slot of the phone and of its modules, an empty one written as none."""

from collections.abc import Mapping
from functools import lru_cache

from provserver.domain.keys import Key
from provserver.domain.phone import Phone
from provserver.domain.slots import KeyKind, Slot
from provserver.vendors.base import Params
from provserver.vendors.htek_firmware import table

TYPES: Mapping[KeyKind, int] = {
    KeyKind.NONE: 0,
    KeyKind.LINE: 1,
    KeyKind.SPEED_DIAL: 2,
    KeyKind.BLF: 3,
    KeyKind.VOICEMAIL: 5,
    KeyKind.PICKUP: 7,
    KeyKind.PARK: 8,
    KeyKind.INTERCOM: 9,
    KeyKind.DTMF: 10,
    KeyKind.FORWARD: 18,
    KeyKind.DND: 21,
    KeyKind.URL: 35,
}
"""Types as Tancredi and FusionPBX agree. A pickup key is 7, group pickup: what it carries is a whole code."""

NOTHING = {"type": "0", "mode": "0", "value": "", "label": "", "account": "0", "pickup": ""}


def put_keys(params: Params, phone: Phone) -> None:
    """Write all slots; a slot left out would keep the key that it had."""
    for slot in phone.slots:
        key = phone.key(slot)
        if key.kind is KeyKind.NONE:
            params.put_all(_empty(slot), f"key {slot}")
        else:
            _put_key(params, phone, slot, key)


@lru_cache(maxsize=512)
def _empty(slot: Slot) -> Mapping[str, str]:
    return {name: NOTHING[word] for word, name in table.key(slot).items()}


def _put_key(params: Params, phone: Phone, slot: Slot, key: Key) -> None:
    pickup = phone.text("pickup_code") if key.kind is KeyKind.BLF else ""
    values: dict[str, str | int] = {
        "type": TYPES[key.kind],
        "mode": 0,
        "value": phone.dialled(key),
        "label": key.label,
        "account": key.line - 1,
        "pickup": pickup,
    }
    for word, name in table.key(slot).items():
        params.put(name, values[word], "pickup_code" if word == "pickup" else f"key {slot}")
