"""What a phone is made of: its keys, where they stand, and what it can do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from provserver.domain.slots import KeyKind, Slot


class Evidence(StrEnum):
    """How sure a fact is: watched on a handset, read in a manual, taken from a peer, or derived."""

    HARDWARE = "hardware"
    MANUAL = "manual"
    PEER = "peer"
    INFERRED = "inferred"


class Feature(StrEnum):
    """What only some phones can do; a configurator offers only what ``supports`` names."""

    POPUP = "popup"
    SPLASH = "splash"
    TONE = "tone"
    RESYNC = "resync"
    REBOOT = "reboot"
    FACTORY_RESET = "factory-reset"
    PHONEBOOK = "phonebook"
    FIRMWARE = "firmware"
    CREDENTIALS = "credentials"
    SERIAL = "serial"
    PIN = "pin"
    DND_SWITCH = "dnd-switch"
    DND = "do-not-disturb"
    FORWARD = "call-forwarding"
    DIAL_PLAN = "dial-plan"
    LDAP = "ldap"


_UNSOURCED = "no source names a parameter for it on this phone; set it at the phone, or as a free parameter"
_NO_IMAGE = "no source names a parameter that tells this phone of a firmware image; load it from the phone's own page"
_NO_NAME = "no source names a parameter that tells this phone a name and a password for its files"
UNSOURCED: Mapping[str, str] = {
    **dict.fromkeys((Feature.DND_SWITCH, Feature.DND, Feature.FORWARD, Feature.DIAL_PLAN, Feature.LDAP), _UNSOURCED),
    Feature.FIRMWARE: _NO_IMAGE,
    Feature.CREDENTIALS: _NO_NAME,
    Feature.SERIAL: "no source tells that this phone says its serial number when it asks for its files",
    Feature.PIN: "no source tells that this phone asks for a name and a password at its first start",
}
"""Why a phone lacks what is written only where a source names the parameter, unless its table says it better."""


@dataclass(frozen=True, slots=True)
class Block:
    """Keys that stand together: columns of one page, repeated over pages.

    ``columns`` counts the physical keys from the left; empty means that no source tells where they stand, and
    the block is drawn as a numbered list. ``keys`` are the usable ones over all pages: where a page has fewer
    than its columns hold, the last physical key turns the page. ``without`` names kinds that the model has, but not
    on these keys.
    """

    name: str
    keys: int
    columns: tuple[int, ...] = ()
    pages: int = 1
    side: str = "display"
    paper: bool = False
    without: frozenset[KeyKind] = frozenset()

    @property
    def per_page(self) -> int:
        """Give the usable keys of a full page."""
        return -(-self.keys // self.pages)

    @property
    def has_page_key(self) -> bool:
        """Tell whether the last physical key of the block turns the page."""
        return bool(self.columns) and self.per_page < sum(self.columns)


@dataclass(frozen=True, slots=True)
class Sidecar:
    """An expansion module: its keys, how many can be chained, and keys that cannot be set."""

    name: str
    keys: int
    chain: int
    columns: tuple[int, ...] = ()
    pages: int = 1
    missing: tuple[int, ...] = ()
    without: frozenset[KeyKind] = frozenset()

    @property
    def block(self) -> Block:
        """Give the module as a block of its own."""
        return Block(self.name, self.keys, self.columns, self.pages, side="sidecar", without=self.without)


@dataclass(frozen=True, slots=True)
class Position:
    """Where one key stands: column and row count from 1, left to right and top to bottom."""

    slot: Slot
    block: str
    column: int
    row: int
    page: int


@dataclass(frozen=True)
class PhoneModel:
    """One model of one maker, as its table describes it; ``facts`` are words that only the maker's package reads."""

    vendor: str
    name: str
    title: str
    accounts: int
    blocks: tuple[Block, ...] = ()
    sidecar: Sidecar | None = None
    kinds: frozenset[KeyKind] = frozenset()
    supports: frozenset[Feature] = frozenset()
    lacks: dict[str, str] = field(default_factory=dict)
    label_limit: int = 64
    label_bytes: int | None = None
    screen: tuple[int, int] | None = None
    touch: bool = False
    hardware: str = ""
    firmware: str = ""
    evidence: dict[str, Evidence] = field(default_factory=dict)
    note: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """Give every key of the phone itself, in the maker's order."""
        return tuple(Slot(0, number) for number in range(1, sum(block.keys for block in self.blocks) + 1))

    @cached_property
    def sidecar_slots(self) -> tuple[Slot, ...]:
        """Give every key of every module that can be chained."""
        if self.sidecar is None:
            return ()
        return tuple(slot for module in range(1, self.sidecar.chain + 1) for slot in self.module_slots(module))

    @cached_property
    def all_slots(self) -> frozenset[Slot]:
        """Give every slot that a key may be set on."""
        return frozenset(self.slots + self.sidecar_slots)

    def module_slots(self, module: int) -> tuple[Slot, ...]:
        """Give the keys of one module, without those that its maker says cannot be set."""
        if self.sidecar is None:
            return ()
        numbers = (number for number in range(1, self.sidecar.keys + 1) if number not in self.sidecar.missing)
        return tuple(Slot(module, number) for number in numbers)

    def block_of(self, slot: Slot) -> tuple[Block, int]:
        """Find the block that a phone key stands in, and its number there counted from 1."""
        number = slot.number
        for block in self.blocks:
            if number <= block.keys:
                return block, number
            number -= block.keys
        raise KeyError(slot)

    def kinds_at(self, slot: Slot) -> frozenset[KeyKind]:
        """Give the kinds that a key on this slot can have."""
        if slot.module:
            return self.kinds - self.sidecar.without if self.sidecar else frozenset()
        return self.kinds - self.block_of(slot)[0].without

    def layout(self) -> list[Position]:
        """Place every key of the phone: numbered down the left column first, then right, then the next page."""
        positions: list[Position] = []
        offset = 0
        for block in self.blocks:
            for number, column, row, page in _places(block):
                positions.append(Position(Slot(0, offset + number), block.name, column, row, page))
            offset += block.keys
        return positions

    def sidecar_layout(self, module: int) -> list[Position]:
        """Place the keys of one module."""
        if self.sidecar is None:
            return []
        block = self.sidecar.block
        places = {number: (column, row, page) for number, column, row, page in _places(block)}
        return [Position(slot, block.name, *places[slot.number]) for slot in self.module_slots(module)]


def _places(block: Block) -> Iterator[tuple[int, int, int, int]]:
    columns = block.columns or (block.per_page,)
    for number in range(1, block.keys + 1):
        page, index = divmod(number - 1, block.per_page)
        column = 0
        while index >= columns[column] and column < len(columns) - 1:
            index -= columns[column]
            column += 1
        yield number, column + 1, index + 1, page + 1
