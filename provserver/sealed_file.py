"""A file that only its passphrase opens: a stream of sealed chunks that cannot be moved or cut off.

The file is one line ``provserver backup 1``, one line of JSON with the salt and cost of the key, and chunks of AES-GCM:
64 KiB and a tag each, the last one shorter or marked as the last. A chunk's nonce is its number and whether it is the
last; the key is made by Argon2id from the passphrase and a fresh salt, so that no nonce is ever used twice; both first
lines are bound to every chunk.
"""

import base64
import io
import json
import os
from typing import BinaryIO

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from provserver.errors import Invalid, Unreadable

MAGIC = b"provserver backup 1\n"
CHUNK = 65536
SHORTEST = 10
"""Characters of a passphrase: whoever has the file has all the time in the world."""
_TAG = 16
_SALT = 16
_LONGEST_HEAD = 1000
_COST = {"time_cost": 4, "memory_cost": 131072, "parallelism": 4}
"""About half a second and 128 MiB for each guess."""
_DEAREST = {"time_cost": 20, "memory_cost": 1048576, "parallelism": 16}
"""What a file may ask for before it is believed."""


class SealedWriter(io.RawIOBase):
    """Write bytes sealed; ``close`` ends the file, and without it there is none."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        if len(passphrase) < SHORTEST:
            raise Invalid.field("passphrase", f"at least {SHORTEST} characters")
        salt = os.urandom(_SALT)
        head = json.dumps({"salt": base64.b64encode(salt).decode(), **_COST}).encode() + b"\n"
        self._file = file
        self._head = MAGIC + head
        self._cipher = AESGCM(_key(passphrase, salt, _COST))
        self._waiting = bytearray()
        self._number = 0
        file.write(self._head)

    def writable(self) -> bool:
        """Tell that this is written to."""
        return True

    def write(self, data: object) -> int:
        """Take bytes; whole chunks are sealed at once, but the last one kept back until the end is known."""
        view = bytes(data)  # type: ignore[call-overload]
        self._waiting += view
        while len(self._waiting) > CHUNK:
            self._seal(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(view)

    def finish(self) -> None:
        """Seal what is left, as the last chunk."""
        self._seal(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _seal(self, chunk: bytes, *, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._number, last), chunk, self._head))
        self._number += 1


class SealedReader(io.RawIOBase):
    """Read the bytes again; raises Unreadable for a wrong passphrase, and wherever the file was altered or cut off."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        magic, head = file.read(len(MAGIC)), file.readline(_LONGEST_HEAD)
        if magic != MAGIC:
            raise Unreadable("this is not a backup of provserver, or one of another form")
        self._file = file
        self._head = magic + head
        self._cipher = AESGCM(_key(passphrase, *_read_head(head)))
        self._number = 0
        self._next = file.read(CHUNK + _TAG)
        self._open = memoryview(b"")

    def readable(self) -> bool:
        """Tell that this is read from."""
        return True

    def readinto(self, buffer: object) -> int:
        """Give the next bytes; none at the end."""
        target = memoryview(buffer)  # type: ignore[arg-type]
        while not self._open and self._next:
            self._open = memoryview(self._unseal())
        count = min(len(target), len(self._open))
        target[:count] = self._open[:count]
        self._open = self._open[count:]
        return count

    def _unseal(self) -> bytes:
        sealed, self._next = self._next, self._file.read(CHUNK + _TAG)
        try:
            chunk = self._cipher.decrypt(_nonce(self._number, not self._next), sealed, self._head)
        except InvalidTag as error:
            if self._number == 0:
                raise Unreadable("the passphrase is wrong, or the file was altered") from error
            raise Unreadable("the file was altered, or its end is missing") from error
        self._number += 1
        return chunk


def _key(passphrase: str, salt: bytes, cost: dict[str, int]) -> bytes:
    return hash_secret_raw(passphrase.encode(), salt, hash_len=32, type=Type.ID, **cost)


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _read_head(head: bytes) -> tuple[bytes, dict[str, int]]:
    try:
        values = json.loads(head)
        salt = base64.b64decode(values["salt"], validate=True)
        cost = {name: int(values[name]) for name in _COST}
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable("the file was altered: its first lines cannot be read") from error
    if len(salt) != _SALT or any(not 1 <= cost[name] <= most for name, most in _DEAREST.items()):
        raise Unreadable("the file was altered: its first lines ask for too much")
    return salt, cost
