"""Families: what phones that share a template call their parameters and values, read from pvalues.toml."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from provserver.domain.phone import Phone
from provserver.domain.secret import Secret
from provserver.vendors.base import Params

Value = str | int | bool | Secret

MOST_ACCOUNTS = 16
FLAGS = {"alias": {True: "Yes", False: "No"}, "p": {True: "1", False: "0"}}


@dataclass(frozen=True, slots=True)
class KeyNames:
    """The four parameters of one key."""

    mode: str
    account: str
    description: str
    value: str


@dataclass(frozen=True)
class Family:
    """One family: ``whole`` names the phone's parameters, ``accounts`` those of an account by field and number.

    ``modes`` are the scales of key modes by block. ``meanings`` says of each P-value what it is, for people.
    """

    name: str
    is_alias: bool
    has_ports: bool
    whole: Mapping[str, str]
    accounts: Mapping[tuple[str, int], str]
    words: Mapping[str, Mapping[str, str]]
    flags: Mapping[bool, str]
    modes: Mapping[str, Mapping[str, str]]
    keys: Mapping[tuple[str, int], KeyNames] = field(default_factory=dict)
    meanings: Mapping[str, str] = field(default_factory=dict)

    def put(self, params: Params, name: str, value: Value, source: str) -> None:
        """Set a parameter of the whole phone, where the family has it."""
        if parameter := self.whole.get(name):
            params.put(parameter, self.spelled(name, value), source)

    def put_account(self, params: Params, number: int, name: str, value: Value, source: str) -> None:
        """Set a parameter of an account, where the family has it."""
        if parameter := self.accounts.get((name, number)):
            params.put(parameter, self.spelled(name, value), source)

    def spelled(self, name: str, value: Value) -> str | Secret:
        """Give a value in the family's own words: a known word is translated, a flag becomes Yes or 1."""
        if isinstance(value, Secret):
            return value
        if isinstance(value, bool):
            return self.word(name, "yes" if value else "no") or self.flags[value]
        return self.word(name, str(value)) or str(value)

    def word(self, name: str, word: str) -> str | None:
        """Give the family's word for one of ours, or None where it has none."""
        return self.words.get(name, {}).get(word)


def family_of(phone: Phone) -> Family:
    """Give the family of a phone's model."""
    return load(str(phone.model.facts["family"]))


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads((Path(__file__).parent / "pvalues.toml").read_text(encoding="utf-8"))


@cache
def load(name: str) -> Family:
    """Read a family; raises KeyError where there is none of that name."""
    table = _table()
    row = table["family"][name]
    dialect = "alias" if row["names"] == "alias" else "p"
    absent = frozenset(row.get("absent", ()))
    own = absent | table[row["names"]]["account"].keys()
    whole = {f: _whole(row, n) for f, n in table[dialect]["whole"].items() if f not in own}
    accounts = {(f, number): n for f, number, n in _accounts(table, row) if f not in absent}
    keys = dict(_keys(table, row)) if dialect == "p" else dict(_alias_keys(row))
    return Family(
        name=name,
        is_alias=dialect == "alias",
        has_ports=row["names"] == "ports",
        whole=whole,
        accounts=accounts,
        words={**table[dialect]["words"], **row.get("words", {})},
        flags=FLAGS[dialect],
        modes={block: table["modes"][scale] for block, scale in row.get("modes", {}).items()},
        keys=keys,
        meanings={} if dialect == "alias" else _meanings(table, whole, accounts, keys),
    )


def _whole(row: Mapping[str, Any], name: str | int) -> str:
    return _lower(row, name) if isinstance(name, str) else f"P{name}"


def _lower(row: Mapping[str, Any], name: str) -> str:
    return name.lower() if row.get("lower") else name


def _accounts(table: Mapping[str, Any], row: Mapping[str, Any]) -> Iterator[tuple[str, int, str]]:
    kind = row["names"]
    for name, spelled in table[kind]["account"].items():
        if kind == "alias":
            pattern = row.get("spelled", {}).get(name, spelled)
            for number in range(1, MOST_ACCOUNTS + 1):
                yield name, number, _lower(row, pattern.replace("{n}", str(number)))
        else:
            yield from ((name, number, f"P{at}") for number, at in enumerate(spelled, start=1))
    for name, first in table[kind].get("port", {}).items():
        yield from ((name, number, f"P{first + number - 1}") for number in range(1, MOST_ACCOUNTS + 1))


def _keys(table: Mapping[str, Any], row: Mapping[str, Any]) -> Iterator[tuple[tuple[str, int], KeyNames]]:
    for block in set(row.get("modes", {})) - {"fixed"}:
        for part in table["keys"][block]:
            for index in range(part["last"] - part["first"] + 1):
                names = (f"P{part[f]['at'] + part[f]['step'] * index}" for f in KeyNames.__slots__)
                yield (block, part["first"] + index), KeyNames(*names)


ALIAS_BLOCKS = {"line": ("vpk", 64), "mpk": ("mpk", 64), "ext": ("ext", 160)}
"""Blocks of keys as alias items call them, and how many there are at most."""


def _alias_keys(row: Mapping[str, Any]) -> Iterator[tuple[tuple[str, int], KeyNames]]:
    for block in set(row.get("modes", {})) - {"fixed"}:
        spelled, last = ALIAS_BLOCKS[block]
        for number in range(1, last + 1):
            at = f"pks.{spelled}.{number}"
            yield (block, number), KeyNames(f"{at}.keyMode", f"{at}.account", f"{at}.description", f"{at}.value")


KEY_BLOCKS = {"line": "display key", "mpk": "memory key", "app": "key of the application", "ext": "module key"}


def _meanings(
    table: Mapping[str, Any],
    whole: Mapping[str, str],
    accounts: Mapping[tuple[str, int], str],
    keys: Mapping[tuple[str, int], KeyNames],
) -> dict[str, str]:
    """Say of every P-value what it is; what ports share is said of all of them."""
    says, ports = table["says"], table["ports"]["port"]
    shared = "port_active", 1
    found = {name: says.get(said, said.replace("_", " ")) for said, name in whole.items()}
    for (said, number), name in accounts.items():
        who = "all ports" if shared in accounts and said not in ports else f"line {number}"
        found[name] = f"{who}: {says.get(said, said.replace('_', ' '))}"
    for (block, number), names in keys.items():
        for said in KeyNames.__slots__:
            found[getattr(names, said)] = f"{KEY_BLOCKS[block]} {number}: {said}"
    return found
