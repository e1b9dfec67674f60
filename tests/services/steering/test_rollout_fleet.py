"""A wide edit over two hundred simulated phones: halted, resumed, and a worker killed on the way."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import select

from provserver.db.models import Device
from provserver.domain.roles import Actor
from provserver.domain.rollout import Stage
from provserver.services.editing import keys, settings
from provserver.services.house import House
from provserver.services.inventory import devices
from provserver.services.inventory.devices import NewDevice
from provserver.services.organisation import directory
from provserver.services.organisation.directory import NewLine
from provserver.services.pushing import fetches
from provserver.services.steering import rollout_policies, rollouts
from tests.fakes.phone import FakeFleet, FakePhone
from tests.services.pushing.test_loop import serving, until, working

pytestmark = pytest.mark.timeout(900)  # phones that fail are told three times, with the pauses that real ones get
PHONES = 200
PATIENCE = 240.0
"""Seconds that a slow machine may take; a fast one needs a few."""


@contextmanager
def fleet_of(house: House, actor: Actor, phones: int) -> Iterator[tuple[House, FakeFleet]]:
    """The phones' door, and phones behind it that have all they should have."""
    with serving(house) as served, FakeFleet() as fleet:
        for number in range(phones):
            mac = f"805ec0{number:06x}"
            line = NewLine(str(1000 + number), f"Person {number}", domain="pbx.example.com")
            directory.add_line(served, actor, line)
            _, url = devices.add_device(served, actor, NewDevice(mac, "yealink", "T46U", (line.extension,)))
            phone = fleet.add(FakePhone("yealink", "T46U", mac, url))
            devices.change_device(served, actor, mac, {"sip_address": phone.sip_uri})
        fleet.boot_all(timeout=PATIENCE, at_once=4)
        settle_all(served)
        yield served, fleet


def settle_all(house: House) -> None:
    """Have nothing due, as after a quiet night."""
    with house.database.transaction() as session:
        for device in session.scalars(select(Device)):
            assert fetches.is_proven(session, device.id)
            fetches.settle(session, device.id, house.clock())


def told(fleet: FakeFleet) -> list[FakePhone]:
    """Give the phones that were told."""
    return [phone for phone in fleet.phones if phone.notifies]


def test_two_hundred_phones_halt_and_go_on(house: House, actor: Actor) -> None:
    with fleet_of(house, actor, PHONES) as (served, fleet):
        rollout_policies.set_policy(served, actor, {"canary": 4, "rate": 200, "outstanding": 1000, "halt_percent": 10})
        fails = fleet.phones[50:]
        for phone in fails:
            phone.answer = 481
        edit = {"language": "it"}
        first = [phone.mac for phone in fleet.phones[:4]]
        rollout_policies.set_policy(served, actor, {"canary_phones": first})
        number = settings.set_values(served, actor, "tenant", "", edit).rollout
        assert number is not None

        def stage() -> Stage:
            return rollouts.rollout(served, actor, number).stage

        with working(served):
            assert until(lambda: len(told(fleet)) == 4, PATIENCE)
            assert [phone.mac for phone in told(fleet)] == first
            assert until(lambda: stage() is Stage.HALTED, PATIENCE)
            known = rollouts.rollout(served, actor, number)
            assert "phones failed" in known.row.reason and known.counts.failed
            failed = rollouts.phones(served, actor, number, limit=1)[0]
            assert "481" in failed.reason
            for phone in fails:
                phone.answer = 200
            rollouts.resume(served, actor, number)
            assert until(lambda: stage() is Stage.DONE, PATIENCE)
        counts = rollouts.rollout(served, actor, number).counts
        assert counts.applied == PHONES and not counts.failed
        assert all(b"lang" in phone.files[f"{phone.mac}.cfg"] for phone in fleet.phones)


def test_a_worker_killed_on_the_way_loses_nothing(house: House, actor: Actor) -> None:
    with fleet_of(house, actor, 40) as (served, fleet):
        rollout_policies.set_policy(served, actor, {"canary": 2, "rate": 10, "halt_percent": 0})
        number = settings.set_values(served, actor, "tenant", "", {"language": "it"}).rollout
        assert number is not None
        worker = _process(served)
        assert until(lambda: len(told(fleet)) >= 10, PATIENCE)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        before = len(told(fleet))
        assert before < 40
        keys.set_keys(served, actor, fleet.phones[-1].mac, {"5": {"kind": "speed-dial", "target": "*98"}})
        workers = [_process(served), _process(served)]
        try:
            done = until(lambda: rollouts.rollout(served, actor, number).stage is Stage.DONE, PATIENCE)
        finally:
            for worker in workers:
                worker.terminate()
                worker.wait()
        known = rollouts.rollout(served, actor, number)
        assert done, known
        assert known.counts.applied == 40


def _process(house: House) -> subprocess.Popen[bytes]:
    """A worker in a process of its own, over the same database with the same keys."""
    config = house.config
    config.data_dir.mkdir(parents=True, exist_ok=True)
    (config.data_dir / "secret.key").write_bytes(house.database.keyring.path.read_bytes())
    environment = os.environ | {
        "PROVSERVER_DATA_DIR": str(config.data_dir),
        "PROVSERVER_DATABASE_URL": config.database_url,
        "PROVSERVER_PUBLIC_URL": config.public_url,
        "PROVSERVER_SIP_BIND": "127.0.0.1:0",
        "PROVSERVER_LOG_LEVEL": "WARNING",
    }
    return subprocess.Popen([sys.executable, "-m", "provserver", "worker"], env=environment)
