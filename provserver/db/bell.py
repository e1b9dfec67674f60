"""How a save wakes the workers at once: LISTEN/NOTIFY on PostgreSQL, a loopback datagram beside SQLite."""

import os
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import Any, Protocol

from sqlalchemy import text
from sqlalchemy.orm import Session

_CHANNEL = "provserver_due"
_PATIENCE = 1.0
"""Seconds between looks at whether to stop, and before a lost connection is tried again."""


class Bell(Protocol):
    """Rung by whoever saves, heard by workers. A missed ring costs time only: workers also look by the clock."""

    def before_commit(self, session: Session) -> None:
        """Ring from inside the transaction, where the database delivers the ring with the commit."""

    def after_commit(self) -> None:
        """Ring once the commit is done, where nobody else delivers it."""

    def listen(self, heard: Callable[[], None]) -> "Listener":
        """Call ``heard`` from a thread of its own at every ring, until the listener is closed."""


class Listener:
    """A thread that hears a bell; close it to end the thread."""

    def __init__(self, run: Callable[[Event], None]) -> None:
        self._stop = Event()
        self._thread = Thread(target=run, args=(self._stop,), name="bell", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread and wait for it."""
        self._stop.set()
        self._thread.join(timeout=5 * _PATIENCE)


class LoopbackBell:
    """A file for each listening process names its UDP port; a ring is one empty datagram to each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def before_commit(self, session: Session) -> None:
        """Do nothing: nobody may look before the commit."""

    def after_commit(self) -> None:
        """Send the datagrams; a listener that is gone costs nothing."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for name in self._folder.glob("*.port") if self._folder.is_dir() else ():
                with suppress(OSError, ValueError, OverflowError):
                    sender.sendto(b"", ("127.0.0.1", int(name.read_text())))

    def listen(self, heard: Callable[[], None]) -> Listener:
        """Bind a port, name it in a file, and listen."""
        receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(_PATIENCE)
        self._folder.mkdir(parents=True, exist_ok=True)
        port = receiver.getsockname()[1]
        name = self._folder / f"{os.getpid()}-{port}.port"
        name.write_text(str(port))

        def run(stop: Event) -> None:
            with receiver:
                while not stop.is_set():
                    with suppress(TimeoutError):
                        receiver.recv(16)
                        heard()
            name.unlink(missing_ok=True)

        return Listener(run)


class PostgresBell:
    """The database's own bell: it rings with the commit, on every node."""

    def __init__(self, url: str, patience: Mapping[str, Any]) -> None:
        self._url = url
        self._patience = dict(patience)

    def before_commit(self, session: Session) -> None:
        """Ring; PostgreSQL delivers it when the transaction commits, and never if it does not."""
        session.execute(text(f"NOTIFY {_CHANNEL}"))

    def after_commit(self) -> None:
        """Do nothing: the database has rung."""

    def listen(self, heard: Callable[[], None]) -> Listener:
        """Listen on a connection of its own, which is opened again when it is lost."""
        return Listener(lambda stop: self._run(stop, heard))

    def _run(self, stop: Event, heard: Callable[[], None]) -> None:
        import psycopg

        while not stop.is_set():
            try:
                with psycopg.connect(self._url, autocommit=True, **self._patience) as connection:
                    _hear(connection, stop, heard)
            except psycopg.Error:
                stop.wait(_PATIENCE)


def _hear(connection: Any, stop: Event, heard: Callable[[], None]) -> None:
    connection.execute(f"LISTEN {_CHANNEL}")
    heard()
    while not stop.is_set():
        for _ in connection.notifies(timeout=_PATIENCE, stop_after=1):
            heard()
