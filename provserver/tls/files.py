"""The authority and the server's certificate as files: made once, renewed in time, whole for whoever reads them."""

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
    """A folder with ``authority.pem``, ``authority.key`` and ``server.pem`` (key and chain in one file).

    ``old`` keeps a second set beside it, with RSA keys, whose names begin with ``old-``. Keys are readable by
    their owner only.
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

    def ensure(self, names: Sequence[str], now: datetime, *, anew: bool = False) -> bool:
        """Make what is missing and renew what is due, or with ``anew`` the server's certificate anyway.

        One process at a time does it, the others then find it done. Returns whether the authority was written.
        Raises Unreadable where the authority's key is gone or damaged: a new one would be trusted by no phone.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._alone():
            try:
                pair, written = self._authority(now)
                if anew or not self.server.exists() or self._is_due(pair, names, now):
                    issued = made.issue(pair, names, now)
                    _write(self.server, issued.key + issued.certificate)
            except (ValueError, TypeError) as error:
                raise Unreadable(f"{self.folder} is damaged; put back a copy of it ({error})") from error
        return written

    def _authority(self, now: datetime) -> tuple[Pair, bool]:
        key = self._file("authority.key")
        if not self.authority.exists() and not key.exists():
            pair = made.make_authority(_title(now, self.old), now, old=self.old)
            _write(key, pair.key)
        elif not key.exists():
            raise Unreadable(f"{key} is missing; put back a copy of it, or remove {self.authority} for a new authority")
        elif not self.authority.exists():
            raise Unreadable(f"{self.authority} is missing; put back a copy of it, or remove {key} for a new authority")
        else:
            pair = Pair(self.authority.read_bytes(), key.read_bytes())
            if not made.is_authority_due(pair.certificate, now):
                return pair, False
            pair = made.renew_authority(pair, now)
        _write(self.authority, pair.certificate, 0o644)
        return pair, True

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


def _title(now: datetime, old: bool) -> str:
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
