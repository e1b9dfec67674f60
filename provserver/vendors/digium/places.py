"""Where things stand on a Digium phone: accounts on the main display, keys beside it, on its panel and modules."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from provserver.domain.hardware import Block, PhoneModel
from provserver.domain.phone import Line, Phone
from provserver.domain.slots import KeyKind, Slot

PRIMARY = 0
"""The first key of the main display is always the first account's, so no slot stands for it."""

SIDE_PAGE = 10
MODULE_PAGE = 20
"""Keys of one page: a further item on an index that is taken goes to the next page (wiki.asterisk.org, Smart BLF)."""


@dataclass(frozen=True, slots=True)
class Place:
    """A key as the phone counts it: which panel, which index from 0, and which module where it is one."""

    location: str
    index: int
    node: int | None = None


def place(model: PhoneModel, slot: Slot) -> Place:
    """Find the place of a slot."""
    return _place(model.blocks, slot)


@lru_cache(maxsize=4096)
def _place(blocks: tuple[Block, ...], slot: Slot) -> Place:
    if slot.module:
        return Place("expansion", (slot.number - 1) % MODULE_PAGE, slot.module - 1)
    main = blocks[0].keys
    if slot.number > main:
        return Place("side", (slot.number - main - 1) % SIDE_PAGE)
    return Place("main", PRIMARY + slot.number)


def accounts(phone: Phone) -> Mapping[int, Line]:
    """Give the account of every index of the main display that has one.

    A line takes the keys that the plan gives it; one without a key takes the first empty one, as the maker's phones
    do, and behind the last key where none is empty, so that it rings all the same.
    """
    lines = {line.number: line for line in phone.lines}
    taken: dict[int, Line] = {PRIMARY: lines[min(lines)]} if lines else {}
    for slot in _main(phone.model):
        key = phone.key(slot)
        if key.kind is KeyKind.LINE and (line := lines.get(key.line)):
            taken[place(phone.model, slot).index] = line
    shown = {line.number for line in taken.values()}
    free = _free(phone)
    for line in phone.lines:
        if line.number not in shown:
            taken[next(free)] = line
    return taken


def _free(phone: Phone) -> Iterator[int]:
    slots = _main(phone.model)
    for slot in slots:
        if phone.key(slot).kind is KeyKind.NONE:
            yield place(phone.model, slot).index
    index = PRIMARY + len(slots)
    while True:
        index += 1
        yield index


def _main(model: PhoneModel) -> tuple[Slot, ...]:
    return model.slots[: model.blocks[0].keys]
