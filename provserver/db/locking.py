"""Work that only one process at a time may do, on whichever node."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from provserver.db.session import Database
from provserver.errors import Conflict

KEYS = 0x70726F77
"""An arbitrary number by which PostgreSQL knows the work on our keys."""


@contextmanager
def alone(database: Database, path: Path, busy: str) -> Iterator[None]:
    """Do something alone: raises Conflict with ``busy`` where another process is at it.

    ``path`` is the file that the work is about; beside it lies the lock for the processes that share it, and
    PostgreSQL keeps one for those on other nodes. Both end with the process.
    """
    with path.with_name(path.name + ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(busy) from error
        with _alone_in(database, busy):
            yield


@contextmanager
def _alone_in(database: Database, busy: str) -> Iterator[None]:
    if database.is_sqlite:
        yield
        return
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": KEYS}):
            raise Conflict(busy)
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": KEYS})
