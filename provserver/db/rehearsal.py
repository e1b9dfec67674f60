"""A database to try things in: everything works as in the real one, nothing stays, and nobody waits for it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.engine import make_url

from provserver.db.joined import Joined
from provserver.db.session import Database


@contextmanager
def rehearsal(database: Database) -> Iterator[Database]:
    """Give a database whose changes are all thrown away at the end.

    PostgreSQL rolls a transaction back, and others write beside it. SQLite has a single writer, whom a long trial
    would keep busy: there it is a copy of the file (its size in bytes, for as long), in a folder that only its owner
    can read; what is sealed stays sealed in it.
    """
    if not database.is_sqlite:
        with database.transaction(discard=True) as session:
            yield Joined(database, session)
        return
    original = Path(make_url(database.url).database or "")
    with TemporaryDirectory(prefix="rehearsal-", dir=original.parent) as folder:
        copy = Path(folder) / original.name
        _copy(original, copy)
        trial = Database(f"sqlite:///{copy}", database.keyring)
        try:
            with trial.transaction(discard=True) as session:
                yield Joined(trial, session)
        finally:
            trial.close()


def _copy(original: Path, copy: Path) -> None:
    """Copy a database that others go on writing to, as it is at one moment."""
    with closing(sqlite3.connect(original)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
