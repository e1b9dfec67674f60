"""The function keys, counted on over the modules: a key dials, or dials and watches; it keeps no label."""

from collections.abc import Mapping

from provserver.domain.keys import Key, KeyKind, Slot
from provserver.domain.phone import Phone
from provserver.vendors.base import Params

TYPES: Mapping[KeyKind, str] = {
    KeyKind.NONE: "L",
    KeyKind.SPEED_DIAL: "L",
    KeyKind.PICKUP: "L",
    KeyKind.VOICEMAIL: "L",
    KeyKind.BLF: "S",
    KeyKind.PARK: "S",
}
"""Line and supervised line (TB30s administrator's guide, page 93); a parking place is monitored."""


def put_keys(params: Params, phone: Phone) -> None:
    """Write all slots, an empty one without a number; a slot left out would keep the key that it had."""
    for slot in phone.slots:
        key = phone.key(slot)
        value = f"{TYPES.get(key.kind, 'L')}/<sip:{_number(phone, key)}>"
        params.put(f"sys.FeatureKeyExt{_position(phone, slot):02d}", value, f"key {slot}")


def _position(phone: Phone, slot: Slot) -> int:
    """Count a key: 1 to 10 on the phone, 11 to 38 on the first module, 39 to 66 on the second (TB30s, page 93)."""
    if not slot.module or phone.model.sidecar is None:
        return slot.number
    return len(phone.model.slots) + (slot.module - 1) * phone.model.sidecar.keys + slot.number


def _number(phone: Phone, key: Key) -> str:
    if key.kind not in TYPES:
        return ""
    if key.kind is KeyKind.PICKUP:
        return key.target or phone.text("group_pickup_code")
    if key.kind is KeyKind.VOICEMAIL:
        voicemail = next((line.voicemail for line in phone.lines if line.number == key.line), "")
        return key.target or voicemail or phone.text("voicemail_number")
    return key.target
