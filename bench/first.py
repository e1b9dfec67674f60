"""Phones' first fetches, whose proof is committed before the answer; two sizes of fleet show whether they grow."""

import asyncio
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import quantiles

from sqlalchemy import update

from bench.fleet import Fleet
from bench.serving import CONNECTIONS, children, cpu, gunicorn
from provserver.db.models import Rendering

WARM = 10
"""One of so many phones fetches before the measurement, so that every process is up and has done it before."""


@dataclass(frozen=True)
class Fetched:
    """Fetches by one fleet; milliseconds for each, and the server's processor seconds for a thousand."""

    phones: int
    fetches: int
    per_second: float
    p50: float
    p99: float
    cpu_per_1000: float


def run(fleet: Fleet, port: int, most: int) -> Fetched:
    """Have phones of a fleet in no order fetch their files for the first time, each once and at most so many."""
    house = fleet.house
    with house.database.transaction() as session:
        session.execute(update(Rendering).values(fetched_etag="", fetched_at=None))
    files = random.Random(1).sample(fleet.files, min(most, len(fleet.files)))
    warm, files = files[: len(files) // WARM], files[len(files) // WARM :]
    environment = {
        "PROVSERVER_DATA_DIR": str(house.config.data_dir),
        "PROVSERVER_PUBLIC_URL": house.config.base_url,
    }
    with gunicorn("provserver.app:application()", port, environment) as pid:
        asyncio.run(_fetch_all(port, warm))
        pids = [pid, *children(pid)]
        before, began = sum(cpu(one) for one in pids), time.perf_counter()
        waits = asyncio.run(_fetch_all(port, files))
        seconds, used = time.perf_counter() - began, sum(cpu(one) for one in pids) - before
    cut = quantiles(waits, n=100)
    done = len(waits)
    return Fetched(len(fleet.files), done, done / seconds, cut[49], cut[98], used / done * 1000)


async def _fetch_all(port: int, files: Sequence[str]) -> list[float]:
    """Fetch every file over as many connections as everywhere else, and give the milliseconds of each."""
    waits: list[float] = []
    left = iter(files)
    await asyncio.gather(*(_fetch(port, left, waits) for _ in range(CONNECTIONS)))
    return waits


async def _fetch(port: int, left: Iterator[str], waits: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for file in left:
        began = time.perf_counter()
        writer.write(f"GET {file} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        if b" 200 " not in head.partition(b"\r\n")[0]:
            raise RuntimeError(f"{file} was not answered with a file")
        await reader.readexactly(int(head.partition(b"content-length:")[2].partition(b"\r\n")[0]))
        waits.append((time.perf_counter() - began) * 1000)
    writer.close()
