"""models.toml read into models: the only place that knows how the table is written."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from provserver.domain.hardware import UNSOURCED, Block, Evidence, Feature, PhoneModel, Sidecar
from provserver.domain.slots import KeyKind
from provserver.vendors import web_actions
from provserver.vendors.base import Package, Push, Rules, SerialPlaces, Vendor, spelling

_FILE_PARTS = {
    "{mac}": "(?P<mac>[0-9a-f]{12})",
    "{hw}": "(?P<hardware>[0-9]{1,3})",
    "{any}": "[a-z0-9_.-]{0,64}",
}
_BLOCK_FIELDS = ("keys", "columns", "pages", "side", "paper")
_MODEL_FIELDS = {
    "like", "title", "seen_as", "hardware", "firmware", "accounts", "blocks", "sidecar", "without", "supports",
    "more", "unsupported", "lacks", "label_limit", "label_bytes", "screen", "touch", "evidence", "note", "facts",
    *_BLOCK_FIELDS,
}  # fmt: skip


def load(folder: Path, package: Package) -> Vendor:
    """Read ``models.toml`` of a maker's folder; raises ValueError naming the model that is wrong."""
    table = tomllib.loads((folder / "models.toml").read_text(encoding="utf-8"))
    rules = _rules(folder.name, table["vendor"])
    rows = table.get("models", {})
    models: dict[str, PhoneModel] = {}
    aliases: dict[str, str] = {}
    for name in rows:
        try:
            row = _inherited(name, rows)
            models[name] = _model(rules.name, name, row, table["vendor"])
        except (KeyError, ValueError, TypeError) as error:
            raise ValueError(f"{folder.name}/models.toml: model {name}: {error}") from error
        for alias in (name, models[name].title, *rows[name].get("seen_as", ())):
            aliases.setdefault(spelling(alias), name)
    return Vendor(rules, models, aliases, tuple(table.get("seen", ())), package)


def _inherited(name: str, rows: Mapping[str, Mapping[str, Any]], below: tuple[str, ...] = ()) -> dict[str, Any]:
    own = dict(rows[name])
    if unknown := own.keys() - _MODEL_FIELDS:
        raise ValueError(f"no table knows the word {', '.join(sorted(unknown))}")
    like = own.pop("like", None)
    if like is None:
        return own
    if like not in rows or like in (name, *below):
        raise ValueError(f"it is like {like}, which is not in the table, or like itself")
    parent = _inherited(like, rows, (name, *below))
    for field in ("title", "seen_as", "hardware"):
        parent.pop(field, None)
    if "blocks" in own:
        for field in ("columns", "keys", "pages"):
            parent.pop(field, None)
    elif "columns" in own or "keys" in own:
        parent.pop("blocks", None)
    merged = {key: {**parent.get(key, {}), **own.get(key, {})} for key in ("evidence", "facts")}
    return {**parent, **own, **merged}


def _model(vendor: str, name: str, row: Mapping[str, Any], defaults: Mapping[str, Any]) -> PhoneModel:
    kinds = {KeyKind(kind) for kind in defaults["kinds"]} - _kinds(row)
    supports = (*row.get("supports", defaults["supports"]), *row.get("more", ()))
    blocks = _blocks(row)
    sidecar = _sidecar(row.get("sidecar"))
    return PhoneModel(
        vendor=vendor,
        name=name,
        title=row.get("title", name),
        accounts=row["accounts"],
        blocks=blocks,
        sidecar=sidecar,
        kinds=frozenset(kinds) if blocks or sidecar else frozenset(),
        supports=frozenset(Feature(word) for word in supports) - {Feature(w) for w in row.get("unsupported", ())},
        lacks={**UNSOURCED, **defaults.get("lacks", {}), **row.get("lacks", {})},
        label_limit=row.get("label_limit", defaults.get("label_limit", 64)),
        label_bytes=row.get("label_bytes", defaults.get("label_bytes")),
        screen=tuple(row["screen"]) if "screen" in row else None,
        touch=row.get("touch", False),
        hardware=str(row.get("hardware", "")),
        firmware=row.get("firmware", ""),
        evidence={fact: Evidence(word) for fact, word in row["evidence"].items()},
        note=row.get("note", ""),
        facts=row.get("facts", {}),
    )


