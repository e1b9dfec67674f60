"""What programs send, read strictly: JSON objects, known fields, plain flags."""

import json
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, NoReturn

from flask import abort, request
from marshmallow import Schema, ValidationError

from provserver.api.guard import is_text
from provserver.errors import FieldError, Invalid

_FLAGS = {"1": True, "true": True, "yes": True, "": True, "0": False, "false": False, "no": False}


def read_object() -> dict[str, Any]:
    """Read the JSON object that was sent; aborts with 400, 413 or 415, raises Invalid for what no database keeps."""
    if not request.is_json:
        abort(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "send the body with Content-Type: application/json")
    try:
        body = json.loads(request.get_data(), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, (json.JSONDecodeError, _Twice)) else "it cannot be read"
        abort(HTTPStatus.BAD_REQUEST, f"the body is not JSON: {reason}")
    if not isinstance(body, dict):
        abort(HTTPStatus.BAD_REQUEST, "the body must be a JSON object")
    wrong = [
        FieldError(field, "characters that no phone can show") for field, text in _texts(body) if not is_text(text)
    ]
    if wrong:
        raise Invalid(wrong)
    return body


class _Twice(ValueError):
    """A name stands twice in one object, so that one of its values would be lost in silence."""


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Twice(f"the name {twice[:40]!r} stands twice in one object")
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number in JSON")


def _texts(body: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Walk every text of a body with the field that it stands in."""
    waiting: list[tuple[str, object]] = [("", body)]
    while waiting:
        field, value = waiting.pop()
        if isinstance(value, str):
            yield field, value
        elif isinstance(value, list):
            waiting.extend((field, item) for item in value)
        elif isinstance(value, dict):
            for name, item in value.items():
                place = f"{field}.{name}" if field else name
                yield place, name
                waiting.append((place, item))


def load(schema: Schema) -> dict[str, Any]:
    """Read the body by a schema; raises Invalid naming every field of a wrong kind, and every unknown one."""
    try:
        loaded = schema.load(read_object())
    except ValidationError as error:
        raise Invalid(_fields("", error.messages)) from error
    found: dict[str, Any] = loaded
    return found


def load_if_sent(schema: Schema) -> dict[str, Any]:
    """Read the body by a schema as ``load`` does; nothing where none was sent, by whichever way its length is told."""
    return load(schema) if request.get_data() else {}


def _fields(prefix: str, messages: Any) -> list[FieldError]:
    if isinstance(messages, dict):
        return [
            error
            for name, inner in messages.items()
            for error in _fields(f"{prefix}.{name}" if prefix else str(name), inner)
        ]
    return [FieldError(prefix, _sentence(str(message))) for message in messages]


def _sentence(message: str) -> str:
    known = {
        "Unknown field.": "unknown field",
        "Missing data for required field.": "missing",
        "Not a valid string.": "a text",
        "Not a valid list.": "a list",
        "Field may not be null.": "not null",
    }
    return known.get(message, message)


def flag(name: str) -> bool:
    """Read a flag of the address, such as ``?dry_run=1``; a flag without a value is set."""
    text = request.args.get(name)
    if text is None:
        return False
    if text.lower() not in _FLAGS:
        raise Invalid.field(name, "1 or 0")
    return _FLAGS[text.lower()]
