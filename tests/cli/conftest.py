"""The command line over a house of the tests: the same database, keys of its own."""

import json
import logging
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from click.testing import CliRunner, Result

from provserver.cli import main
from provserver.crypto import Keyring
from provserver.db.session import Database
from provserver.services.house import House


@dataclass(frozen=True)
class Shell:
    """Runs commands against ``house``; a refusal is a result too."""

    house: House

    def run(self, *arguments: str, given: str | bytes | None = None, code: int = 0, **environment: str) -> Result:
        """Run one command and check its exit code."""
        config = self.house.config
        fixed = {
            "PROVSERVER_DATA_DIR": str(config.data_dir),
            "PROVSERVER_FIRMWARE_DIR": str(config.firmware_dir),
            "PROVSERVER_DATABASE_URL": config.database_url,
            "PROVSERVER_PUBLIC_URL": config.public_url,
        }
        result = CliRunner().invoke(main, list(arguments), input=given, env=fixed | environment)
        assert result.exit_code == code, f"{result.output}\n{result.exception!r}"
        return result

    def json(self, *arguments: str) -> Any:
        """Run one command that prints JSON, and read it."""
        return json.loads(self.run(*arguments, "--json").stdout)


@pytest.fixture(autouse=True)
def _the_log_as_it_was() -> Iterator[None]:
    """Commands set the log up for a terminal that is gone after the test."""
    log = logging.getLogger("provserver")
    before = (list(log.handlers), log.propagate, log.level)
    yield
    log.handlers[:], log.propagate = before[0], before[1]
    log.setLevel(before[2])


@pytest.fixture
def own_house(house: House) -> Iterator[House]:
    """The house with keys of its own, which a test may replace."""
    path = house.config.data_dir / "secret.key"
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(house.database.keyring.path, path)
    database = Database(house.config.database_url, Keyring(path))
    yield replace(house, database=database)
    database.close()


@pytest.fixture
def shell(own_house: House) -> Shell:
    """A shell over that house."""
    return Shell(own_house)
