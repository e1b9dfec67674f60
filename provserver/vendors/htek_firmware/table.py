"""The table of numbers, numbers.toml, as packages ask for it: every name is the word P and a number."""

import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from provserver.domain.slots import Slot

TABLE: Mapping[str, Any] = tomllib.loads((Path(__file__).parent / "numbers.toml").read_text(encoding="utf-8"))

SETTINGS: Mapping[str, str] = {word: f"P{row['number']}" for word, row in TABLE["settings"].items()}
ZONES: Mapping[str, int] = TABLE["zones"]
KEY_HINTS: Mapping[str, str] = TABLE["key_hints"]
LANGUAGES: Mapping[str, int] = TABLE["languages"]
OFFSETS: Mapping[int, int] = {int(minutes): number for minutes, number in TABLE["offsets"].items()}


@cache
def account(line: int) -> Mapping[str, str]:
    """Give the names of an account's parameters; accounts count from 1."""
    return {word: f"P{row['numbers'][line - 1]}" for word, row in TABLE["account"].items()}


@lru_cache(maxsize=512)
def key(slot: Slot) -> Mapping[str, str]:
    """Give the names of a key's parameters: type, value, label, account, pickup, and on the phone itself mode."""
    if slot.module:
        offset = TABLE["module"]["step"] * (slot.module - 1)
        return _names(TABLE["module"]["fields"], slot.number - 1, offset)
    row = next(row for row in TABLE["keys"] if row["first"] <= slot.number <= row["last"])
    return _names(row["fields"], slot.number - row["first"], 0)


def _names(fields: Mapping[str, tuple[int, int]], place: int, offset: int) -> Mapping[str, str]:
    return {word: f"P{first + step * place + offset}" for word, (first, step) in fields.items()}


@cache
def hints() -> Mapping[str, str]:
    """Give the maker's hint of every name; the phone passes over it, a technician reads it."""
    found = {SETTINGS[word]: row["hint"] for word, row in TABLE["settings"].items()}
    for row in TABLE["account"].values():
        found.update({f"P{one}": f"Account{line}.{row['hint']}" for line, one in enumerate(row["numbers"], start=1)})
    for row in TABLE["keys"]:
        for number in range(row["first"], row["last"] + 1):
            found.update({name: f"LineKey{number}.{KEY_HINTS[word]}" for word, name in key(Slot(0, number)).items()})
    return found
