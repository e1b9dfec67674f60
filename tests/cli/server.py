"""A whole server as a real process, on ports of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.fakes.ports import free_port

START_WITHIN = 240.0


class Server:
    """``provserver run --demo``, with what it has printed so far."""

    def __init__(self, folder: Path, *before: str, **environment: str) -> None:
        """Start it; ``before`` is a command that starts it as its last arguments, such as one that mounts a disk."""
        self.address = f"127.0.0.1:{free_port()}"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PROVSERVER_")}
        self.environment = inherited | {
            "PROVSERVER_DATA_DIR": str(folder / "var"),
            "PROVSERVER_BIND": self.address,
            "PROVSERVER_SIP_BIND": f"127.0.0.1:{free_port(socket.SOCK_DGRAM)}",
            "PROVSERVER_DISCOVERY": "off",
            **environment,
        }
        self.folder, self._out, self._err = folder, folder / "out", folder / "err"
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self.process = subprocess.Popen(
                [*before, sys.executable, "-m", "provserver", "run", "--demo"],
                env=self.environment, stdout=out, stderr=err,
            )  # fmt: skip

    @property
    def out(self) -> str:
        """What it printed."""
        return self._out.read_text()

    @property
    def err(self) -> str:
        """What it logged."""
        return self._err.read_text()

    def started(self) -> "Server":
        """Wait until it says that it is ready."""
        wait_for(lambda: "Ctrl-C" in self.out or self.process.poll() is not None, START_WITHIN)
        assert self.process.poll() is None, self.out + self.err
        return self

    def get(self, url: str) -> str:
        """Fetch an address, or a path of this server."""
        whole = url if url.startswith("http") else f"http://{self.address}{url}"
        with urllib.request.urlopen(whole, timeout=20) as answer:
            text: str = answer.read().decode()
            return text

    def part(self, word: str) -> psutil.Process:
        """Find the child that runs one part."""
        return next(child for child in psutil.Process(self.process.pid).children() if word in child.cmdline())

    def command(self, *arguments: str) -> str:
        """Run another command over the same house."""
        done = subprocess.run(
            [sys.executable, "-m", "provserver", *arguments],
            env=self.environment, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def wait_for(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    """Look until something is so; raises AssertionError where it is not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


@contextmanager
def running(folder: Path, **environment: str) -> Iterator[Server]:
    """Run a server, with more in its environment where wanted, and leave nothing of it behind."""
    server = Server(folder, **environment)
    family = [psutil.Process(server.process.pid)]
    try:
        yield server.started()
    finally:
        if server.process.poll() is None:
            family += family[0].children(recursive=True)
            server.process.send_signal(signal.SIGTERM)
            server.process.wait(20)
        _, left = psutil.wait_procs(family[1:], timeout=5)
        for process in left:
            process.kill()
