"""What the phone calls a setting: a P-number on the classic phones, a tag on the U series; never both in one file."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from provserver.domain.hardware import PhoneModel
from provserver.domain.slots import Slot
from provserver.vendors.htek_firmware import table

ACCOUNTS = 4
"""Accounts of the classic phones."""


@dataclass(frozen=True, slots=True)
class KeyNames:
    """The names of one key's fields; a key of a module has no mode."""

    kind: str
    value: str
    label: str
    account: str
    extension: str
    mode: str = ""


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "names.toml").read_text(encoding="utf-8"))


def has_tags(model: PhoneModel) -> bool:
    """Tell whether a model reads tags."""
    return model.facts.get("notation") == "tags"


@cache
def setting(name: str, tags: bool) -> str:
    """Give the name of a setting of the whole phone."""
    names = _table()
    if tags:
        return str(names["settings"][name])
    return table.SETTINGS.get(name) or f"P{names['numbers'][name]}"


@cache
def account(name: str, number: int, tags: bool) -> str:
    """Give the name of a setting of an account; numbers exist for the first four."""
    names = _table()
    if tags:
        return str(names["accounts"][name]).format(n=number)
    return table.account(number).get(name) or f"P{names['account_numbers'][name][number - 1]}"


@lru_cache(maxsize=2048)
def key(slot: Slot, tags: bool) -> KeyNames:
    """Give the names of a key's fields."""
    if tags:
        return _tagged_module_key(slot) if slot.module else _tagged_key(slot.number)
    at = table.key(slot)
    return KeyNames(at["type"], at["value"], at["label"], at["account"], at["pickup"], at.get("mode", ""))


def _tagged_key(number: int) -> KeyNames:
    keys = _table()["keys"]
    names = [keys["tag"].format(key=number, field=field) for field in keys["fields"]]
    return _named(names, keys["mode"].format(key=number))


def _tagged_module_key(slot: Slot) -> KeyNames:
    modules = _table()["modules"]
    page, index = divmod(slot.number - 1, modules["keys"])
    place = {"module": slot.module, "page": page + 1, "key": index + 1}
    return _named([modules["tag"].format(**place, field=field) for field in modules["fields"]])


def _named(names: Sequence[str], mode: str = "") -> KeyNames:
    kind, value, label, account_of, extension = names
    return KeyNames(kind, value, label, account_of, extension, mode)


@cache
def meanings() -> Mapping[str, Mapping[str, str]]:
    """Give the attribute of every number of the phone and its accounts that tells people its tag."""
    names = _table()
    found = {setting(name, False): str(tag) for name, tag in names["settings"].items()}
    for name in names["accounts"]:
        found |= {account(name, count, False): account(name, count, True) for count in range(1, ACCOUNTS + 1)}
    for slot in (Slot(0, number) for number in range(1, names["keys"]["last"] + 1)):
        numbers, tags = key(slot, False), key(slot, True)
        found |= {getattr(numbers, field): getattr(tags, field) for field in KeyNames.__slots__}
    return {number: {"para": tag} for number, tag in found.items()}
