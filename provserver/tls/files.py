"""The authority's certificate and the server's as files: issued in time, and whole for whoever reads them."""

import fcntl
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from provserver.errors import Unreadable
from provserver.tls import authority as made
from provserver.tls.authority import Pair


@dataclass(frozen=True, slots=True)
class Store:
    """A folder with ``authority.pem`` and ``server.pem`` (key and chain in one file, readable by its owner only).

    ``old`` keeps a second set beside it, with RSA keys, whose names begin with ``old-``. Earlier versions kept the
    authority's key here, too, as ``authority.key``.
    """

    folder: Path
    old: bool = False

    @property
    def authority(self) -> Path:
        """Give the file of the authority's certificate."""
        return self._file("authority.pem")

    @property
    def server(self) -> Path:
        """Give the file that a listener is opened with: the server's key and its chain."""
        return self._file("server.pem")

    def found(self) -> Pair | None:
        """Give the authority that lies here with its key, as earlier versions kept it; None where there is none.

        Raises Unreadable where half of it is gone: a new one would be trusted by no phone.
        """
        key = self._file("authority.key")
        if not self.authority.exists() and not key.exists():
            return None
        if not key.exists():
            raise Unreadable(f"{key} is missing; put back a copy of it, or remove {self.authority} for a new authority")
        if not self.authority.exists():
            raise Unreadable(f"{self.authority} is missing; put back a copy of it, or remove {key} for a new authority")
        return Pair(self.authority.read_bytes(), key.read_bytes())

    def ensure(self, authority: Pair, names: Sequence[str], now: datetime, *, anew: bool = False) -> bool:
        """Have the authority's certificate here, and issue the server's where it is due, or with ``anew`` anyway.

        One process at a time does it, the others then find it done. Returns whether the authority was written. Another
        authority that lies here is put aside, and not lost. Raises Unreadable where something is damaged.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._alone():
            try:
                written = self._put(authority, now)
                if anew or not self.server.exists() or self._is_due(authority, names, now):
                    issued = made.issue(authority, names, now)
                    _write(self.server, issued.key + issued.certificate)
            except (ValueError, TypeError) as error:
                raise Unreadable(f"{self.folder} is damaged; put back a copy of it ({error})") from error
        return written

    def _put(self, authority: Pair, now: datetime) -> bool:
        before = self.authority.read_bytes() if self.authority.exists() else None
        if before == authority.certificate:
            return False
        if before is not None and _is_another(before, authority.certificate):
            for path in (self.authority, self._file("authority.key")):
                if path.exists():
                    path.replace(path.with_name(f"{path.name}.until-{now:%Y-%m-%d-%H%M%S}"))
        _write(self.authority, authority.certificate, 0o644)
        return True

    def _is_due(self, pair: Pair, names: Sequence[str], now: datetime) -> bool:
        content = self.server.read_bytes()
        return made.is_due(content[content.index(b"-----BEGIN CERTIFICATE") :], pair.certificate, names, now)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.folder / ".lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _file(self, name: str) -> Path:
        return self.folder / (f"old-{name}" if self.old else name)


def _is_another(before: bytes, certificate: bytes) -> bool:
    try:
        return made.is_another(before, certificate)
    except ValueError:
        return True


def title(now: datetime, old: bool) -> str:
    """Name an authority so that two of them can be told apart."""
    return f"provserver {'old phones ' if old else ''}{now:%Y-%m-%d} {secrets.token_hex(3)}"


def _write(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write beside, then rename: the file is there whole or not at all."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
