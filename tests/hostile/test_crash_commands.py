"""kill -9 of commands in the middle of their work: what is there stays whole, and the command is simply run again."""

import os
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import pytest
from alembic import command as alembic
from sqlalchemy import select

from provserver.cli import main
from provserver.config import Config
from provserver.crypto import Keyring
from provserver.db.models import Device, Rendering
from provserver.db.schema import configuration, revision_of
from provserver.db.session import Database
from provserver.domain.requests import PhoneRequest
from provserver.domain.roles import Actor, Role
from provserver.services import demo
from provserver.services.access.accounts import ensure_company
from provserver.services.delivery.provisioning import Desk, serve
from provserver.services.delivery.refreshing import refresh_device
from provserver.services.delivery.sightings import Recorder
from provserver.services.history import audit_chain
from provserver.services.house import House
from provserver.services.opening import open_house
from provserver.services.spreadsheet import export
from tests.cli.conftest import own_house
from tests.hostile.conftest import Report, Size

__all__ = ["own_house"]

pytestmark = pytest.mark.timeout(3600)

PASSPHRASE = "correct horse battery"
OLD = "0005"
"""The revision from which the tables are brought to today."""
LONGEST = 2.5
"""Seconds of a command within which it is killed: a rotation afterwards only waits."""


def _run(arguments: list[str], environment: dict[str, str]) -> None:
    os.environ.update(environment)
    with Path(os.devnull).open("w") as nothing:
        sys.stdout = sys.stderr = nothing
        main(arguments)


@dataclass
class Commands:
    """Commands over one house, each in a process of its own that has everything imported."""

    config: Config

    def __post_init__(self) -> None:
        self._context = get_context("forkserver")
        self._context.set_forkserver_preload([__name__])

    def run(self, *arguments: str, kill_after: float | None = None) -> int:
        """Run a command, and kill it after so many seconds; give its exit code, -9 where it was killed."""
        environment = {
            "PROVSERVER_DATA_DIR": str(self.config.data_dir),
            "PROVSERVER_FIRMWARE_DIR": str(self.config.firmware_dir),
            "PROVSERVER_DATABASE_URL": self.config.database_url,
            "PROVSERVER_PUBLIC_URL": self.config.public_url,
            "PROVSERVER_BACKUP_PASSPHRASE": PASSPHRASE,
        }
        process = self._context.Process(target=_run, args=(list(arguments), environment))
        process.start()
        process.join(kill_after)
        if process.is_alive():
            process.kill()
        process.join()
        code = process.exitcode
        assert code is not None
        return code

    def kill_often(self, times: int, *arguments: str, check: Callable[[], None]) -> int:
        """Run a command, killing it at random moments; give how often it was killed before its end."""
        killed = 0
        for _ in range(times):
            killed += self.run(*arguments, kill_after=random.random() * LONGEST) == -9
            check()
        assert self.run(*arguments) == 0
        check()
        return killed


@pytest.fixture
def company(own_house: House) -> Iterator[Actor]:
    """The demo company with every file rendered; its connections are closed, so that commands have the house alone."""
    assert demo.set_up(own_house)
    with own_house.database.reading() as session:
        ids = list(session.scalars(select(Device.id)))
    assert [refresh_device(own_house, one) for one in ids] == [""] * len(ids)
    yield Actor(ensure_company(own_house, demo.COMPANY), "anna", Role.OPERATOR)


def _phones_have_their_files(config: Config) -> None:
    """Open the house as a start of the server does, and have every phone ask for all of its files."""
    house = open_house(config)
    with closing(house.database), house.database.reading() as session:
        files = session.execute(select(Device.mac, Rendering.file).join(Rendering)).all()
        assert files
        recorder = Recorder(house.database, house.clock)
        for _mac, file in files:
            reply = serve(Desk(house, recorder), PhoneRequest("HEAD", file, "127.0.0.1", trusted=True))
            assert reply.status in {200, 404}, (file, reply)
        bodies = session.scalars(select(Rendering.sealed_body)).all()
        assert all(house.database.keyring.open(body, "rendering") for body in bodies)
        recorder.close()


def _secrets(config: Config, actor: Actor) -> str:
    """Give the whole exchange table with its passwords."""
    with closing(Database(config.database_url, Keyring(config.data_dir / "secret.key"))) as database:
        return export.export_table(House(database, config), actor, secrets=True)


def test_a_rotation_of_the_data_key_is_taken_up(own_house: House, company: Actor, size: Size, report: Report) -> None:
    config = own_house.config
    before = _secrets(config, company)
    killed = Commands(config).kill_often(size(1, 25), "key", "rotate", check=lambda: _phones_have_their_files(config))
    assert _secrets(config, company) == before
    assert Keyring(config.data_dir / "secret.key").old_keys == 0
    report(killed=killed, values_lost=0)


def test_a_backup_is_whole_or_not_there(
    own_house: House, company: Actor, tmp_path: Path, size: Size, report: Report
) -> None:
    config, file = own_house.config, tmp_path / "backup"
    commands = Commands(config)

    def check() -> None:
        assert not file.exists() or commands.run("restore", "--check", str(file)) == 0

    killed = commands.kill_often(size(1, 25), "backup", str(file), check=check)
    assert [path.name for path in tmp_path.glob(".backup*")] == [], "the next one clears away what was broken off"
    report(killed=killed, backups_broken=0)


def test_a_restore_is_done_or_not_done(
    own_house: House, company: Actor, tmp_path: Path, size: Size, report: Report
) -> None:
    config, file = own_house.config, tmp_path / "backup"
    before = _secrets(config, company)
    own_house.database.close()
    commands = Commands(config)
    assert commands.run("backup", str(file)) == 0
    killed = commands.kill_often(
        size(1, 25), "restore", "--replace", str(file), check=lambda: _phones_have_their_files(config)
    )
    assert _secrets(config, company) == before
    report(killed=killed, rows_lost=0)


def test_a_migration_is_done_or_not_done(own_house: House, company: Actor, size: Size, report: Report) -> None:
    config = own_house.config
    before = _secrets(config, company)
    commands, killed = Commands(config), 0
    seen: set[str | None] = set()
    head = _revision(config)
    for _ in range(size(2, 25)):
        own_house.database.close()
        _take_back(own_house.database)
        with suppress(AssertionError):
            killed += commands.run("db", "upgrade", kill_after=random.random() * LONGEST) == -9
        seen.add(_revision(config))
        assert seen <= {OLD, head}, "nothing in between"
        assert commands.run("db", "upgrade") == 0
        assert _revision(config) == head
        _phones_have_their_files(config)
    assert _secrets(config, company) == before
    house = open_house(config)
    with closing(house.database):
        assert audit_chain.verify(house, company).broken is None
    report(killed=killed, found_at=sorted(map(str, seen)), rows_lost=0)


def _take_back(database: Database) -> None:
    with database.engine.connect() as connection:
        if database.is_sqlite:
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        with connection.begin():
            alembic.downgrade(configuration(connection), OLD)
    database.close()


def _revision(config: Config) -> str | None:
    keyring = Keyring(config.data_dir / "secret.key")
    with closing(Database(config.database_url, keyring)) as database, database.engine.connect() as connection:
        return revision_of(connection)
