"""Keys as people type them in a shell or a spreadsheet: ``3=blf:204`` or ``4=speed-dial:*98,label=Pickup``."""

import json
import re
from collections.abc import Iterable, Mapping

from provserver.domain.keys import EMPTY, Key
from provserver.domain.slots import KeyKind, Slot
from provserver.errors import FieldError, Invalid
from provserver.services.editing.keys import read_key

FORM = "SLOT=KIND[:TARGET][,label=TEXT][,line=N][,name=yes|no][,locked=yes|no], such as 3=blf:204"

_OPTION = re.compile(r",(?=(?:label|line|name|locked)=)")
_BETWEEN = re.compile(r"\s*\|\s*(?=(?:s\d+\.)?\d+=)")
_FLAGS = {"yes": True, "no": False, "true": True, "false": False, "1": True, "0": False}
_FIELDS = {"name": "use_name_as_label"}


def read_keys(parts: Iterable[str]) -> dict[str, object]:
    """Read keys into the form that programs write them in; raises Invalid naming every wrong one."""
    keys: dict[str, object] = {}
    errors: list[FieldError] = []
    for part in parts:
        slot, equals, rest = part.strip().partition("=")
        try:
            if not equals:
                raise ValueError(f"write a key as {FORM}")
            if slot in keys:
                raise ValueError("this key is named twice")
            keys[slot] = _read(rest)
        except ValueError as error:
            errors.append(FieldError(slot[:20] or "keys", str(error)))
    if errors:
        raise Invalid(errors)
    return keys


def read_cell(text: str) -> dict[str, object]:
    """Read all keys of one spreadsheet cell: separated by ``|``, or JSON as programs write it; raises Invalid."""
    if not text.strip().startswith("{"):
        return read_keys(_BETWEEN.split(text.strip()))
    try:
        keys: dict[str, object] = json.loads(text)
    except ValueError as error:
        raise Invalid.field("keys", f"this is not JSON: {error}") from error
    return keys


def write_cell(keys: Mapping[Slot, Key]) -> str:
    """Write keys into one cell; where a label would be misread, as JSON."""
    used = {str(slot): key for slot, key in sorted(keys.items()) if key != EMPTY}
    text = " | ".join(f"{slot}={_write(key)}" for slot, key in used.items())
    if not used or _means(text, used):
        return text
    return json.dumps({slot: plain_key(key) for slot, key in used.items()}, ensure_ascii=False)


def _means(text: str, used: Mapping[str, Key]) -> bool:
    try:
        return {slot: read_key(slot, raw) for slot, raw in read_cell(text).items()} == used
    except Invalid:
        return False


def _read(text: str) -> dict[str, object]:
    what, *options = _OPTION.split(text)
    kind, _, target = what.partition(":")
    key: dict[str, object] = {"kind": kind.strip(), "target": target.strip()}
    for option in options:
        name, _, value = option.partition("=")
        key[_FIELDS.get(name, name)] = _option(name, value.strip())
    return key


def _option(name: str, value: str) -> object:
    if name == "label":
        return value
    if name == "line":
        if not value.isascii() or not value.isdigit():
            raise ValueError("line: a number counted from 1")
        return int(value)
    if value.lower() not in _FLAGS:
        raise ValueError(f"{name}: yes or no")
    return _FLAGS[value.lower()]


def _write(key: Key) -> str:
    text = f"{key.kind}:{key.target}" if key.target else str(key.kind)
    if key.label:
        text += f",label={key.label}"
    if key.line != 1:
        text += f",line={key.line}"
    if key.use_name_as_label != (key.kind is KeyKind.BLF):
        text += f",name={'yes' if key.use_name_as_label else 'no'}"
    return text + (",locked=yes" if key.locked else "")


def plain_key(key: Key) -> dict[str, object]:
    """Give a key in the form that programs write it in."""
    return {
        "kind": key.kind.value,
        "target": key.target,
        "label": key.label,
        "line": key.line,
        "use_name_as_label": key.use_name_as_label,
        "locked": key.locked,
    }