def _blocks(row: Mapping[str, Any]) -> tuple[Block, ...]:
    if "blocks" in row:
        return tuple(_block(block["name"], block) for block in row["blocks"])
    if not row.get("columns") and not row.get("keys"):
        return ()
    return (_block("line", {**row, "without": ()}),)


def _block(name: str, row: Mapping[str, Any]) -> Block:
    values = {key: row[key] for key in _BLOCK_FIELDS if key in row}
    values["columns"] = tuple(row.get("columns", ()))
    values["without"] = _kinds(row)
    values.setdefault("keys", sum(values["columns"]) * row.get("pages", 1))
    return _fitting(Block(name, **values))


def _kinds(row: Mapping[str, Any]) -> frozenset[KeyKind]:
    return frozenset(KeyKind(kind) for kind in row.get("without", ()))


def _fitting(block: Block) -> Block:
    if block.keys < 1 or block.pages < 1 or (block.columns and block.per_page > sum(block.columns)):
        raise ValueError(f"block {block.name}: {block.keys} keys do not fit {block.pages} pages of {block.columns}")
    return block


def _sidecar(row: Mapping[str, Any] | None) -> Sidecar | None:
    if not row:
        return None
    sidecar = Sidecar(
        row["name"],
        row["keys"],
        row["chain"],
        tuple(row.get("columns", ())),
        row.get("pages", 1),
        tuple(row.get("missing", ())),
        _kinds(row),
    )
    _fitting(sidecar.block)
    return sidecar


def _rules(name: str, row: Mapping[str, Any]) -> Rules:
    return Rules(
        name=name,
        title=row["title"],
        ouis=frozenset(row["ouis"]),
        user_agent=re.compile(row["user_agent"], re.IGNORECASE),
        updater=re.compile(row["updater"]) if "updater" in row else None,
        parameter=re.compile(row["parameter"]),
        reserved=tuple(row["reserved"]),
        secrets=tuple(row.get("secrets", ())),
        restart_on=tuple(row.get("restart_on", ())),
        may_restart_on=tuple(row.get("may_restart_on", ())),
        pushes={action: _push(push) for action, push in row["pushes"].items()},
        refusals=row.get("refusals", {}),
        optional=_patterns(row.get("optional", ())),
        uploads=_patterns(row.get("uploads", ())),
        returned=_patterns(row.get("returned", ())),
        files=_patterns(row["files"]),
        value_limit=row.get("value_limit", 1000),
        password_digits=row.get("password_digits", False),
        takes_authority=row.get("takes_authority", False),
        kin=frozenset(row.get("kin", ())),
        same=tuple((re.compile(_pattern(name)), other) for name, other in row.get("same", {}).items()),
        web_actions=web_actions.read(row.get("web_actions", ())),
        firmware_file=re.compile(row["firmware_file"], re.IGNORECASE) if "firmware_file" in row else None,
        serial=_serial(row.get("serial")),
        pin=row.get("pin", ""),
    )


def _serial(row: Mapping[str, str] | None) -> SerialPlaces | None:
    return SerialPlaces(re.compile(row["user_agent"], re.IGNORECASE), row["query"], row["macro"]) if row else None


def _push(row: str | Mapping[str, str]) -> Push:
    if isinstance(row, str):
        return Push(row)
    return Push(row["event"], row["content_type"], row["body"].encode())


def _patterns(names: Any) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(_pattern(name)) for name in names)


def _pattern(name: str) -> str:
    """Turn ``y0000000000{hw}.cfg`` into a pattern over a file name in lower case."""
    text = re.escape(name.lower())
    for part, expression in _FILE_PARTS.items():
        text = text.replace(re.escape(part), expression)
    return text
