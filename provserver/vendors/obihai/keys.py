"""The keys: two lists on a VVX, one on an OBi phone, counted on over their tabs; an empty key is written as None."""

from collections.abc import Mapping

from provserver.domain.phone import Phone
from provserver.domain.slots import KeyKind, Slot
from provserver.vendors.base import Params

FUNCTIONS: Mapping[KeyKind, str] = {
    KeyKind.NONE: "None",
    KeyKind.LINE: "Call Appearance",
    KeyKind.SPEED_DIAL: "Speed Dial",
    KeyKind.BLF: "Busy Lamp Field",
    KeyKind.PARK: "Call Park Monitor",
    KeyKind.URL: "Action URL",
    KeyKind.DND: "Do Not Disturb",
    KeyKind.PICKUP: "Speed Dial",
    KeyKind.VOICEMAIL: "Speed Dial",
}
"""The maker's words (manualshive.com, OBi1062, page 45); the factory's key is a line, so none is said."""

WITHOUT_SERVICE = frozenset({KeyKind.NONE, KeyKind.URL})
WITHOUT_NUMBER = frozenset({KeyKind.NONE, KeyKind.LINE, KeyKind.DND})


def put_keys(params: Params, phone: Phone) -> None:
    """Write all slots; a slot left out would keep the key that it had."""
    if not phone.slots:
        return
    for slot in phone.slots:
        key = phone.key(slot)
        prefix, source = _prefix(phone, slot), f"key {slot}"
        params.put(f"{prefix}.Function", FUNCTIONS[key.kind], source)
        params.put(f"{prefix}.Service", "" if key.kind in WITHOUT_SERVICE else f"SP{key.line}", source)
        params.put(f"{prefix}.Number", "" if key.kind in WITHOUT_NUMBER else phone.dialled(key), source)
        params.put(f"{prefix}.Name", key.label if key.kind is not KeyKind.NONE else "", source)
    params.put("VoiceService.1.Phone.CstmLineKey.BLF.Enable", "true", "server")
    params.put("VoiceService.1.Phone.CstmLineKey.BLF.TextLine1", "$Name", "server")


def _prefix(phone: Phone, slot: Slot) -> str:
    """Name a key: on a phone with two columns the left one is a list of its own (FusionPBX, poly-vvx-450)."""
    column = phone.model.blocks[0].columns[0]
    if len(phone.model.blocks[0].columns) == 1:
        return f"VoiceService.1.Phone.LineKey.{slot.number}"
    if slot.number <= column:
        return f"VoiceService.1.Phone.LeftLineKey.{slot.number}"
    return f"VoiceService.1.Phone.LineKey.{slot.number - column}"
