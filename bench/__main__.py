"""Run every measurement and print one table: ``make bench``, or ``python -m bench --phones 1000`` for a short one."""

import argparse
import os
import platform
import statistics
import tempfile
from pathlib import Path

from bench import fetching, first, loop, notifying, rendering, rolling, stale
from bench.fleet import KEYS, Fleet, build
from tests.fakes.ports import free_port


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--phones", type=int, default=10_000, help="phones in the database for GETs and inserts")
    parser.add_argument("--together", type=int, default=500, help="simulated phones that are saved at once")
    parser.add_argument("--wide", type=int, default=1_000, help="simulated phones that a wide edit concerns")
    parser.add_argument("--rounds", type=int, default=30, help="saves for a single phone")
    wanted = parser.parse_args()
    print(f"# Conditions: {platform.system()} {platform.machine()}, {os.cpu_count()} cores, {cpu_model()}")
    print(f"# Python {platform.python_version()}, SQLite, load and server on the same cores\n")
    with tempfile.TemporaryDirectory() as folder:
        print_renders()
        fleet = build(Path(folder) / "many", "http://127.0.0.1:1", wanted.phones)
        print_inserts(fleet)
        print_stale(stale.run(fleet, free_port()))
        print_first(fleet, Path(folder))
        print_loads(fleet, Path(folder))
        fleet.house.database.close()
        print_notifies(notifying.run())
        print_loop(loop.run(Path(folder) / "few", free_port(), free_port(), wanted.together, wanted.rounds))
        print_rollout(rolling.run(Path(folder) / "wide", free_port(), free_port(), wanted.wide))


def print_renders() -> None:
    """Print renders a second."""
    print("| render, one core | keys | phones a second |\n|---|---|---|")
    for name, keys, rate in rendering.run():
        print(f"| {name} | {keys} | {rate:,.0f} |")


def print_inserts(fleet: Fleet) -> None:
    """Print what adding a phone costs as the company grows."""
    print("\n| adding phone number | median of the ten before, ms |\n|---|---|")
    for number in (100, 1_000, 10_000):
        near = [fleet.insert[n] for n in range(number - 9, number + 1) if n in fleet.insert]
        if near:
            print(f"| {number:,} | {statistics.median(near):.1f} |")


def print_first(fleet: Fleet, folder: Path) -> None:
    """Print what phones' first fetches cost in this fleet, and in one of a fifth of its size."""
    small = build(folder / "fifth", "http://127.0.0.1:1", len(fleet.macs) // 5)
    measured = [first.run(one, free_port(), len(small.macs)) for one in (small, fleet)]
    small.house.database.close()
    print("\n| first fetches, committed before the answer | a second | p50 ms | p99 ms | CPU s per 1,000 |")
    print("|---|---|---|---|---|")
    for done in measured:
        name = f"{done.fetches:,} of {done.phones:,} phones"
        print(f"| {name} | {done.per_second:,.0f} | {done.p50:.0f} | {done.p99:.0f} | {done.cpu_per_1000:.2f} |")


def print_loads(fleet: Fleet, folder: Path) -> None:
    """Print the GETs, and how they compare."""
    loads = fetching.run(fleet, folder, free_port())
    bare = next(load for load in loads if load.name == "bare WSGI")
    size = (folder / "body").stat().st_size
    print(f"\n{len(fleet.macs):,} phones, {KEYS} keys, {size:,} bytes a file, 50 connections, median of 3 rounds\n")
    print("| GET | per second | of bare WSGI | p50 ms | p99 ms | CPU s per 1,000 | memory MB | failed |")
    print("|---|---|---|---|---|---|---|---|")
    for load in loads:
        share = f"{load.per_second / bare.per_second:.0%}"
        print(
            f"| {load.name} | {load.per_second:,.0f} | {share} | {load.p50:.1f} | {load.p99:.1f} "
            f"| {load.cpu_per_1000:.2f} | {load.memory:.0f} | {load.failed} |"
        )


def print_stale(done: stale.Rendered) -> None:
    """Print how long a fleet's rendering takes after a wide edit."""
    print("\n| stale phones | saved after s | all rendered after s | phones a second | files changed | worker MB |")
    print("|---|---|---|---|---|---|")
    print(
        f"| {done.phones:,} | {done.saved:.1f} | {done.seconds:.1f} | {done.phones / done.seconds:,.0f} "
        f"| {done.changed:,} | {done.memory:.0f} |"
    )


def print_notifies(done: notifying.Notified) -> None:
    """Print how many NOTIFYs a process has answered in a second."""
    print(f"\n| {notifying.NOTIFIES:,} NOTIFYs over UDP, {notifying.AT_ONCE} at once | a second ", end="")
    print("| NOTIFY → 200 ms (p50 / p99) | failed | MB |\n|---|---|---|---|---|")
    print(f"| one process | {done.per_second:,.0f} | {loop.shown(done.waits)} | {done.failed} | {done.memory:.0f} |")


def print_loop(results: list[loop.Times]) -> None:
    """Print save to NOTIFY and save to applied."""
    print("\n| saved at once | save → NOTIFY ms (p50 / p99) | save → applied ms (p50 / p99) |\n|---|---|---|")
    for times in results:
        print(f"| {times.phones} | {loop.shown(times.told)} | {loop.shown(times.applied)} |")


def print_rollout(rolled: rolling.Rolled) -> None:
    """Print how a wide edit went."""
    counts = rolled.counts
    print(f"\nWide edit, {rolling.CANARY} phones first, then {rolling.RATE} a second\n")
    print("| phones | applied | failed | rendered after s | ended after s | most told in a second ", end="")
    print("| NOTIFY → fetch ms (p50 / p99) | worker MB |")
    print("|---|---|---|---|---|---|---|---|")
    print(
        f"| {counts.phones} | {counts.applied} | {counts.failed} | {rolled.rendered:.1f} | {rolled.ended:.1f} "
        f"| {rolled.most_a_second} | {loop.shown(rolled.fetched)} | {rolled.memory:.0f} |"
    )


def cpu_model() -> str:
    """Name the processor."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), "unknown processor")


if __name__ == "__main__":
    main()
