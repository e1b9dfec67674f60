"""The keys: display, memory and module keys, each one written, an empty one as none.

Display keys past the fixed ones exist only as far as they are told of without a gap: the first that is missing takes
every later one with it (maker's templates of GXP17xx, GXP21xx and GRP26xx). All are written, so there is none missing.
"""

from collections.abc import Mapping
from functools import lru_cache

from provserver.domain.hardware import PhoneModel
from provserver.domain.phone import Phone
from provserver.domain.slots import KeyKind, Slot
from provserver.vendors.base import Params
from provserver.vendors.grandstream.family import Family, family_of, load


def put_keys(params: Params, phone: Phone) -> None:
    """Write all slots; a kind that a key's scale lacks is written as none."""
    family = family_of(phone)
    for slot in phone.slots:
        key = phone.key(slot)
        block, number, scale = _place(phone.model, slot)
        mode = family.modes[scale].get(key.kind)
        if mode is None or key.kind is KeyKind.NONE:
            params.put_all(_empty(family.name, block, number, scale), f"key {slot}")
            continue
        names = family.keys[block, number]
        source = f"key {slot}"
        params.put(names.mode, mode, source)
        params.put(names.account, _account(family, block, key.line), source)
        params.put(names.description, key.label, source)
        params.put(names.value, phone.dialled(key), source)


def _place(model: PhoneModel, slot: Slot) -> tuple[str, int, str]:
    """Give a key's block, its number there, and the scale of its modes: fixed keys have one of their own."""
    if slot.module:
        keys = model.sidecar.keys if model.sidecar else 0
        return "ext", (slot.module - 1) * keys + slot.number, "ext"
    block, number = model.block_of(slot)
    fixed = int(model.facts.get("fixed", 0))
    return block.name, number, "fixed" if block.name == "line" and number <= fixed else block.name


@lru_cache(maxsize=4096)
def _empty(name: str, block: str, number: int, scale: str) -> Mapping[str, str]:
    family = load(name)
    names = family.keys[block, number]
    return {
        names.mode: family.modes[scale][KeyKind.NONE],
        names.account: _account(family, block, 1),
        names.description: "",
        names.value: "",
    }


def _account(family: Family, block: str, line: int) -> str:
    """Name an account: counted from 0, but from 1 and in words for memory and module keys of alias items."""
    return f"Account{line}" if family.is_alias and block != "line" else str(line - 1)
