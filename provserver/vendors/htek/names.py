"""What the phone calls a setting: a P-number on the classic phones, a tag on the U series; never both in one file."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from provserver.domain.hardware import PhoneModel
from provserver.domain.slots import Slot


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
    return str(_table()["settings"][name][tags])


@cache
def account(name: str, number: int, tags: bool) -> str:
    """Give the name of a setting of an account; numbers exist for the first four."""
    row = _table()["accounts"][name]
    return str(row["tag"]).format(n=number) if tags else f"P{row['numbers'][number - 1]}"


@lru_cache(maxsize=2048)
def key(slot: Slot, tags: bool) -> KeyNames:
    """Give the names of a key's fields."""
    return _module_key(slot, tags) if slot.module else _phone_key(slot.number, tags)


def _phone_key(number: int, tags: bool) -> KeyNames:
    keys = _table()["keys"]
    mode = keys["mode"]
    if tags:
        names = [keys["tag"].format(key=number, field=field) for field in keys["fields"]]
        return _named(names, mode["tag"].format(key=number))
    of = next(row for row in keys["ranges"] if row["first"] <= number <= row["last"])
    names = [f"P{start + of['step'] * (number - of['first'])}" for start in of["starts"]]
    return _named(names, f"P{mode['start'] + mode['step'] * (number - mode['first'])}")


def _module_key(slot: Slot, tags: bool) -> KeyNames:
    modules = _table()["modules"]
    page, index = divmod(slot.number - 1, modules["keys"])
    if tags:
        place = {"module": slot.module, "page": page + 1, "key": index + 1}
        return _named([modules["tag"].format(**place, field=field) for field in modules["fields"]])
    above = modules["start"] + modules["per_module"] * (slot.module - 1) + modules["per_page"] * page
    first = above + modules["per_key"] * index
    return _named([f"P{first + offset}" for offset in range(len(modules["fields"]))])


def _named(names: Sequence[str], mode: str = "") -> KeyNames:
    kind, value, label, account_of, extension = names
    return KeyNames(kind, value, label, account_of, extension, mode)


@cache
def meanings() -> Mapping[str, Mapping[str, str]]:
    """Give the attribute of every number of the phone and its accounts that tells people its tag."""
    table = _table()
    found: dict[str, str] = dict(table["settings"].values())
    for row in table["accounts"].values():
        found |= {f"P{p}": row["tag"].format(n=count) for count, p in enumerate(row["numbers"], start=1)}
    for slot in (Slot(0, number) for number in range(1, table["keys"]["ranges"][-1]["last"] + 1)):
        numbers, tags = key(slot, False), key(slot, True)
        found |= {getattr(numbers, field): getattr(tags, field) for field in KeyNames.__slots__}
    return {number: {"para": tag} for number, tag in found.items()}
