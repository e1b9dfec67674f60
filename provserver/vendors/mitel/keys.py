"""The keys: every slot of the phone and of its modules, an unset one written as such."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from provserver.domain.hardware import PhoneModel
from provserver.domain.keys import Key
from provserver.domain.phone import Phone
from provserver.domain.slots import KeyKind, Slot
from provserver.vendors.base import Params
from provserver.vendors.mitel.release import FOURTH, release
from provserver.vendors.mitel.texts import legible

TYPES: Mapping[KeyKind, str] = {
    KeyKind.LINE: "line",
    KeyKind.SPEED_DIAL: "speeddial",
    KeyKind.BLF: "blf",
    KeyKind.PICKUP: "speeddial",
    KeyKind.PARK: "park",
    KeyKind.URL: "xml",
    KeyKind.VOICEMAIL: "speeddial",
    KeyKind.DND: "dnd",
}
"""Key types as the sheet, Wazo and FusionPBX agree. A pickup key carries a whole code, so it dials."""

PREFIXES = {"programmable": "prgkey", "top": "topsoftkey", "soft": "softkey"}
"""The maker's name of each block; its keys count from 1 again."""

NONE, BLANK = "none", "empty"

FOLLOW_THE_PHONE = 7
"""``ring splash`` of one key: as the phone's own setting says (guide 4.2.0 SP2, page A-278)."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A key with its name in the file, and the group of keys that share a display with it."""

    slot: Slot
    key: Key
    name: str
    group: str


def put_keys(params: Params, phone: Phone) -> None:
    """Write all slots.

    A display closes the gaps between its keys, so that a key would stand elsewhere than in the drawing; ``empty``
    keeps the place. Behind the last key ``none`` does, and adds no blank pages. Keys without a display have only
    ``none``.
    """
    fourth = release(phone) >= FOURTH
    placed = [Placed(slot, phone.key(slot), *_place(phone.model, slot)) for slot in phone.slots]
    last = {one.group: one.slot for one in placed if one.key.kind is not KeyKind.NONE}
    for one in placed:
        if one.key.kind is KeyKind.NONE:
            gap = one.group != PREFIXES["programmable"] and one.slot < last.get(one.group, one.slot)
            params.put_all(_unset(one.name, BLANK if gap else NONE, one.key.locked), f"key {one.slot}")
        else:
            _put_key(params, phone, one)
        if one.key.kind is KeyKind.BLF and fourth:
            params.put(f"{one.name} ring splash", FOLLOW_THE_PHONE, "monitor_ring")
    if not fourth:
        _put_parking(params, placed)


def _place(model: PhoneModel, slot: Slot) -> tuple[str, str]:
    """Give the maker's name of a key, and that of the group it stands in."""
    if slot.module:
        return f"expmod{slot.module} key{slot.number}", f"expmod{slot.module}"
    block, number = model.block_of(slot)
    group = PREFIXES[block.name]
    return f"{group}{number}", group


@lru_cache(maxsize=4096)
def _unset(name: str, kind: str, locked: bool) -> Mapping[str, str | bool]:
    return {f"{name} type": kind, f"{name} locked": locked}


def _put_key(params: Params, phone: Phone, placed: Placed) -> None:
    """Write one key; a key that is locked cannot be changed at the phone."""
    key, name, source = placed.key, placed.name, f"key {placed.slot}"
    params.put(f"{name} type", TYPES[key.kind], source)
    if key.kind not in (KeyKind.LINE, KeyKind.DND):
        params.put(f"{name} value", _value(phone, key), source)
    params.put(f"{name} label", legible(key.label), source)
    params.put(f"{name} line", key.line, source)
    params.put(f"{name} locked", key.locked, source)


def _value(phone: Phone, key: Key) -> str:
    """Give what a key dials, watches or opens; without a target of its own, the company's code."""
    return f"asterisk;{key.target}" if key.kind is KeyKind.PARK else phone.dialled(key)


def _put_parking(params: Params, placed: Iterable[Placed]) -> None:
    """Write where a line parks, for firmware before release 4.

    The guide 3.2.2 (page 5-219) says that the key's own value counts unless the line has one; Wazo saw the value
    ignored. A line whose keys name one place is safe both ways; with several places only the keys can say.
    """
    places: dict[int, set[str]] = {}
    for one in placed:
        if one.key.kind is KeyKind.PARK:
            places.setdefault(one.key.line, set()).add(one.key.target)
    for number, targets in sorted(places.items()):
        if len(targets) == 1:
            place = targets.pop()
            params.put(f"sip line{number} park pickup config", f"{place};{place};asterisk", f"line {number}")
