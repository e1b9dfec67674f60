"""What a backup is made of: lines of JSON, one a row, in an order in which they can be put back."""

import base64
import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, BinaryIO, cast

from sqlalchemy import JSON, Column

from provserver.domain.moments import read_moment, write_moment
from provserver.errors import Unreadable
from provserver.sealed_file import SealedReader, SealedWriter

FORM = 1
"""The number of this form; another one is refused."""
PART = 1024 * 1024
"""Bytes of a file in one line."""

Line = dict[str, Any]


class Writer:
    """Write lines into a sealed file; use it as a context, whose regular end is the file's end."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        self._sealed = SealedWriter(file, passphrase)
        self._packed = gzip.GzipFile(fileobj=cast(BinaryIO, self._sealed), mode="wb", compresslevel=3, mtime=0)

    def put(self, line: Mapping[str, object]) -> None:
        """Write a line."""
        self._packed.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")

    def finish(self) -> None:
        """End the file: without this it cannot be read."""
        self._packed.close()
        self._sealed.finish()


def read(file: BinaryIO, passphrase: str) -> Iterator[Line]:
    """Read the lines of a sealed file; raises Unreadable where anything is wrong with it."""
    with gzip.GzipFile(fileobj=cast(BinaryIO, SealedReader(file, passphrase)), mode="rb") as packed:
        try:
            for text in packed:
                yield json.loads(text)
        except (ValueError, EOFError, OSError) as error:
            raise Unreadable("the file was altered: its content cannot be read") from error


def pack(values: Sequence[object], columns: Sequence[Column[Any]]) -> list[object]:
    """Give a row as JSON has it: what it has no form for stands in an object with one name."""
    return [_packed(value, column) for value, column in zip(values, columns, strict=True)]


def _packed(value: object, column: Column[Any]) -> object:
    if isinstance(column.type, JSON) and (value is not None or not column.nullable):
        return {"json": value}
    if isinstance(value, datetime):
        return {"at": write_moment(value)}
    if isinstance(value, (bytes, memoryview)):
        return {"bytes": base64.b64encode(bytes(value)).decode()}
    return value


def unpack(value: object) -> object:
    """Give a value back in its own type; JSON's own null as ``JSON.NULL``."""
    if not isinstance(value, dict):
        return value
    if "at" in value:
        return read_moment(value["at"])
    if "bytes" in value:
        return base64.b64decode(value["bytes"])
    return JSON.NULL if value["json"] is None else value["json"]
