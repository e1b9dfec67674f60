"""The keys, counted on from the phone over its key modules; an empty one is a speed dial of nobody."""

from collections.abc import Mapping
from functools import lru_cache

from provserver.domain.hardware import PhoneModel
from provserver.domain.phone import Phone
from provserver.domain.slots import KeyKind, Slot
from provserver.vendors.base import Params

FUNCTIONS: Mapping[KeyKind, str] = {
    KeyKind.NONE: "L",
    KeyKind.SPEED_DIAL: "L",
    KeyKind.PICKUP: "L",
    KeyKind.VOICEMAIL: "L",
    KeyKind.BLF: "S",
    KeyKind.PARK: "S",
}
"""L dials, S supervises (Wazo and Provisioner alike). ``L/<sip:>`` is the maker's own empty key: its comconf file has
it on every place. A parking place is supervised."""


def put_keys(params: Params, phone: Phone) -> None:
    """Write all slots; a parameter that is missing would keep what the phone had (Wazo, wazo_technicolor)."""
    for slot in phone.slots:
        key = phone.key(slot)
        name, source = _place(_number_of(phone.model, slot), slot)
        params.put(name, f"{FUNCTIONS[key.kind]}/<sip:{phone.dialled(key)}>", source)


def _number_of(model: PhoneModel, slot: Slot) -> int:
    """Count a key: 1 to 10 on the phone, 11 to 38 on the first module, 39 to 66 on the second (TB30 guide, page 93)."""
    if not slot.module or model.sidecar is None:
        return slot.number
    return len(model.slots) + (slot.module - 1) * model.sidecar.keys + slot.number


@lru_cache(maxsize=128)
def _place(number: int, slot: Slot) -> tuple[str, str]:
    return f"sys.FeatureKeyExt{number:02}", f"key {slot}"
