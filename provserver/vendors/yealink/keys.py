"""The keys: every slot of the phone and of its modules, an empty one written as none."""

from provserver.domain.hardware import PhoneModel
from provserver.domain.keys import Key
from provserver.domain.phone import Phone
from provserver.domain.slots import KeyKind, Slot
from provserver.vendors.base import Params
from provserver.vendors.dotted import KEY_TYPES, empty_key
from provserver.vendors.formats.flat_text import legible
from provserver.vendors.yealink.generation import V81, generation

ZERO_BASED = frozenset({"T32G", "T38G", "VP530"})
ZERO_BASED_KINDS = frozenset({KeyKind.BLF, KeyKind.PARK, KeyKind.PICKUP, KeyKind.VOICEMAIL})
"""On these models 0 is line 1 for keys that stay with a line, and *any free line* for keys that only dial, which
count from 1 (the maker's text in FusionPBX, t38g/y000000000038.cfg and vp530/y000000000023.cfg; Wazo lowers it for
BLF alone)."""

PREFIXES = {"line": "linekey", "memory": "memorykey"}


def put_keys(params: Params, phone: Phone) -> None:
    """Write all slots; a slot left out would keep the key that it had."""
    old = generation(phone) < V81
    for slot in phone.slots:
        key = phone.key(slot)
        prefix = _prefix(phone.model, slot)
        if key.kind is KeyKind.NONE:
            params.put_all(empty_key(prefix), f"key {slot}")
        else:
            _put_key(params, phone, prefix, f"key {slot}", key)
        if key.kind is KeyKind.BLF:
            code = phone.text("pickup_code")
            params.put(f"{prefix}.extension", code, "pickup_code")
            if old:
                params.put(f"{prefix}.pickup_value", code, "pickup_code")


def _prefix(model: PhoneModel, slot: Slot) -> str:
    if slot.module:
        return f"expansion_module.{slot.module}.key.{slot.number}"
    block, number = model.block_of(slot)
    return f"{PREFIXES[block.name]}.{number}"


def _put_key(params: Params, phone: Phone, prefix: str, source: str, key: Key) -> None:
    zero = phone.model.name in ZERO_BASED and key.kind in ZERO_BASED_KINDS
    params.put(f"{prefix}.type", KEY_TYPES[key.kind], source)
    params.put(f"{prefix}.line", key.line - zero, source)
    params.put(f"{prefix}.value", phone.dialled(key), source)
    params.put(f"{prefix}.label", legible(key.label), source)
