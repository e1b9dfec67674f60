"""Bring a database to today's schema, one process at a time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, text

from provserver.db.session import Database
from provserver.errors import Conflict

_LOCK = 0x70726F76
"""An arbitrary number that PostgreSQL's advisory lock knows our migrations by."""


def upgrade(database: Database, revision: str = "head") -> None:
    """Migrate; a second process that does the same waits, and then finds nothing to do.

    SQLite changes a table by making it anew, and dropping the old one would take along all that refers to it:
    foreign keys rest meanwhile, which SQLite only allows before a transaction. Raises Conflict for tables of a
    version that this one does not know.
    """
    with changing(database) as (_, migrate):
        migrate(revision)


@contextmanager
def changing(database: Database) -> Iterator[tuple[Connection, Callable[[str], None]]]:
    """Open the one transaction in which tables change; give its connection, and what migrates in it."""
    with database.engine.connect() as connection, _without_cascades(connection), connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})

        def migrate(revision: str) -> None:
            try:
                command.upgrade(configuration(connection), revision)
            except CommandError as error:
                raise Conflict(f"the database was last used by a newer version of provserver ({error})") from error

        yield connection, migrate


@contextmanager
def _without_cascades(connection: Connection) -> Iterator[None]:
    driver = connection.connection.driver_connection
    if connection.dialect.name != "sqlite" or driver is None:
        yield
        return
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def is_current(database: Database) -> bool:
    """Tell whether the schema is the one that this code expects."""
    wanted = ScriptDirectory.from_config(configuration(None)).get_current_head()
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == wanted


def revision_of(connection: Connection) -> str | None:
    """Name the schema that a database has; None where it has no tables yet."""
    return MigrationContext.configure(connection).get_current_revision()


def knows(revision: str) -> bool:
    """Tell whether this version knows a schema, and so the way from it to its own."""
    scripts = ScriptDirectory.from_config(configuration(None))
    return any(script.revision == revision for script in scripts.walk_revisions())


def configuration(connection: Connection | None) -> Config:
    """Give Alembic its settings without a file of them."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config
