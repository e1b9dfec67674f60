"""A company's setting over a large fleet: how long until every phone's files are rendered, behind everything else."""

import sys
import time
from dataclasses import dataclass

from bench.fleet import Fleet
from bench.rolling import resident
from bench.serving import process
from provserver.services.editing import settings
from provserver.services.steering import rollouts

LONGEST = 1800
"""Seconds after which the measurement gives up."""


@dataclass(frozen=True)
class Rendered:
    """Seconds that the save took and until all was rendered, how many files changed, and the worker's most MB."""

    phones: int
    saved: float
    seconds: float
    changed: int
    memory: float


def run(fleet: Fleet, port: int) -> Rendered:
    """Change a setting of the company; the phones were never seen, so that nobody is told and only rendering counts."""
    house, actor = fleet.house, fleet.actor
    began = time.monotonic()
    number = settings.set_values(house, actor, "tenant", "", {"language": "it"}).rollout
    saved = time.monotonic() - began
    if number is None:
        sys.exit("the edit was not wide enough to be a rollout")
    environment = {
        "PROVSERVER_DATA_DIR": str(house.config.data_dir),
        "PROVSERVER_PUBLIC_URL": house.config.base_url,  # another one would have everything rendered once more
        "PROVSERVER_SIP_BIND": f"127.0.0.1:{port}",
        "PROVSERVER_LOG_LEVEL": "WARNING",
    }
    command = [sys.executable, "-m", "provserver", "worker"]
    memory = 0.0
    with process(command, None, environment) as pid:
        while (counts := rollouts.rollout(house, actor, number).counts).rendered < counts.phones:
            memory = max(memory, resident(pid))
            if time.monotonic() - began > LONGEST:
                sys.exit(f"not everything was rendered: {counts}")
            time.sleep(0.25)
        seconds = time.monotonic() - began
    return Rendered(counts.phones, saved, seconds, counts.phones - counts.unchanged, memory)
