"""Bring a database to today's schema, one process at a time."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from provserver.db.session import Database

_LOCK = 0x70726F76
"""An arbitrary number that PostgreSQL's advisory lock knows our migrations by."""


def upgrade(database: Database, revision: str = "head") -> None:
    """Migrate; a second process that does the same waits, and then finds nothing to do."""
    with database.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        command.upgrade(configuration(connection), revision)


def is_current(database: Database) -> bool:
    """Tell whether the schema is the one that this code expects."""
    wanted = ScriptDirectory.from_config(configuration(None)).get_current_head()
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == wanted


def configuration(connection: Connection | None) -> Config:
    """Give Alembic its settings without a file of them."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config
