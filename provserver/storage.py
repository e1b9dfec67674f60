"""Firmware files on disk, each under the SHA-256 of its content: whole or not there, and read in pieces."""

import errno
import hashlib
import os
import re
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

CHUNK = 65536
"""Bytes that are held at a time."""

LONGEST_ARRIVAL = 6 * 3600.0
"""Seconds after which nobody is still receiving a file; much longer than the doors wait for one."""

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_HASH = re.compile(r"[0-9a-f]{64}")


class TooLarge(ValueError):
    """More bytes came than may be stored."""


class NoRoom(ValueError):
    """The disk is full, or as full as it may be."""


class Incomplete(ValueError):
    """Fewer bytes came than were announced: whoever sent them went away."""


@dataclass(frozen=True, slots=True)
class Staged:
    """A file that has arrived whole, and is not in the store yet."""

    path: Path
    sha256: str
    size: int


class Store:
    """A folder of files by their hash; several nodes may share it, for a file under a hash never changes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def receive(self, parts: Iterable[bytes], limit: int) -> Staged:
        """Write what arrives beside the store, and hash it; raises TooLarge past ``limit`` bytes, or NoRoom.

        Whatever goes wrong, nothing is left of it.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        number, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=self._folder)
        try:
            with os.fdopen(number, "wb") as file:
                for part in parts:
                    size += len(part)
                    if size > limit:
                        raise TooLarge(f"at most {limit} bytes")
                    digest.update(part)
                    file.write(part)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(0o644)
        except BaseException as error:
            Path(name).unlink(missing_ok=True)
            if isinstance(error, OSError) and error.errno in _FULL:
                raise NoRoom("there is no room left for it on this server") from error
            raise
        return Staged(Path(name), digest.hexdigest(), size)

    def keep(self, staged: Staged) -> None:
        """Put a staged file into the store, at once and whole; one of the same content may be there already."""
        os.replace(staged.path, self._place(staged.sha256))  # noqa: PTH105  the name says that it replaces
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            with suppress(OSError):  # a shared folder may not know how
                os.fsync(folder)
        finally:
            os.close(folder)

    def sweep(self) -> int:
        """Remove what is left of files whose receiver was killed; give how many there were."""
        left = [path for path in self._folder.glob(".*.part") if _age(path) > LONGEST_ARRIVAL]
        for path in left:
            with suppress(OSError):  # somebody else's in a shared folder
                path.unlink()
        return len(left)

    def discard(self, staged: Staged) -> None:
        """Forget a staged file."""
        staged.path.unlink(missing_ok=True)

    def has(self, sha256: str) -> bool:
        """Tell whether the content is here."""
        return self._place(sha256).is_file()

    def open(self, sha256: str) -> BinaryIO | None:
        """Open a content for reading; None where it is not here."""
        try:
            return self._place(sha256).open("rb")
        except FileNotFoundError:
            return None

    def remove(self, sha256: str) -> None:
        """Remove a content; whoever reads it at this moment reads it to its end."""
        self._place(sha256).unlink(missing_ok=True)

    def _place(self, sha256: str) -> Path:
        if not _HASH.fullmatch(sha256):
            raise ValueError("not a SHA-256")
        return self._folder / sha256


def _age(path: Path) -> float:
    """Give the seconds since a file was last written; 0 where it is gone."""
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


class Pieces:
    """A body made of texts and of parts of a file, given as ``(offset, length)``; nothing is held but one chunk."""

    def __init__(self, file: BinaryIO, plan: Sequence[bytes | tuple[int, int]]) -> None:
        self._file = file
        self._plan = plan

    def __iter__(self) -> Iterator[bytes]:
        for part in self._plan:
            if isinstance(part, bytes):
                yield part
                continue
            offset, left = part
            self._file.seek(offset)
            while left > 0 and (chunk := self._file.read(min(CHUNK, left))):
                left -= len(chunk)
                yield chunk

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def in_chunks(file: BinaryIO, size: int | None = None) -> Iterator[bytes]:
    """Read a file in chunks; raises Incomplete where it ends before ``size`` bytes, if so many were announced."""
    came = 0
    while chunk := file.read(CHUNK):
        came += len(chunk)
        yield chunk
    if size is not None and came < size:
        raise Incomplete(f"only {came} of {size} bytes came")
