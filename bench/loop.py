"""From a save to the proof: real web processes, a real worker, simulated phones over loopback."""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from urllib.request import Request, urlopen

from bench.fleet import TOKEN, build
from bench.living import living
from tests.fakes.phone import FakeFleet, FakePhone


@dataclass(frozen=True)
class Times:
    """Milliseconds from the save: to the NOTIFY, and to the fetch that proves it."""

    phones: int
    told: list[float]
    applied: list[float]


def run(folder: Path, port: int, sip_port: int, phones: int, rounds: int) -> list[Times]:
    """Save for one phone several times, then for all at once."""
    base = f"http://127.0.0.1:{port}"
    fleet = build(folder, base, phones, keys_each=4)
    with living(fleet, port, sip_port, patience=120) as (fakes, made, _worker):
        _save(base, fakes, made[:1], rounds + 1)  # the worker may still be starting
        single = [_save(base, fakes, made[:1], number) for number in range(rounds)]
        together = _save(base, fakes, made, rounds)
    one = Times(1, [t for times in single for t in times.told], [t for times in single for t in times.applied])
    return [one, together]


def _save(base: str, fakes: FakeFleet, phones: list[FakePhone], number: int) -> Times:
    """Change a key of every phone at once and wait until each has fetched it."""
    marks = {phone.mac: (len(phone.notifies), len(phone.requests)) for phone in phones}
    began: dict[str, float] = {}

    def save(phone: FakePhone) -> None:
        target = f"0{number}{int(phone.mac[-6:], 16):05d}"
        body = json.dumps({"9": {"kind": "speed-dial", "target": target, "label": "Bench"}})
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        request = Request(f"{base}/api/v1/devices/{phone.mac}/keys", body.encode(), headers, method="PATCH")
        began[phone.mac] = time.monotonic()
        with urlopen(request, timeout=30) as answer:
            answer.read()

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(save, phones))

    def has_fetched(phone: FakePhone) -> bool:
        new = phone.requests[marks[phone.mac][1] :]
        return any(one.name == f"{phone.mac}.cfg" and one.status == 200 for one in new)

    if not fakes.wait_until(lambda: all(has_fetched(phone) for phone in phones), timeout=60):
        sys.exit("not every phone fetched within 60 s")
    told, applied = [], []
    for phone in phones:
        seen, asked = marks[phone.mac]
        fetch = next(one for one in phone.requests[asked:] if one.name == f"{phone.mac}.cfg" and one.status == 200)
        told.append((phone.notifies[seen].at - began[phone.mac]) * 1000)
        applied.append((fetch.at - began[phone.mac]) * 1000)
    return Times(len(phones), told, applied)


def shown(values: list[float]) -> str:
    """Give median and 99th percentile."""
    if len(values) < 2:
        return f"{values[0]:.0f}"
    cut = quantiles(values, n=100)
    return f"{cut[49]:.0f} / {cut[98]:.0f}"
