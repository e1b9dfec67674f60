"""A company with a phone, a network of our own, and the real program in it."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from provserver.domain.roles import Actor, Role
from provserver.services.access import accounts
from provserver.services.house import House
from provserver.services.inventory import devices
from provserver.services.inventory.devices import NewDevice
from provserver.services.organisation import directory
from provserver.services.organisation.directory import NewLine
from tests.cli.server import wait_for
from tests.fakes.lan import ROOT, Lan, Place

SNOM = "00041326a1b2"
STRANGER = "001565aabbcc"


@pytest.fixture
def anna(sqlite_house: House) -> Actor:
    """An operator, in a company with line 201 on a Snom."""
    actor = Actor(accounts.ensure_company(sqlite_house, "Rossi S.p.A."), "anna", Role.OPERATOR)
    directory.add_line(
        sqlite_house, actor, NewLine("201", "Mario Rossi", domain="pbx.example.com", password="s3cret-4711")
    )
    devices.add_device(sqlite_house, actor, NewDevice(SNOM, "snom", "D785", ("201",)))
    return actor


@pytest.fixture
def lan() -> Iterator[Lan]:
    """Two network namespaces with a cable between them; where they are not permitted the test fails and says so."""
    made = Lan()
    made.plug(1)
    yield made
    made.close()


class Program:
    """A part of the server in a network of our own, with what it has logged so far."""

    def __init__(self, place: Place, house: House, folder: Path, *arguments: str, **environment: str) -> None:
        data = house.config.data_dir
        shutil.copy(house.database.keyring.path, data / "secret.key")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PROVSERVER_")}
        self.environment = {
            **inherited,
            "PROVSERVER_DATA_DIR": str(data),
            "PROVSERVER_PUBLIC_URL": f"http://{Lan.of(1)}:8080",
            "PROVSERVER_TRUSTED_NETWORKS": "10.77.0.0/16",
            **environment,
        }
        self._log = folder / "log"
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [*place.enter(), sys.executable, "-P", "-m", "provserver", *arguments],
                env={**self.environment, "PYTHONPATH": str(ROOT)}, stdout=log, stderr=log,
            )  # fmt: skip

        self._stopped = False

    def stop(self) -> None:
        """Ask it to stop, once: a second signal would end it at once."""
        if not self._stopped and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self._stopped = True

    @property
    def log(self) -> str:
        """What it printed."""
        return self._log.read_text()

    def waits_for(self, words: str, times: int = 1) -> None:
        """Wait until it has said something so often."""
        wait_for(lambda: self.log.count(words) >= times or self.process.poll() is not None, 60)
        assert self.log.count(words) >= times, self.log


@contextmanager
def program(place: Place, house: House, folder: Path, *arguments: str, **environment: str) -> Iterator[Program]:
    """Run it, and leave nothing of it behind."""
    made = Program(place, house, folder, *arguments, **environment)
    try:
        yield made
    finally:
        made.stop()
        assert made.process.wait(20) == 0, made.log


def ask(lan: Lan, mac: str, number: int = 1, seconds: float = 10, port: int = 5060) -> list[str]:
    """Have a phone ask for its server; give what it heard."""
    arguments = (mac, lan.of(number, 2), "--seconds", str(seconds), "--port", str(port))
    heard: list[str] = json.loads(lan.phones.python("tests.fakes.pnp_phone", *arguments))
    return heard
