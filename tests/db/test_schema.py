"""Migrations: they may be run again, by two at once, back and forth, and they make what the models say."""

import multiprocessing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from provserver.config import Config
from provserver.crypto import Keyring
from provserver.db.models import Base
from provserver.db.schema import configuration, is_current, upgrade
from provserver.db.session import Database
from provserver.domain.roles import Actor, Role
from provserver.errors import Conflict
from provserver.services.history import audit_chain
from provserver.services.house import House


@pytest.fixture
def database(empty_url: str, keyring: Keyring) -> Iterator[Database]:
    """A database without a table."""
    database = Database(empty_url, keyring)
    yield database
    database.close()


def tables(database: Database) -> set[str]:
    """Name the tables that there are."""
    return set(inspect(database.engine).get_table_names())


def differences(database: Database) -> list[Any]:
    """Compare the models with what the migrations made."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, Base.metadata))


def test_an_empty_database_is_brought_to_today_and_a_second_time_changes_nothing(database: Database) -> None:
    assert not is_current(database)
    upgrade(database)
    assert is_current(database)
    made = tables(database)
    assert made == {*Base.metadata.tables, "alembic_version"}
    upgrade(database)
    assert is_current(database)
    assert tables(database) == made


def test_the_migrations_make_what_the_models_say(database: Database) -> None:
    upgrade(database)
    assert differences(database) == []


def test_the_house_of_all_tests_has_the_schema_of_today(house: House) -> None:
    assert is_current(house.database)
    assert differences(house.database) == []


def test_every_migration_can_be_taken_back_and_applied_again(database: Database) -> None:
    upgrade(database)
    with database.engine.begin() as connection:
        command.downgrade(configuration(connection), "base")
    assert tables(database) == {"alembic_version"}
    assert not is_current(database)
    upgrade(database)
    assert is_current(database)
    assert differences(database) == []


@pytest.mark.parametrize("revision", ["0001", "0015"])
def test_a_database_of_the_first_days_lacks_the_notes_and_gets_them(database: Database, revision: str) -> None:
    with database.engine.begin() as connection:
        command.upgrade(configuration(connection), revision)
        connection.execute(text("DROP TABLE house_note"))
    upgrade(database)
    assert is_current(database)
    assert differences(database) == []


def test_the_migrations_are_one_line_without_branches() -> None:
    scripts = ScriptDirectory.from_config(configuration(None))
    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1


def upgrade_in_a_process(url: str, keys: str) -> bool:
    """Migrate, as a process that starts does."""
    database = Database(url, Keyring.open_or_create(Path(keys)))
    try:
        upgrade(database)
        return is_current(database)
    finally:
        database.close()


def test_processes_that_start_together_migrate_once(empty_url: str, tmp_path: Path, keyring: Keyring) -> None:
    keys = str(tmp_path / "secret.key")
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        assert pool.starmap(upgrade_in_a_process, [(empty_url, keys)] * 6, chunksize=1) == [True] * 6
    database = Database(empty_url, keyring)
    assert differences(database) == []
    database.close()


def test_a_migration_that_fails_leaves_nothing_behind(database: Database) -> None:
    with pytest.raises(RuntimeError, match="in the middle"), database.engine.begin() as connection:
        command.upgrade(configuration(connection), "head")
        raise RuntimeError("in the middle")
    assert tables(database) == set()
    upgrade(database)
    assert is_current(database)


def test_tables_of_a_newer_version_are_refused_in_a_sentence(database: Database) -> None:
    upgrade(database)
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'from-the-future'"))
    with pytest.raises(Conflict, match="newer version"):
        upgrade(database)


def test_an_old_history_is_sealed_as_it_stands(database: Database) -> None:
    upgrade(database, "0001")
    with database.engine.begin() as connection:
        connection.execute(text("INSERT INTO tenant (id, name, created_at) VALUES (7, 'Rossi', '2026-01-01 00:00:00')"))
        row = text(
            'INSERT INTO change (id, tenant_id, at, actor, what, subject, "before", "after")'
            " VALUES (:id, 7, '2026-01-01 10:00:00', 'anna', 'keys', 'x', 'null', :after)"
        )
        connection.execute(row, [{"id": number, "after": '{"3": {"label": "è"}}'} for number in (1, 2, 3)])
    upgrade(database)
    house = House(database, Config())
    found = audit_chain.verify(house, Actor(7, "anna", Role.OPERATOR))
    assert found.broken is None
    assert found.head.sequence == 3
