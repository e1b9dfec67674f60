"""The keys: every slot of the phone, an empty one written as none."""

from collections.abc import Mapping
from functools import lru_cache

from provserver.domain.hardware import Block
from provserver.domain.keys import Key
from provserver.domain.phone import Phone
from provserver.domain.slots import KeyKind
from provserver.vendors.base import Params
from provserver.vendors.fanvil.dialect import is_old

NONE, MEMORY, LINE, EVENT, DTMF, URL = "0", "1", "2", "3", "4", "7"
"""Types of key (Tancredi, fanvil.macros)."""

MEANINGS: Mapping[KeyKind, str] = {
    KeyKind.SPEED_DIAL: "f",
    KeyKind.PICKUP: "f",
    KeyKind.BLF: "ba",
    KeyKind.PARK: "c",
    KeyKind.INTERCOM: "i",
    KeyKind.FORWARD: "a",
    KeyKind.VOICEMAIL: "m",
}
"""What a memory key does with its number, as in ``204@1/ba`` (FusionPBX, keys of Fanvil; Wazo and Tancredi agree for
f, ba, c, a). ``ba`` transfers a call in progress after asking; a pickup key dials its code."""

EVENTS: Mapping[KeyKind, str] = {
    KeyKind.DND: "F_DND",
    KeyKind.FORWARD: "F_CFWD",
    KeyKind.VOICEMAIL: "F_MWI",
    KeyKind.PICKUP: "F_PICKUP",
}
"""What a key without a number does (Tancredi, fanvil.macros)."""

PLACES = {"side": "dssSide[{page}]/Fkey[{key}]", "function": "internal[{page}]/Fkey[{key}]", "soft": "dssSoft[{key}]"}
"""Where a block of keys stands; keys count from 1 on each page."""

PAGES = {"side": "SideKeyPageNum", "function": "FuncKeyPageNum"}


OLD_PLACE = "key[{key}]"
"""The first firmwares count all keys on; the dialect knows where they stand."""


def put_keys(params: Params, phone: Phone) -> None:
    """Write how many pages there are, then all slots; a slot left out would keep the key that it had."""
    model = phone.model
    for block in model.blocks:
        if block.name in PAGES:
            params.put(f"dsskey/{PAGES[block.name]}", block.pages, "server")
    places = _places(model.blocks, model.facts.get("first_page", 1), is_old(phone))
    for slot, place in zip(model.slots, places, strict=True):
        source = f"key {slot}"
        kind, value, title = _key(phone, phone.key(slot))
        params.put(f"{place}/Type", kind, source)
        params.put(f"{place}/Value", value, source)
        params.put(f"{place}/Title", title, source)


@lru_cache(maxsize=256)
def _places(blocks: tuple[Block, ...], first_page: int, old: bool) -> tuple[str, ...]:
    """Say where each key stands in the file, in the order of the slots."""
    places: list[str] = []
    for block in blocks:
        for index in range(block.keys):
            page, key = divmod(index, block.per_page)
            if old:
                places.append(OLD_PLACE.format(key=len(places) + 1))
            else:
                places.append("dsskey/" + PLACES[block.name].format(page=page + first_page, key=key + 1))
    return tuple(places)


def _key(phone: Phone, key: Key) -> tuple[str, str, str]:
    """Give the type, value and title of a key; one that dials has ``number@line/meaning``."""
    number = phone.dialled(key)
    match key.kind:
        case KeyKind.NONE:
            return NONE, "", ""
        case KeyKind.LINE:
            return LINE, f"SIP{key.line}", key.label
        case KeyKind.DTMF:
            return DTMF, key.target, key.label
        case KeyKind.URL:
            return URL, f"get:{key.target}" if is_old(phone) else key.target, key.label
        case KeyKind.BLF:
            code = phone.text("pickup_code")
            pickup = f"{code}{number}" if code else ""
            return MEMORY, f"{number}@{key.line}/{MEANINGS[key.kind]}{pickup}", key.label
    if not number:
        return EVENT, EVENTS[key.kind], key.label
    return MEMORY, f"{number}@{key.line}/{MEANINGS[key.kind]}", key.label
