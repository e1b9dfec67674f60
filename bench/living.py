"""A server with its worker, and a living phone for each of a fleet's: what the loop and a rollout are measured with."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bench.fleet import Fleet
from bench.serving import gunicorn, process
from provserver.services.inventory import devices
from tests.fakes.phone import FakeFleet, FakePhone


@contextmanager
def living(fleet: Fleet, port: int, sip_port: int, patience: float) -> Iterator[tuple[FakeFleet, list[FakePhone], int]]:
    """Start all, and give the fakes, their phones and the worker's process id; ``patience`` is seconds to boot in."""
    base = fleet.house.config.base_url
    environment = {
        "PROVSERVER_DATA_DIR": str(fleet.house.config.data_dir),
        "PROVSERVER_PUBLIC_URL": base,
        "PROVSERVER_SIP_BIND": f"127.0.0.1:{sip_port}",
        "PROVSERVER_LOG_LEVEL": "WARNING",
    }
    worker = [sys.executable, "-m", "provserver", "worker"]
    with gunicorn("provserver.app:application()", port, environment), FakeFleet() as fakes:
        pairs = zip(fleet.macs, fleet.urls, strict=True)
        made = [fakes.add(FakePhone("yealink", "T46U", mac, url)) for mac, url in pairs]
        fakes.boot_all(timeout=patience)
        for phone in made:
            devices.change_device(fleet.house, fleet.actor, phone.mac, {"sip_address": phone.sip_uri})
        with process(worker, f"{base}/healthz", environment) as running:
            yield fakes, made, running
