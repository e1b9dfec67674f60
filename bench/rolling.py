"""A wide edit over many simulated phones, paced: real web processes, a real worker, loopback."""

import sys
import time
from dataclasses import dataclass
from pathlib import Path

from bench.fleet import Fleet, build
from bench.living import living
from provserver.domain.rollout import Counts, Stage
from provserver.services.editing import settings
from provserver.services.steering import rollout_policies, rollouts
from tests.fakes.phone import FakePhone

RATE = 50
CANARY = 10
LONGEST = 600
"""Seconds after which the measurement gives up."""


@dataclass(frozen=True)
class Rolled:
    """One rollout: seconds until all was rendered and until its end; milliseconds from NOTIFY to fetch."""

    counts: Counts
    rendered: float
    ended: float
    fetched: list[float]
    most_a_second: int
    memory: float


def run(folder: Path, port: int, sip_port: int, phones: int) -> Rolled:
    """Change a setting of the company and wait for the end of its rollout."""
    base = f"http://127.0.0.1:{port}"
    fleet = build(folder, base, phones, keys_each=4)
    rollout_policies.set_policy(fleet.house, fleet.actor, {"rate": RATE, "canary": CANARY, "outstanding": 200})
    with living(fleet, port, sip_port, patience=300) as (_fakes, made, worker):
        return _roll(fleet, made, worker)


def _roll(fleet: Fleet, made: list[FakePhone], pid: int) -> Rolled:
    house, actor = fleet.house, fleet.actor
    marks = {phone.mac: (len(phone.notifies), len(phone.requests)) for phone in made}
    began = time.monotonic()
    number = settings.set_values(house, actor, "tenant", "", {"language": "it"}).rollout
    if number is None:
        sys.exit("the edit was not wide enough to be a rollout")
    rendered, memory = 0.0, 0.0
    while (known := rollouts.rollout(house, actor, number)).stage is Stage.RUNNING:
        passed = time.monotonic() - began
        if not rendered and known.counts.rendered == len(made):
            rendered = passed
        memory = max(memory, resident(pid))
        if passed > LONGEST:
            sys.exit(f"the rollout did not end: {known.counts}")
        time.sleep(0.25)
    ended = time.monotonic() - began
    told = sorted(phone.notifies[marks[phone.mac][0]].at for phone in made if len(phone.notifies) > marks[phone.mac][0])
    fetched = [wait for phone in made if (wait := _wait(phone, *marks[phone.mac])) is not None]
    return Rolled(known.counts, rendered, ended, fetched, most_within_a_second(told), memory)


def _wait(phone: FakePhone, notifies: int, requests: int) -> float | None:
    if len(phone.notifies) <= notifies:
        return None
    new = phone.requests[requests:]
    at = next((one.at for one in new if one.name == f"{phone.mac}.cfg" and one.status == 200), None)
    return None if at is None else (at - phone.notifies[notifies].at) * 1000


def most_within_a_second(moments: list[float]) -> int:
    """Give how many of these moments, in order, lie within any one second."""
    most = first = 0
    for last, moment in enumerate(moments):
        while moment - moments[first] > 1:
            first += 1
        most = max(most, last - first + 1)
    return most


def resident(pid: int) -> float:
    """Give a process's resident memory in MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)
