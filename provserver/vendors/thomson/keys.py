"""The keys: every place of the phone and of its key module, an empty one as a speed dial of nobody."""

from collections.abc import Mapping
from functools import lru_cache

from provserver.domain.keys import EMPTY, Key, KeyKind, Slot
from provserver.domain.phone import Phone
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
    """Write all places; a parameter that is missing would keep what the phone had (Wazo, wazo_technicolor)."""
    for number, slot in enumerate(phone.model.slots + phone.model.sidecar_slots, start=1):
        key = phone.key(slot) if slot.module <= phone.modules else EMPTY
        name, source = _place(number, slot)
        params.put(name, f"{FUNCTIONS[key.kind]}/<sip:{_number(phone, key)}>", source)


@lru_cache(maxsize=128)
def _place(number: int, slot: Slot) -> tuple[str, str]:
    return f"sys.FeatureKeyExt{number:02}", f"key {slot}"


def _number(phone: Phone, key: Key) -> str:
    if key.kind is KeyKind.PICKUP:
        return key.target or phone.text("group_pickup_code")
    if key.kind is KeyKind.VOICEMAIL:
        voicemail = next((line.voicemail for line in phone.lines if line.number == key.line), "")
        return key.target or voicemail or phone.text("voicemail_number")
    return key.target
