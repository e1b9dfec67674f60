"""The way to the database: one use case, one transaction; readers never wait for writers."""

import logging
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import local
from time import monotonic, sleep
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from provserver.crypto import Keyring
from provserver.db.bell import Bell, LoopbackBell, PostgresBell
from provserver.db.chain import seal

log = logging.getLogger(__name__)

_POOL: dict[str, Any] = {"pool_size": 20, "max_overflow": 10, "pool_timeout": 10, "hide_parameters": True}
"""Connections of a process; no error names the values of a statement, for they may be of a secret."""

_MAPPED_BYTES = 2**30
"""Of the file that the phones' questions read as memory: all threads share it, where each would have a small cache."""
_BUSY_MILLISECONDS = 15_000
_TRY_EVERY = 0.001
"""Seconds between two tries to write. SQLite's own patience sleeps for longer the longer it waits, up to 100 ms, in
which those who come later go first again and again."""
_PATIENCE = {
    "connect_timeout": 10,
    "tcp_user_timeout": 20_000,
    "keepalives_idle": 20,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}
"""How long PostgreSQL may say nothing, in seconds (``tcp_user_timeout`` in milliseconds), until its machine counts as
gone: a thread that waits for it answers nobody. What the URL itself says is left as it is."""


class Database:
    """One database with the keys to its secrets and the bell that wakes the workers.

    SQLite runs in WAL mode and takes its single writer's lock at the start of a transaction (``BEGIN IMMEDIATE``),
    so that a read followed by a write cannot be overtaken; on PostgreSQL services lock the rows they change.
    """

    def __init__(self, url: str, keyring: Keyring) -> None:
        self.url = url
        self.keyring = keyring
        self.engine = _engine(url)
        self._readers = self.engine.execution_options(readonly=True)
        self.bell = _bell(url)
        self._own = local()
        self._opened: list[sqlite3.Connection] = []

    @property
    def is_sqlite(self) -> bool:
        """Tell whether this is the embedded database."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def transaction(self, *, discard: bool = False) -> Iterator[Session]:
        """Open a session that commits at the end, or rolls back on any error; ``discard`` always rolls back."""
        with Session(self.engine, expire_on_commit=False, info={"database": self}) as session:
            yield session
            if discard:
                session.rollback()
                return
            seal(session)
            if session.info.get("ring"):
                self.bell.before_commit(session)
            session.commit()
            if session.info.get("ring"):
                self.bell.after_commit()

    @contextmanager
    def noting(self) -> Iterator[Session]:
        """Open a session for what is only good to know, such as when somebody was last seen.

        Where it cannot be written, on a full disk say, the log tells, and whoever asked goes on.
        """
        try:
            with self.transaction() as session:
                yield session
        except OperationalError as error:
            log.warning("What is only good to know was not written", extra={"reason": str(error.orig)[:200]})

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that only reads."""
        with Session(self._readers, expire_on_commit=False, info={"database": self}) as session:
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Open a connection that sees the database as it is now, for as long as it reads; nobody waits for it."""
        options: dict[str, Any] = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        with self._readers.connect().execution_options(**options) as connection, connection.begin():
            yield connection

    def fetch_one(self, query: str, values: tuple[str, ...]) -> Sequence[Any] | None:
        """Ask one question in plain SQL with ``?`` for values: this is what every phone's GET costs.

        On SQLite each thread keeps a connection for it: through the pool it costs twice as much. Raises
        OperationalError where the database does not answer.
        """
        try:
            return self._fetch_embedded(query, values) if self.is_sqlite else self._fetch_pooled(query, values)
        except self.engine.dialect.loaded_dbapi.Error as error:
            raise OperationalError(query, None, error) from error

    def _fetch_pooled(self, query: str, values: tuple[str, ...]) -> Sequence[Any] | None:
        connection = self.engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(query.replace("?", "%s"), values)
            found: Sequence[Any] | None = cursor.fetchone()
            return found
        finally:
            connection.close()

    def _fetch_embedded(self, query: str, values: tuple[str, ...]) -> Sequence[Any] | None:
        own: sqlite3.Connection | None = getattr(self._own, "connection", None)
        if own is None:
            own = self._own.connection = self._open_own()
        row: Sequence[Any] | None = own.execute(query, values).fetchone()
        return row

    def _open_own(self) -> sqlite3.Connection:
        connection = sqlite3.connect(make_url(self.url).database or "", isolation_level=None, check_same_thread=False)
        connection.execute(f"PRAGMA busy_timeout={_BUSY_MILLISECONDS}")
        connection.execute("PRAGMA query_only=ON")
        connection.execute(f"PRAGMA mmap_size={_MAPPED_BYTES}")
        self._opened.append(connection)
        return connection

    def harden(self) -> None:
        """Have what was committed so far outlive a power cut, as on PostgreSQL it does anyway.

        SQLite writes its log without waiting for the disk. Only the log is opened here: to close the database's own
        file would give up this process's locks of it.
        """
        path = make_url(self.url).database if self.is_sqlite else None
        if path and Path(f"{path}-wal").exists():
            with Path(f"{path}-wal").open("rb+") as written:
                os.fsync(written.fileno())

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()
        self._own = local()
        while self._opened:
            self._opened.pop().close()


def keyring_of(session: Session) -> Keyring:
    """Give the keys that belong to a session's database."""
    database: Database = session.info["database"]
    return database.keyring


