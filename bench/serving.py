"""Servers under measurement: started, warmed, loaded with wrk, and stopped."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

TICKS = os.sysconf("SC_CLK_TCK")
SECONDS = 5
CONNECTIONS = 50


@dataclass(frozen=True)
class Load:
    """What one load showed."""

    name: str
    per_second: float
    p50: float
    p99: float
    cpu_per_1000: float
    memory: float
    failed: int


def measure(name: str, base: str, script: Path, pid: int) -> Load:
    """Load a server with wrk and read its processes' time and memory."""
    pids = [pid, *children(pid)]
    before = sum(cpu(one) for one in pids)
    wrk = shutil.which("wrk")
    if wrk is None:
        sys.exit("wrk is missing: install the package wrk")
    command = [wrk, "-t2", f"-c{CONNECTIONS}", f"-d{SECONDS}", "-s", str(script), "--latency", base]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    used = sum(cpu(one) for one in pids) - before
    done = int(found(r"(\d+) requests in", text))
    return Load(
        name,
        float(found(r"Requests/sec:\s+([\d.]+)", text)),
        milliseconds(found(r"\n\s+50%\s+(\S+)", text)),
        milliseconds(found(r"\n\s+99%\s+(\S+)", text)),
        used / done * 1000,
        sum(memory(one) for one in pids),
        int(found(r"Non-2xx or 3xx responses: (\d+)", text) or 0),
    )


def best(loads: list[Load]) -> Load:
    """Give the median by throughput."""
    return sorted(loads, key=lambda load: load.per_second)[len(loads) // 2]


@contextmanager
def gunicorn(application: str, port: int, environment: dict[str, str]) -> Iterator[int]:
    """Run an application under the same gunicorn that ``provserver web`` uses."""
    command = [
        sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "8",
        "--worker-class", "provserver.gunicorn_worker.PatientWorker", "--log-level", "error", application,
    ]  # fmt: skip
    with process(command, f"http://127.0.0.1:{port}/healthz", environment) as pid:
        yield pid


@contextmanager
def process(command: list[str], ready: str | None, environment: dict[str, str] | None = None) -> Iterator[int]:
    """Run a server until it answers, where it is one that does, and stop it with all its children."""
    child = subprocess.Popen(command, env={**os.environ, **(environment or {})}, start_new_session=True)
    try:
        if ready is not None:
            wait_for(ready, child)
        yield child.pid
    finally:
        os.killpg(child.pid, signal.SIGTERM)
        child.wait(timeout=20)


def wait_for(url: str, child: "subprocess.Popen[bytes]") -> None:
    """Wait until a server answers anything at all."""
    for _ in range(200):
        if child.poll() is not None:
            sys.exit(f"{child.args!r} ended with {child.returncode}")
        try:
            with urlopen(url, timeout=1):
                return
        except OSError as error:
            if hasattr(error, "code"):
                return
            time.sleep(0.1)
    sys.exit(f"{url} never answered")


def children(pid: int) -> list[int]:
    """List the processes below one."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    direct = [int(one) for one in text.split()]
    return direct + [below for one in direct for below in children(one)]


def cpu(pid: int) -> float:
    """Give the processor seconds that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory(pid: int) -> float:
    """Give the proportional memory of a process in MB."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(found(r"Pss:\s+(\d+)", text)) / 1024


def found(pattern: str, text: str) -> str:
    """Give the first group of a pattern, or nothing."""
    match = re.search(pattern, text)
    return match[1] if match else ""


def milliseconds(text: str) -> float:
    """Read wrk's times."""
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s)", text).groups()  # type: ignore[union-attr]
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]
