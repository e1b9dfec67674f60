"""The keys: every slot of the phone and of its modules, an empty one written as none."""

from collections.abc import Mapping
from functools import lru_cache

from provserver.domain.hardware import PhoneModel
from provserver.domain.keys import Key
from provserver.domain.phone import Phone
from provserver.domain.slots import KeyKind, Slot
from provserver.vendors.base import Params

TYPES: Mapping[KeyKind, str] = {
    KeyKind.SPEED_DIAL: "speed",
    KeyKind.BLF: "blf",
    KeyKind.PICKUP: "speed",
    KeyKind.PARK: "orbit",
    KeyKind.INTERCOM: "icom",
    KeyKind.DTMF: "dtmf",
    KeyKind.URL: "url",
    KeyKind.VOICEMAIL: "speed",
    KeyKind.FORWARD: "redirect",
}
"""Words of the maker's page *Function Key Types* (service.snom.com)."""

ALONE: Mapping[KeyKind, str] = {
    KeyKind.LINE: "line",
    KeyKind.DND: "keyevent F_DND",
    KeyKind.FORWARD: "keyevent F_REDIRECT",
    KeyKind.VOICEMAIL: "keyevent F_RETRIEVE",
}
"""What a key does without a number: forwarding asks for one, messages are those of the line."""


def put_keys(params: Params, phone: Phone) -> None:
    """Write all slots; a slot left out would keep the key that it had (sheet, pitfall 6)."""
    for slot in phone.slots:
        key = phone.key(slot)
        name, source = f"fkey[{_index(phone.model, slot)}]", f"key {slot}"
        if key.kind is KeyKind.NONE:
            params.put_all(_empty(name), source)
            continue
        params.put(name, _function(phone, key), source)
        params.put(f"{name}.context", key.line, source)
        params.put(f"{name}.label", key.label, source)


def _index(model: PhoneModel, slot: Slot) -> int:
    """Count from 0; keys of modules follow those of the phone, module by module (D7C manual, page 18)."""
    if not slot.module or model.sidecar is None:
        return slot.number - 1
    first: int = model.facts.get("first_module_key", len(model.slots))
    return first + (slot.module - 1) * model.sidecar.keys + slot.number - 1


@lru_cache(maxsize=1024)
def _empty(name: str) -> Mapping[str, str]:
    return {name: "none", f"{name}.context": "active", f"{name}.label": ""}


def _function(phone: Phone, key: Key) -> str:
    target = key.target
    if key.kind is KeyKind.PICKUP:
        target = target or phone.text("group_pickup_code")
    if key.kind is KeyKind.BLF and (code := phone.text("pickup_code")):
        target = f"{target}|{code}"
    if key.kind in TYPES and target:
        return f"{TYPES[key.kind]} {target}"
    return ALONE.get(key.kind, "none")