def ring(session: Session) -> None:
    """Wake the workers as soon as this transaction commits."""
    session.info["ring"] = True


def _engine(url: str) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, **_POOL, pool_pre_ping=True, connect_args=_patience(make_url(url)))
    path = make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        with suppress(OSError):  # what SQLite makes itself, everybody may read; where it cannot be made, SQLite tells
            Path(path).touch(mode=0o600, exist_ok=False)
    engine = create_engine(url, **_POOL, connect_args={"check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _patience(url: URL) -> dict[str, int]:
    """Give what makes a connection end whose other side is silent."""
    return {name: value for name, value in _PATIENCE.items() if name not in url.query}


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    connection.create_function("lower", 1, _lower, deterministic=True)  # its own knows no letter beyond ASCII
    connection.execute(f"PRAGMA busy_timeout={_BUSY_MILLISECONDS}")
    _write_ahead(connection)
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def _write_ahead(connection: Any) -> None:
    """Turn WAL mode on; SQLite's own patience does not cover this, and processes that start together collide."""
    give_up = monotonic() + _BUSY_MILLISECONDS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if monotonic() > give_up:
                raise
            sleep(0.02)


def _begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get("readonly"):
        connection.exec_driver_sql("BEGIN")
        return
    own: Any = connection.connection.dbapi_connection
    own.execute("PRAGMA busy_timeout=0")
    try:
        _become_writer(own)
    finally:
        own.execute(f"PRAGMA busy_timeout={_BUSY_MILLISECONDS}")


def _become_writer(connection: Any) -> None:
    """Take the lock of SQLite's one writer; raises OperationalError where somebody keeps it for too long."""
    give_up = monotonic() + _BUSY_MILLISECONDS / 1000
    while True:
        try:
            connection.execute("BEGIN IMMEDIATE")
            return
        except sqlite3.Error as error:
            is_busy = getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
            if not is_busy or monotonic() > give_up:
                raise OperationalError("BEGIN IMMEDIATE", None, error) from error
            sleep(_TRY_EVERY)


def _bell(url: str) -> Bell:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return LoopbackBell(Path(parsed.database or ".").resolve().parent / "wake")
    plain = parsed.set(drivername="postgresql").render_as_string(hide_password=False)
    return PostgresBell(plain, _patience(parsed))


def is_alive(database: Database) -> bool:
    """Tell whether the database answers."""
    with database.reading() as session:
        return bool(session.scalar(text("SELECT 1")))
